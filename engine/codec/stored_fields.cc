#include "engine/codec/stored_fields.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace converge {
namespace {

constexpr const char* kInfinity = "infinity";
constexpr const char* kMinusInfinity = "-infinity";

constexpr std::initializer_list<Undefined> kUndefinedReasons = {
    Undefined::kNoUnits,         Undefined::kOneUnit,          Undefined::kZeroVariance,
    Undefined::kZeroDenominator, Undefined::kControlMeanZero,  Undefined::kUnbounded,
    Undefined::kNotEnoughData,   Undefined::kNotForThisMetric, Undefined::kNoWindow,
    Undefined::kSeveralStrata,   Undefined::kAddedLater};

const Value kNull;
const Value::Array kNoItems;

std::optional<std::int64_t> integer_in(const Value& value) {
  const Value::Number* number = value.as_number();
  if (number == nullptr) return std::nullopt;
  std::int64_t integer = 0;
  const char* const end = number->text.data() + number->text.size();
  const auto [rest, error] = std::from_chars(number->text.data(), end, integer);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return integer;
}

std::optional<double> real_in(const Value& value) {
  if (const Value::Number* number = value.as_number()) return number->value;
  if (const std::string* text = value.as_string()) {
    if (*text == kInfinity) return std::numeric_limits<double>::infinity();
    if (*text == kMinusInfinity) return -std::numeric_limits<double>::infinity();
  }
  return std::nullopt;
}

}  // namespace

Value real_document(double value) {
  CONVERGE_CHECK(!std::isnan(value));
  if (std::isinf(value)) return Value::string(value > 0 ? kInfinity : kMinusInfinity);
  return Value::real(value);
}

Value time_document(Time time) {
  return Value::string(format_rfc3339(time));
}

Value undefined_document(Undefined reason) {
  return Value::object({{"undefined", Value::string(name_of(reason))}});
}

Value figure_document(const Figure& figure) {
  if (const Undefined* reason = std::get_if<Undefined>(&figure)) return undefined_document(*reason);
  return real_document(std::get<double>(figure));
}

void StoredFields::Damage::note(const std::string& path, const std::string& problem) {
  if (!error_) error_ = Error{Errc::kInternal, path + ": " + problem};
}

StoredFields::StoredFields(const Value& object, std::string path, Damage& damage)
    : object_(&object), path_(std::move(path)), damage_(&damage) {
  if (object.as_object() == nullptr) {
    damage.note(path_.empty() ? "document" : path_,
                std::string("expected an object, got ") + name_of(object.type()));
  }
}

std::string StoredFields::path_of(const char* name) const {
  return path_.empty() ? name : path_ + "." + name;
}

std::string StoredFields::item_of(const char* name, std::size_t index) const {
  return path_of(name) + "[" + std::to_string(index) + "]";
}

void StoredFields::expected(const char* name, const char* what) const {
  damage_->note(path_of(name), std::string("expected ") + what);
}

const Value* StoredFields::optional(const char* name) const {
  const Value* member = object_->find(name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

const Value& StoredFields::required(const char* name) const {
  const Value* member = object_->find(name);
  if (member == nullptr) damage_->note(path_of(name), "is missing");
  return member == nullptr ? kNull : *member;
}

StoredFields StoredFields::object(const char* name) const {
  return StoredFields(required(name), path_of(name), *damage_);
}

std::string StoredFields::text(const char* name) const {
  const std::string* text = required(name).as_string();
  if (text == nullptr) expected(name, "a string");
  return text == nullptr ? std::string() : *text;
}

std::int64_t StoredFields::integer(const char* name) const {
  const auto integer = integer_in(required(name));
  if (!integer) expected(name, "an integer");
  return integer.value_or(0);
}

int StoredFields::small_integer(const char* name) const {
  const std::int64_t value = integer(name);
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    expected(name, "an integer of 32 bits");
    return 0;
  }
  return static_cast<int>(value);
}

double StoredFields::real(const char* name) const {
  const auto real = real_in(required(name));
  if (!real) expected(name, "a number");
  return real.value_or(0);
}

bool StoredFields::boolean(const char* name) const {
  const bool* boolean = required(name).as_boolean();
  if (boolean == nullptr) expected(name, "true or false");
  return boolean != nullptr && *boolean;
}

Time StoredFields::time(const char* name) const {
  const auto time = parse_rfc3339(text(name));
  if (!time) expected(name, "an RFC 3339 time");
  return time ? *time : Time{};
}

Figure StoredFields::figure(const char* name) const {
  const Value& member = required(name);
  if (const auto real = real_in(member)) return *real;
  if (const auto reason = StoredFields(member, path_of(name), *damage_).undefined()) return *reason;
  expected(name, "a number or {\"undefined\": reason}");
  return Undefined::kNoUnits;
}

std::optional<std::string> StoredFields::optional_text(const char* name) const {
  if (optional(name) == nullptr) return std::nullopt;
  return text(name);
}

std::optional<double> StoredFields::optional_real(const char* name) const {
  if (optional(name) == nullptr) return std::nullopt;
  return real(name);
}

std::optional<Time> StoredFields::optional_time(const char* name) const {
  if (optional(name) == nullptr) return std::nullopt;
  return time(name);
}

const Value::Array& StoredFields::array(const char* name) const {
  const Value::Array* array = required(name).as_array();
  if (array == nullptr) expected(name, "an array");
  return array == nullptr ? kNoItems : *array;
}

std::vector<std::int64_t> StoredFields::integers(const char* name) const {
  std::vector<std::int64_t> items;
  for (const Value& item : array(name)) {
    const auto integer = integer_in(item);
    if (!integer) expected(name, "integers");
    items.push_back(integer.value_or(0));
  }
  return items;
}

std::vector<double> StoredFields::reals(const char* name) const {
  std::vector<double> items;
  for (const Value& item : array(name)) {
    const auto real = real_in(item);
    if (!real) expected(name, "numbers");
    items.push_back(real.value_or(0));
  }
  return items;
}

std::vector<bool> StoredFields::booleans(const char* name) const {
  std::vector<bool> items;
  for (const Value& item : array(name)) {
    const bool* boolean = item.as_boolean();
    if (boolean == nullptr) expected(name, "true or false");
    items.push_back(boolean != nullptr && *boolean);
  }
  return items;
}

std::optional<Undefined> StoredFields::undefined() const {
  const Value* reason = object_->find("undefined");
  if (reason == nullptr) return std::nullopt;
  return one_of<Undefined>("undefined", kUndefinedReasons, name_of);
}

Status check_format(const Value& document, std::int64_t known, const char* what) {
  const Value* member = document.find("format");
  const auto format = member == nullptr ? std::nullopt : integer_in(*member);
  if (!format || *format < 1) {
    return Error{Errc::kInternal, std::string(what) + ": format: expected a number from 1"};
  }
  if (*format > known) {
    return Error{Errc::kUnsupported, std::string(what) + " has format " + std::to_string(*format) +
                                         " and was written by a newer version; this one knows "
                                         "formats up to " +
                                         std::to_string(known)};
  }
  return {};
}

}  // namespace converge
