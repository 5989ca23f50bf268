#include "engine/codec/definition_cursor.h"

#include <cstdlib>

#include "base/check.h"
#include "engine/model/allocation.h"
#include "engine/model/exact_number.h"

namespace converge {
namespace {

constexpr std::size_t kNameBytesMax = 256;
constexpr std::size_t kShownBytesMax = 60;

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Digits with an optional fraction, as JSON writes them: the number part of a percentage.
bool is_plain_decimal(std::string_view text) {
  if (text.size() > 1 && text[0] == '0' && text[1] != '.') return false;
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return is_digits(text);
  return is_digits(text.substr(0, point)) && is_digits(text.substr(point + 1));
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool looks_like_a_number(std::string_view text) {
  static constexpr std::string_view kNumberCharacters = "0123456789._,+-eExXoabcdfABCDF";
  return !text.empty() && text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_not_of(kNumberCharacters) == std::string_view::npos;
}

}  // namespace

std::string described(const Value& value) {
  if (const std::string* text = value.as_string()) {
    if (text->size() <= kShownBytesMax) return "the text " + quoted(*text);
    return "the text " + quoted(text->substr(0, kShownBytesMax)) + "...";
  }
  if (const Value::Number* number = value.as_number()) return "the number " + number->text;
  if (const bool* boolean = value.as_boolean()) return *boolean ? "true" : "false";
  if (value.is_null()) return "nothing (null)";
  return value.as_array() != nullptr ? "a list" : "an object";
}

bool is_key(std::string_view text) {
  static constexpr std::size_t kKeyBytesMax = 64;
  const auto is_first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kKeyBytesMax && is_first(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_first(c) || c == '_' || c == '-'; });
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string hundredfold_text(double share) {
  const ExactNumber exact = exact_number(Value::real(share).as_number()->text);
  if (exact.digits.empty()) return "0";
  const std::int64_t point = exact.exponent + 2;
  const auto count = static_cast<std::int64_t>(exact.digits.size());
  if (point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + exact.digits;
  if (point >= count) {
    return exact.digits + std::string(static_cast<std::size_t>(point - count), '0');
  }
  return std::string(exact.digits).insert(static_cast<std::size_t>(point), 1, '.');
}

std::string percent_text(double share) {
  return hundredfold_text(share) + "%";
}

std::string percent_of_buckets(int buckets) {
  return percent_text(static_cast<double>(buckets) / kBuckets);
}

void Cursor::error(std::string message) const {
  problems_->push_back({.path = path_, .message = std::move(message)});
}

void Cursor::warning(std::string message) const {
  problems_->push_back({.path = path_, .message = std::move(message), .is_warning = true});
}

void Cursor::error_at_name(std::string message) const {
  problems_->push_back({.path = path_, .message = std::move(message), .at_name = true});
}

void Cursor::unknown_reference(std::string message) const {
  problems_->push_back(
      {.path = path_, .message = std::move(message), .is_unknown_reference = true});
}

void Cursor::expected(const std::string& expected) const {
  error("expected " + expected + ", got " + described(*value_));
}

bool Cursor::is_object_with(const std::vector<std::string>& known) const {
  const Value::Object* object = value_->as_object();
  if (object == nullptr) {
    expected("an object with " + joined(known));
    return false;
  }
  for (const auto& [name, value] : *object) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    Cursor(value, member_path(path_, name), *problems_)
        .error_at_name(unknown_member_message(name, known));
  }
  return true;
}

std::optional<Cursor> Cursor::member(const std::string& name) const {
  const Value* found = value_->find(name);
  if (found == nullptr) return std::nullopt;
  return Cursor(*found, member_path(path_, name), *problems_);
}

std::optional<Cursor> Cursor::required(const std::string& name) const {
  std::optional<Cursor> found = member(name);
  if (!found) error("\"" + name + "\" is missing");
  return found;
}

std::vector<std::pair<std::string, Cursor>> Cursor::members(std::size_t count_max) const {
  std::vector<std::pair<std::string, Cursor>> result;
  const Value::Object* object = value_->as_object();
  if (object == nullptr) {
    expected("an object");
    return result;
  }
  if (object->size() > count_max) {
    error("has " + std::to_string(object->size()) + " members; at most " +
          std::to_string(count_max) + " are accepted");
    return result;
  }
  for (const auto& [name, value] : *object) {
    result.emplace_back(name, Cursor(value, member_path(path_, name), *problems_));
  }
  return result;
}

std::vector<Cursor> Cursor::items(std::size_t count_max) const {
  std::vector<Cursor> result;
  const Value::Array* array = value_->as_array();
  if (array == nullptr) {
    expected("a list");
    return result;
  }
  if (array->size() > count_max) {
    error("has " + std::to_string(array->size()) + " items; at most " + std::to_string(count_max) +
          " are accepted");
    return result;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    result.emplace_back((*array)[i], item_path(path_, i), *problems_);
  }
  return result;
}

std::optional<std::string> Cursor::text(std::size_t bytes_max) const {
  const std::string* text = value_->as_string();
  if (text == nullptr) {
    const bool needs_quotes = value_->as_number() != nullptr || value_->as_boolean() != nullptr;
    expected(needs_quotes ? "a text (in quotes)" : "a text");
    return std::nullopt;
  }
  if (text->size() > bytes_max) {
    error("is " + std::to_string(text->size()) + " bytes long; at most " +
          std::to_string(bytes_max) + " are accepted");
    return std::nullopt;
  }
  return *text;
}

std::optional<std::string> Cursor::name() const {
  std::optional<std::string> name = text(kNameBytesMax);
  if (!name) return std::nullopt;
  if (name->empty() || has_control_characters(*name)) {
    expected("a name without control characters");
    return std::nullopt;
  }
  if (!is_ascii(*name)) {
    warning(quoted(*name) + " is not ASCII: names that look alike can differ in bytes");
  }
  return name;
}

std::optional<std::string> Cursor::key() const {
  const std::string* text = value_->as_string();
  if (text == nullptr || !is_key(*text)) {
    const bool needs_quotes = value_->as_number() != nullptr || value_->as_boolean() != nullptr;
    expected(
        "a key of lower-case letters, digits, \"-\" and \"_\" that begins with a letter or digit "
        "(at most 64 characters)" +
        std::string(needs_quotes ? " in quotes" : ""));
    return std::nullopt;
  }
  return *text;
}

std::optional<double> Cursor::number() const {
  const Value::Number* number = value_->as_number();
  if (number == nullptr) {
    const std::string* text = value_->as_string();
    const bool hint = text != nullptr && looks_like_a_number(*text);
    expected(hint ? "a number in plain decimal form without quotes" : "a number");
    return std::nullopt;
  }
  if (const Result<Decimal> decimal = Decimal::parse(number->text); !decimal) {
    error(decimal.error().message);
    return std::nullopt;
  }
  return number->value;
}

std::optional<std::int64_t> Cursor::integer(std::int64_t lower, std::int64_t upper) const {
  const std::string range =
      "a whole number from " + std::to_string(lower) + " to " + std::to_string(upper);
  const Value::Number* number = value_->as_number();
  const Result<Decimal> decimal = number == nullptr ? Error{} : Decimal::parse(number->text);
  const Result<std::int64_t> fixed = decimal ? decimal->to_fixed(0) : Result<std::int64_t>(Error{});
  const bool is_whole = fixed && Decimal::parse(std::to_string(*fixed)).value() == decimal.value();
  if (!is_whole || *fixed < lower || *fixed > upper) {
    const std::string* text = value_->as_string();
    const bool hint = text != nullptr && looks_like_a_number(*text);
    expected(range + (hint ? " in plain decimal form without quotes" : ""));
    return std::nullopt;
  }
  return *fixed;
}

std::optional<Share> Cursor::share() const {
  if (const std::string* text = value_->as_string(); text != nullptr && text->ends_with('%')) {
    const std::string_view digits = std::string_view(*text).substr(0, text->size() - 1);
    if (is_plain_decimal(digits) && digits.size() < Decimal::kCharactersMax - 3) {
      // Through text, because dividing by 100 rounds a second time.
      std::string decimal = std::string(digits) + "e-2";
      const double value = std::strtod(decimal.c_str(), nullptr);
      return Share{.value = value, .decimal = std::move(decimal), .is_percentage = true};
    }
  } else if (const Value::Number* number = value_->as_number()) {
    if (!this->number()) return std::nullopt;
    return Share{.value = number->value, .decimal = number->text};
  }
  expected("a percentage such as 5% (or a fraction such as 0.05)");
  return std::nullopt;
}

std::optional<int> Cursor::buckets(int lower) const {
  const std::optional<Share> share = this->share();
  if (!share) return std::nullopt;
  static constexpr int kFineExponent = -14;
  static constexpr std::int64_t kFinePerBucket = 10'000'000'000;
  const std::string range = "from " + percent_of_buckets(lower) + " to 100%";
  const Result<Decimal> decimal = Decimal::parse(share->decimal);
  const Result<std::int64_t> fine =
      decimal ? decimal->to_fixed(kFineExponent) : Result<std::int64_t>(decimal.error());
  if (!fine || *fine < lower * kFinePerBucket || *fine > kBuckets * kFinePerBucket) {
    expected("a share " + range +
             (share->is_percentage ? "" : " (a bare number is a fraction: 0.5 is 50%)"));
    return std::nullopt;
  }
  if (*fine % kFinePerBucket != 0) {
    expected("a share in steps of 0.01%");
    return std::nullopt;
  }
  return static_cast<int>(*fine / kFinePerBucket);
}

std::optional<Duration> Cursor::duration() const {
  const std::string* text = value_->as_string();
  const Result<Duration> duration =
      text == nullptr ? Result<Duration>(Error{}) : parse_duration(*text);
  if (!duration) {
    expected("a duration: a whole number and m, h or d, for example 48h or 7d");
    return std::nullopt;
  }
  return *duration;
}

std::optional<Duration> Cursor::positive_duration() const {
  const std::optional<Duration> duration = this->duration();
  if (duration && *duration <= Duration::zero()) {
    expected("a duration above zero");
    return std::nullopt;
  }
  return duration;
}

bool Cursor::is_true() const {
  const bool* boolean = value_->as_boolean();
  return boolean != nullptr && *boolean;
}

bool Cursor::flag() const {
  if (value_->as_boolean() == nullptr) expected("true or false");
  return is_true();
}

void Cursor::only_word(const std::string& accepted) const {
  const std::string* text = value_->as_string();
  if (text == nullptr || *text != accepted) expected(accepted + " (no other value exists)");
}

void Cursor::refuse_word(const std::vector<std::string>& names,
                         const std::vector<std::string>& later) const {
  const std::string* text = value_->as_string();
  if (text == nullptr) return expected(joined(names));
  if (std::find(later.begin(), later.end(), *text) != later.end()) {
    return error(quoted(*text) + " is not available in this version; expected " + joined(names));
  }
  const std::string nearest = nearest_name(*text, names);
  expected(joined(names) + (nearest.empty() ? "" : " (did you mean " + quoted(nearest) + "?)"));
}

}  // namespace converge
