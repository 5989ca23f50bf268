#include "engine/growthbook/members.h"

#include <cmath>
#include <limits>

#include "engine/assign/js_value.h"

namespace converge::growthbook {

const Value* truthy_member(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr && js::truthy(*member) ? member : nullptr;
}

const Value::Array* list_member(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member == nullptr ? nullptr : member->as_array();
}

std::string text_member(const Value& object, std::string_view name) {
  return text_member_or(object, name, {});
}

std::string text_member_or(const Value& object, std::string_view name, std::string_view otherwise) {
  const Value* member = truthy_member(object, name);
  std::string text = member == nullptr ? std::string() : js::to_text(*member);
  return text.empty() ? std::string(otherwise) : text;
}

std::optional<double> number_member(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  if (member == nullptr) return std::nullopt;
  return js::to_number(*member);
}

std::optional<int> integer_of(const Value& value) {
  const Value::Number* number = value.as_number();
  if (number == nullptr || std::trunc(number->value) != number->value) return std::nullopt;
  if (std::abs(number->value) > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(number->value);
}

int integer_member(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member == nullptr ? 0 : integer_of(*member).value_or(0);
}

}  // namespace converge::growthbook
