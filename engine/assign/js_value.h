#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/value.h"

/// JavaScript's coercions and comparisons of JSON values: conditions and unit ids mean what the
/// reference SDK makes of them. Pure.
namespace converge::js {

/// Number::toString: 1.5 -> "1.5", 1e21 -> "1e+21", -0 -> "0", infinity -> "Infinity".
std::string number_text(double number);
/// Number(text): trimmed, "" is 0, decimal, hexadecimal, octal and binary literals; NaN for
/// everything else.
double number_of(std::string_view text);
/// parseInt(text): " 12px" -> 12, "0x1f" -> 31; nullopt where it is NaN.
std::optional<double> leading_integer(std::string_view text);

/// String(value): null -> "null", arrays joined by commas (null elements empty), objects "[object
/// Object]".
std::string to_text(const Value& value);
/// Number(value): null -> 0, true -> 1, arrays and objects by way of their text.
double to_number(const Value& value);
/// False for null, false, 0 and "".
bool truthy(const Value& value);

/// a === b of two values that were parsed apart: arrays and objects never are.
bool strictly_equal(const Value& a, const Value& b);
/// JSON.stringify(a) === JSON.stringify(b): member order counts, 1 and 1.0 are the same.
bool same_json(const Value& a, const Value& b);

enum class Order { kLess, kEqual, kGreater, kUnordered };
/// What the operators < <= > >= see: two texts by UTF-16 units, everything else as numbers.
Order compare(const Value& a, const Value& b);

}  // namespace converge::js
