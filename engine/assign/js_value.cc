#include "engine/assign/js_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "engine/assign/utf16.h"
#include "engine/model/exact_number.h"

namespace converge::js {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// ECMAScript's WhiteSpace and LineTerminator.
bool is_space(std::uint32_t point) {
  return (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0xA0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
         point == 0x202F || point == 0x205F || point == 0x3000 || point == 0xFEFF;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty()) {
    const DecodedCodePoint point = decode_code_point(text);
    if (!is_space(point.value)) break;
    text.remove_prefix(point.bytes);
  }
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
    if (!is_space(decode_code_point(text.substr(begin, end - begin)).value)) break;
    end = begin;
  }
  return text.substr(0, end);
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// digits [. digits] [e digits] with digits on at least one side of the point.
bool is_unsigned_decimal(std::string_view text) {
  std::size_t at = digits_at(text, 0);
  std::size_t digits = at;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_at(text, at + 1);
    digits += fraction;
    at += 1 + fraction;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

double unsigned_decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  return exact_number(text).exponent > 0 ? kInfinity : 0.0;
}

/// 0 to 35; 36 for what is no digit in any radix.
int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 36;
}

/// The digits after 0x, 0o or 0b.
double radix_number(std::string_view digits, int radix) {
  double value = 0;
  for (const char c : digits) {
    const int digit = digit_of(c);
    if (digit >= radix) return kNaN;
    value = value * radix + digit;
  }
  return digits.empty() ? kNaN : value;
}

int radix_of(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  switch (text[1]) {
    case 'x':
    case 'X':
      return 16;
    case 'o':
    case 'O':
      return 8;
    case 'b':
    case 'B':
      return 2;
    default:
      return 0;
  }
}

std::string joined(const Value::Array& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ',';
    if (!items[i].is_null()) text += to_text(items[i]);
  }
  return text;
}

/// Index properties come first and in numeric order in every JavaScript object, whatever order they
/// were written in.
bool is_array_index(const std::string& name) {
  if (name.empty() || name.size() > 10 || !std::all_of(name.begin(), name.end(), is_digit)) {
    return false;
  }
  if (name.size() > 1 && name.front() == '0') return false;
  return std::stoull(name) < 4294967295ULL;
}

std::vector<const Value::Member*> in_property_order(const Value::Object& members) {
  std::vector<const Value::Member*> order;
  order.reserve(members.size());
  for (const Value::Member& member : members) order.push_back(&member);
  const auto names = std::stable_partition(
      order.begin(), order.end(), [](const auto* member) { return is_array_index(member->first); });
  std::sort(order.begin(), names, [](const auto* a, const auto* b) {
    return std::stoull(a->first) < std::stoull(b->first);
  });
  return order;
}

bool same_json_objects(const Value::Object& a, const Value::Object& b) {
  if (a.size() != b.size()) return false;
  const auto order_a = in_property_order(a);
  const auto order_b = in_property_order(b);
  return std::equal(order_a.begin(), order_a.end(), order_b.begin(),
                    [](const auto* x, const auto* y) {
                      return x->first == y->first && same_json(x->second, y->second);
                    });
}

/// JSON.stringify writes numbers that JSON cannot hold as null.
bool is_json_null(const Value& value) {
  const Value::Number* number = value.as_number();
  return value.is_null() || (number != nullptr && !std::isfinite(number->value));
}

Order order_of(double a, double b) {
  if (a < b) return Order::kLess;
  if (a > b) return Order::kGreater;
  return a == b ? Order::kEqual : Order::kUnordered;
}

bool is_text_primitive(const Value& value) {
  return value.as_string() != nullptr || value.as_array() != nullptr ||
         value.as_object() != nullptr;
}

}  // namespace

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  return Value::real(number).as_number()->text;
}

double number_of(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return 0;
  if (const int radix = radix_of(text); radix != 0) return radix_number(text.substr(2), radix);
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  double magnitude = kNaN;
  if (text == "Infinity") {
    magnitude = kInfinity;
  } else if (is_unsigned_decimal(text)) {
    magnitude = unsigned_decimal(text);
  }
  return negative ? -magnitude : magnitude;
}

std::optional<double> leading_integer(std::string_view text) {
  text = trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const bool hexadecimal = radix_of(text) == 16;
  if (hexadecimal) text.remove_prefix(2);
  const int radix = hexadecimal ? 16 : 10;
  const auto digits = static_cast<std::size_t>(
      std::find_if(text.begin(), text.end(), [radix](char c) { return digit_of(c) >= radix; }) -
      text.begin());
  if (digits == 0) return std::nullopt;
  const double magnitude = radix_number(text.substr(0, digits), radix);
  return negative ? -magnitude : magnitude;
}

std::string to_text(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull:
      return "null";
    case Value::Type::kBoolean:
      return *value.as_boolean() ? "true" : "false";
    case Value::Type::kNumber:
      return number_text(value.as_number()->value);
    case Value::Type::kString:
      return *value.as_string();
    case Value::Type::kArray:
      return joined(*value.as_array());
    case Value::Type::kObject:
      return "[object Object]";
  }
  return "";
}

double to_number(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull:
      return 0;
    case Value::Type::kBoolean:
      return *value.as_boolean() ? 1 : 0;
    case Value::Type::kNumber:
      return value.as_number()->value;
    case Value::Type::kString:
      return number_of(*value.as_string());
    case Value::Type::kArray:
      return number_of(to_text(value));
    case Value::Type::kObject:
      return kNaN;
  }
  return kNaN;
}

bool truthy(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull:
      return false;
    case Value::Type::kBoolean:
      return *value.as_boolean();
    case Value::Type::kNumber:
      return value.as_number()->value != 0 && !std::isnan(value.as_number()->value);
    case Value::Type::kString:
      return !value.as_string()->empty();
    case Value::Type::kArray:
    case Value::Type::kObject:
      return true;
  }
  return false;
}

bool strictly_equal(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Value::Type::kNull:
      return true;
    case Value::Type::kBoolean:
      return *a.as_boolean() == *b.as_boolean();
    case Value::Type::kNumber:
      return a.as_number()->value == b.as_number()->value;
    case Value::Type::kString:
      return *a.as_string() == *b.as_string();
    case Value::Type::kArray:
    case Value::Type::kObject:
      return false;
  }
  return false;
}

bool same_json(const Value& a, const Value& b) {
  if (is_json_null(a) || is_json_null(b)) return is_json_null(a) && is_json_null(b);
  if (a.type() != b.type()) return false;
  if (const Value::Object* members = a.as_object())
    return same_json_objects(*members, *b.as_object());
  if (const Value::Array* items = a.as_array()) {
    const Value::Array& others = *b.as_array();
    return std::equal(items->begin(), items->end(), others.begin(), others.end(), same_json);
  }
  return strictly_equal(a, b);
}

Order compare(const Value& a, const Value& b) {
  if (!is_text_primitive(a) || !is_text_primitive(b)) return order_of(to_number(a), to_number(b));
  const std::string text_a = to_text(a);
  const std::string text_b = to_text(b);
  if (utf16_less(text_a, text_b)) return Order::kLess;
  return text_a == text_b ? Order::kEqual : Order::kGreater;
}

}  // namespace converge::js
