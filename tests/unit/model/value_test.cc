#include "engine/model/value.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace converge {
namespace {

Value number(const std::string& text) {
  return Value::number(text, std::stod(text));
}

TEST_CASE("Value: numbers are equal by exact decimal value, not by text or double") {
  CHECK(number("1") == number("1.0"));
  CHECK(number("10e-1") == number("1"));
  CHECK(number("-0") == number("0.00e5"));
  CHECK(number("100") == number("1E+2"));
  CHECK_FALSE(number("1") == number("-1"));
  CHECK_FALSE(number("9007199254740992") == number("9007199254740993"));
  CHECK_FALSE(number("0.1") == number("0.10000000000000001"));
  CHECK_FALSE(number("1") == number("10"));
}

TEST_CASE("Value: texts, numbers and booleans of like appearance differ") {
  CHECK_FALSE(Value::string("1") == Value::integer(1));
  CHECK_FALSE(Value::boolean(true) == Value::integer(1));
  CHECK_FALSE(Value() == Value::boolean(false));
  CHECK_FALSE(Value::array({}) == Value::object({}));
}

TEST_CASE("Value: objects are equal whatever the order of members, arrays are not") {
  const Value a = Value::object({{"x", Value::integer(1)}, {"y", Value()}});
  const Value b = Value::object({{"y", Value()}, {"x", number("1.0")}});
  CHECK(a == b);
  CHECK_FALSE(a == Value::object({{"x", Value::integer(1)}}));
  CHECK_FALSE(a == Value::object({{"x", Value::integer(1)}, {"z", Value()}}));
  CHECK_FALSE(Value::array({a, Value()}) == Value::array({Value(), a}));
}

TEST_CASE("Value: real() writes the shortest text in JavaScript's layout") {
  const auto text = [](double value) { return Value::real(value).as_number()->text; };
  CHECK(text(0) == "0");
  CHECK(text(-0.0) == "-0");
  CHECK(text(1.5) == "1.5");
  CHECK(text(300000) == "300000");
  CHECK(text(-1234.5678) == "-1234.5678");
  CHECK(text(0.1 + 0.2) == "0.30000000000000004");
  CHECK(text(0.000001) == "0.000001");
  CHECK(text(0.0000001) == "1e-7");
  CHECK(text(1.25e-9) == "1.25e-9");
  CHECK(text(1e20) == "100000000000000000000");
  CHECK(text(1e21) == "1e+21");
  CHECK(text(123456789012345680000.0) == "123456789012345680000");
  CHECK(text(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(text(5e-324) == "5e-324");
}

TEST_CASE("Value: integer() keeps all digits") {
  CHECK(Value::integer(std::numeric_limits<std::int64_t>::min()).as_number()->text ==
        "-9223372036854775808");
  CHECK(Value::integer(42).as_number()->value == 42.0);
}

TEST_CASE("Value: find() sees members of objects only") {
  const Value object = Value::object({{"a", Value::integer(1)}, {"b", Value::integer(2)}});
  REQUIRE(object.find("b") != nullptr);
  CHECK(*object.find("b") == Value::integer(2));
  CHECK(object.find("c") == nullptr);
  CHECK(Value::array({object}).find("a") == nullptr);
  CHECK(Value().find("a") == nullptr);
}

TEST_CASE("Value: the type follows what was put in") {
  CHECK(Value().type() == Value::Type::kNull);
  CHECK(Value::boolean(false).type() == Value::Type::kBoolean);
  CHECK(Value::integer(0).type() == Value::Type::kNumber);
  CHECK(Value::string("").type() == Value::Type::kString);
  CHECK(Value::array({}).type() == Value::Type::kArray);
  CHECK(Value::object({}).type() == Value::Type::kObject);
  CHECK(std::string(name_of(Value::Type::kBoolean)) == "boolean");
}

}  // namespace
}  // namespace converge
