#include "engine/model/exact_number.h"

#include <algorithm>

namespace converge {
namespace {

/// Far beyond any text that fits into memory; keeps the sums below from overflowing.
constexpr std::int64_t kExponentClamp = 1'000'000'000'000'000;

std::int64_t clamped_exponent(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  std::int64_t value = 0;
  for (const char c : text) value = std::min(kExponentClamp, value * 10 + (c - '0'));
  return negative ? -value : value;
}

}  // namespace

ExactNumber exact_number(std::string_view text) {
  ExactNumber number;
  if (!text.empty() && text.front() == '-') {
    number.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) number.exponent = clamped_exponent(text.substr(e + 1));
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  number.digits = mantissa.substr(0, point);
  if (point < mantissa.size()) number.digits += mantissa.substr(point + 1);
  number.exponent += static_cast<std::int64_t>(point);

  const std::size_t first = number.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  number.digits.erase(0, first);
  number.exponent -= static_cast<std::int64_t>(first);
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  return number;
}

}  // namespace converge
