#include "engine/model/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/check.h"
#include "engine/model/exact_number.h"

namespace converge {
namespace {

/// ECMAScript's Number::toString: the same shortest digits as std::to_chars, but integers below
/// 1e21 stay readable.
std::string shortest_text(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                          std::abs(value), std::chars_format::scientific);
  CONVERGE_CHECK(error == std::errc{});
  const std::string_view scientific(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = scientific.find('e');
  std::string digits(1, scientific.front());
  if (e > 2) digits += scientific.substr(2, e - 2);
  // value = 0.digits * 10^point
  const int point = std::atoi(scientific.data() + e + 1) + 1;
  const int count = static_cast<int>(digits.size());

  std::string text = std::signbit(value) ? "-" : "";
  if (count <= point && point <= 21) {
    return text + digits + std::string(static_cast<std::size_t>(point - count), '0');
  }
  if (0 < point && point <= 21) {
    return text + digits.insert(static_cast<std::size_t>(point), 1, '.');
  }
  if (-6 < point && point <= 0) {
    return text + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  }
  if (count > 1) digits.insert(1, 1, '.');
  const int exponent = point - 1;
  return text + digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

bool same_members(const Value::Object& a, const Value& b) {
  return std::all_of(a.begin(), a.end(), [&b](const Value::Member& member) {
    const Value* other = b.find(member.first);
    return other != nullptr && member.second == *other;
  });
}

}  // namespace

Value Value::boolean(bool value) {
  Value result;
  result.state_ = value;
  return result;
}

Value Value::number(std::string text, double value) {
  Value result;
  result.state_ = Number{std::move(text), value};
  return result;
}

Value Value::integer(std::int64_t value) {
  return number(std::to_string(value), static_cast<double>(value));
}

Value Value::real(double value) {
  CONVERGE_CHECK(std::isfinite(value));
  return number(value == 0 ? (std::signbit(value) ? "-0" : "0") : shortest_text(value), value);
}

Value Value::string(std::string text) {
  Value result;
  result.state_ = std::move(text);
  return result;
}

Value Value::array(Array items) {
  Value result;
  result.state_ = std::move(items);
  return result;
}

Value Value::object(Object members) {
  Value result;
  result.state_ = std::move(members);
  return result;
}

Value::Type Value::type() const {
  return static_cast<Type>(state_.index());
}

const Value* Value::find(std::string_view name) const {
  const Object* members = as_object();
  if (members == nullptr) return nullptr;
  const auto found = std::find_if(members->begin(), members->end(),
                                  [name](const Member& member) { return member.first == name; });
  return found == members->end() ? nullptr : &found->second;
}

bool Value::operator==(const Value& other) const {
  if (state_.index() != other.state_.index()) return false;
  switch (type()) {
    case Type::kNull:
      return true;
    case Type::kBoolean:
      return *as_boolean() == *other.as_boolean();
    case Type::kNumber:
      return exact_number(as_number()->text) == exact_number(other.as_number()->text);
    case Type::kString:
      return *as_string() == *other.as_string();
    case Type::kArray:
      return *as_array() == *other.as_array();
    case Type::kObject:
      return as_object()->size() == other.as_object()->size() && same_members(*as_object(), other);
  }
  CONVERGE_CHECK(false);
  return false;
}

}  // namespace converge
