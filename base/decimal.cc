#include "base/decimal.h"

#include <algorithm>

namespace converge {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Error not_a_number(std::string_view text) {
  return {Errc::kInvalidArgument,
          "\"" + std::string(text.substr(0, Decimal::kCharactersMax)) +
              "\" is not a number: expected the form of JSON, for example -12.5 or 1e3"};
}

/// The parts of the JSON number grammar, cut but not interpreted.
struct Grammar {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  bool exponent_negative = false;
  std::string_view exponent;
};

std::string_view take_digits(std::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) ++count;
  const std::string_view digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

bool take(std::string_view& rest, char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

bool cut(std::string_view text, Grammar& parts) {
  parts.negative = take(text, '-');
  parts.whole = take_digits(text);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) return false;
  if (take(text, '.')) {
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) return false;
  }
  if (take(text, 'e') || take(text, 'E')) {
    parts.exponent_negative = take(text, '-');
    if (!parts.exponent_negative) take(text, '+');
    parts.exponent = take_digits(text);
    if (parts.exponent.empty()) return false;
  }
  return text.empty();
}

/// At most kCharactersMax digits come in; anything beyond the limit only has to stay beyond it.
int capped_value(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = std::min(1000, value * 10 + (c - '0'));
  return value;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  if (text.size() > kCharactersMax) {
    return Error{Errc::kInvalidArgument, "a number of " + std::to_string(text.size()) +
                                             " characters: at most " +
                                             std::to_string(kCharactersMax) + " are accepted"};
  }
  Grammar parts;
  if (!cut(text, parts)) return not_a_number(text);
  const int written = capped_value(parts.exponent);
  if (written > kExponentMax) {
    return Error{Errc::kInvalidArgument, "the exponent of " + std::string(text) + " is outside -" +
                                             std::to_string(kExponentMax) + " to " +
                                             std::to_string(kExponentMax)};
  }

  Decimal number;
  number.digits_.reserve(parts.whole.size() + parts.fraction.size());
  number.digits_.append(parts.whole).append(parts.fraction);
  number.exponent_ =
      static_cast<int>(parts.whole.size()) + (parts.exponent_negative ? -written : written);
  const std::size_t first = number.digits_.find_first_not_of('0');
  if (first == std::string::npos) return Decimal();
  number.digits_.erase(0, first);
  number.exponent_ -= static_cast<int>(first);
  number.digits_.erase(number.digits_.find_last_not_of('0') + 1);
  number.negative_ = parts.negative;
  return number;
}

Result<std::int64_t> Decimal::to_fixed(int scale_exponent) const {
  static constexpr int kWholeDigitsMax = 16;  // 10^16 is already above 2^53
  if (is_zero()) return std::int64_t{0};
  Error too_large{Errc::kTooLarge,
                  "the number is 2^53 or more in units of 10^" + std::to_string(scale_exponent)};
  const int whole_digits = exponent_ - scale_exponent;
  if (whole_digits > kWholeDigitsMax) return too_large;
  if (whole_digits < 0) return std::int64_t{0};  // below 0.1

  const auto digit_at = [this](int index) {
    const auto at = static_cast<std::size_t>(index);
    return at < digits_.size() ? digits_[at] - '0' : 0;
  };
  std::int64_t magnitude = 0;
  for (int i = 0; i < whole_digits; ++i) magnitude = magnitude * 10 + digit_at(i);

  const int next = digit_at(whole_digits);
  const bool more_follows = digits_.size() > static_cast<std::size_t>(whole_digits) + 1;
  const bool above_half = next > 5 || (next == 5 && more_follows);
  const bool at_half = next == 5 && !more_follows;
  if (above_half || (at_half && magnitude % 2 == 1)) ++magnitude;
  if (magnitude >= kFixedLimit) return too_large;
  return negative_ ? -magnitude : magnitude;
}

}  // namespace converge
