#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace converge {

/// A JSON value as a plain value type. Objects keep the order of their members; numbers keep the
/// decimal text that was sent beside the double that JavaScript would read, because canonical bytes
/// and exact sums need the text.
class Value {
 public:
  enum class Type { kNull, kBoolean, kNumber, kString, kArray, kObject };

  struct Number {
    std::string text;  ///< JSON number grammar
    double value = 0;  ///< nearest double
  };
  using Array = std::vector<Value>;
  using Member = std::pair<std::string, Value>;
  /// In the order of the text; names are unique (the codec refuses duplicates).
  using Object = std::vector<Member>;

  Value() = default;  ///< null
  static Value boolean(bool value);
  static Value number(std::string text, double value);
  static Value integer(std::int64_t value);
  /// Shortest text that reads back as the same double. Precondition: finite.
  static Value real(double value);
  static Value string(std::string text);
  static Value array(Array items);
  static Value object(Object members);

  Type type() const;
  bool is_null() const { return type() == Type::kNull; }

  /// Null unless the value has that type.
  const bool* as_boolean() const { return std::get_if<bool>(&state_); }
  const Number* as_number() const { return std::get_if<Number>(&state_); }
  const std::string* as_string() const { return std::get_if<std::string>(&state_); }
  const Array* as_array() const { return std::get_if<Array>(&state_); }
  const Object* as_object() const { return std::get_if<Object>(&state_); }

  /// The member of an object, null when absent or when this is no object. Linear in the number of
  /// members.
  const Value* find(std::string_view name) const;

  /// Structural equality: same types, member order ignored, numbers by exact decimal value, strings
  /// by bytes.
  bool operator==(const Value& other) const;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> state_;
};

/// "null", "boolean", "number", "string", "array", "object": for messages.
const char* name_of(Value::Type type);

}  // namespace converge
