#include "engine/eval/request.h"

#include <cmath>

namespace converge::eval {
namespace {

Error expected(const char* name, const std::string& what, const Value& found) {
  return {Errc::kInvalidArgument,
          std::string(name) + ": expected " + what + ", found " + converge::name_of(found.type())};
}

Error too_many(const char* name) {
  return {Errc::kTooLarge, std::string(name) + ": at most " + std::to_string(kVariationsMax)};
}

Result<double> number_in(const Value& value, const char* name) {
  const Value::Number* number = value.as_number();
  if (number == nullptr || !std::isfinite(number->value)) return expected(name, "a number", value);
  return number->value;
}

Result<DoubleRange> range_in(const Value& value, const char* name) {
  const Value::Array* ends = value.as_array();
  if (ends == nullptr || ends->size() != 2) return expected(name, "pairs [from, to]", value);
  const Result<double> from = number_in((*ends)[0], name);
  if (!from) return from.error();
  const Result<double> to = number_in((*ends)[1], name);
  if (!to) return to.error();
  return DoubleRange{*from, *to};
}

}  // namespace

const Value* optional(const Value& request, const char* name) {
  const Value* member = request.find(name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

Result<const Value*> required(const Value& request, const char* name) {
  const Value* member = request.find(name);
  if (member != nullptr) return member;
  return Error{Errc::kInvalidArgument, std::string(name) + ": missing"};
}

Result<const Value*> required_object(const Value& request, const char* name) {
  Result<const Value*> member = required(request, name);
  if (member && (*member)->as_object() == nullptr) return expected(name, "an object", **member);
  return member;
}

Result<std::string> required_text(const Value& request, const char* name) {
  const Result<const Value*> member = required(request, name);
  if (!member) return member.error();
  if (const std::string* text = (*member)->as_string()) return *text;
  return expected(name, "a text", **member);
}

Result<double> required_number(const Value& request, const char* name) {
  const Result<const Value*> member = required(request, name);
  if (!member) return member.error();
  return number_in(**member, name);
}

Result<int> required_count(const Value& request, const char* name) {
  const Result<double> number = required_number(request, name);
  if (!number) return number.error();
  if (std::trunc(*number) != *number) {
    return Error{Errc::kInvalidArgument, std::string(name) + ": expected an integer"};
  }
  if (std::abs(*number) > static_cast<double>(kVariationsMax)) return too_many(name);
  return static_cast<int>(*number);
}

Result<std::vector<DoubleRange>> required_ranges(const Value& request, const char* name) {
  const Result<const Value*> member = required(request, name);
  if (!member) return member.error();
  const Value::Array* items = (*member)->as_array();
  if (items == nullptr) return expected(name, "a list", **member);
  if (items->size() > kVariationsMax) return too_many(name);
  std::vector<DoubleRange> ranges;
  ranges.reserve(items->size());
  for (const Value& item : *items) {
    const Result<DoubleRange> range = range_in(item, name);
    if (!range) return range.error();
    ranges.push_back(*range);
  }
  return ranges;
}

Result<std::optional<double>> optional_number(const Value& request, const char* name) {
  const Value* member = optional(request, name);
  if (member == nullptr) return std::optional<double>();
  const Result<double> number = number_in(*member, name);
  if (!number) return number.error();
  return std::optional<double>(*number);
}

Result<std::optional<std::vector<double>>> optional_numbers(const Value& request,
                                                            const char* name) {
  const Value* member = optional(request, name);
  if (member == nullptr) return std::optional<std::vector<double>>();
  const Value::Array* items = member->as_array();
  if (items == nullptr) return expected(name, "a list of numbers", *member);
  if (items->size() > kVariationsMax) return too_many(name);
  std::vector<double> numbers;
  numbers.reserve(items->size());
  for (const Value& item : *items) {
    const Result<double> number = number_in(item, name);
    if (!number) return number.error();
    numbers.push_back(*number);
  }
  return std::optional<std::vector<double>>(std::move(numbers));
}

}  // namespace converge::eval
