#include "engine/assign/js_value.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "engine/assign/unit_id.h"
#include "engine/assign/version_key.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

Value json(const std::string& text) {
  const Result<Value> value = parse_json(text);
  INFO(text);
  REQUIRE(value.has_value());
  return *value;
}

TEST_CASE("JavaScript: String(value)") {
  CHECK(js::to_text(json("null")) == "null");
  CHECK(js::to_text(json("true")) == "true");
  CHECK(js::to_text(json("1.0")) == "1");
  CHECK(js::to_text(json("-0")) == "0");
  CHECK(js::to_text(json("1e21")) == "1e+21");
  CHECK(js::to_text(json("123456789012345678901")) == "123456789012345680000");
  CHECK(js::to_text(json("1e400")) == "Infinity");
  CHECK(js::to_text(json("[1,null,\"a\",[2,[]],{}]")) == "1,,a,2,,[object Object]");
  CHECK(js::to_text(json("{\"a\":1}")) == "[object Object]");
  CHECK(js::number_text(std::nan("")) == "NaN");
}

TEST_CASE("JavaScript: Number(text) reads the numeric literal grammar") {
  CHECK(js::number_of("") == 0);
  CHECK(js::number_of(" \t\n\xC2\xA0\xEF\xBB\xBF") == 0);
  CHECK(js::number_of(" 12 \n") == 12);
  CHECK(js::number_of("\xE3\x80\x80 7\xE2\x80\xA8") == 7);
  CHECK(js::number_of("+1.5") == 1.5);
  CHECK(js::number_of("-1.5e-3") == -1.5e-3);
  CHECK(js::number_of("5.") == 5);
  CHECK(js::number_of(".5") == 0.5);
  CHECK(js::number_of("010") == 10);
  CHECK(js::number_of("0x1F") == 31);
  CHECK(js::number_of("0b101") == 5);
  CHECK(js::number_of("0O17") == 15);
  CHECK(js::number_of("-Infinity") == -std::numeric_limits<double>::infinity());
  CHECK(js::number_of("1e400") == std::numeric_limits<double>::infinity());
  CHECK(js::number_of("1e-400") == 0);
  for (const char* text :
       {"a",  "1a",    "1 2", ".",   "+",        "-",   "e5",  "1e",    "1e+", "--1",
        "0x", "-0x1F", "0xG", "0b2", "infinity", "Inf", "nan", "1_000", "1,5", "é"}) {
    INFO(text);
    CHECK(std::isnan(js::number_of(text)));
  }
}

TEST_CASE("JavaScript: Number(value)") {
  CHECK(js::to_number(json("null")) == 0);
  CHECK(js::to_number(json("true")) == 1);
  CHECK(js::to_number(json("false")) == 0);
  CHECK(js::to_number(json("[]")) == 0);
  CHECK(js::to_number(json("[5]")) == 5);
  CHECK(js::to_number(json("[[\"7\"]]")) == 7);
  CHECK(std::isnan(js::to_number(json("[1,2]"))));
  CHECK(std::isnan(js::to_number(json("[true]"))));
  CHECK(std::isnan(js::to_number(json("{}"))));
}

TEST_CASE("JavaScript: truthiness") {
  for (const char* text : {"null", "false", "0", "-0", "0.0", "\"\""}) {
    CHECK_FALSE(js::truthy(json(text)));
  }
  for (const char* text : {"true", "1", "\"0\"", "\"false\"", "[]", "{}"}) {
    CHECK(js::truthy(json(text)));
  }
}

TEST_CASE("JavaScript: JSON.stringify equality minds the order of names but not of indexes") {
  CHECK(js::same_json(json("{\"a\":1,\"b\":[2,null]}"), json("{\"a\":1.0,\"b\":[2,null]}")));
  CHECK_FALSE(js::same_json(json("{\"a\":1,\"b\":2}"), json("{\"b\":2,\"a\":1}")));
  CHECK(js::same_json(json("{\"10\":1,\"2\":2,\"a\":0}"), json("{\"a\":0,\"2\":2,\"10\":1}")));
  CHECK_FALSE(js::same_json(json("{\"01\":1,\"a\":2}"), json("{\"a\":2,\"01\":1}")));
  CHECK_FALSE(js::same_json(json("1"), json("\"1\"")));
  CHECK(js::same_json(json("-0"), json("0")));
  CHECK(js::same_json(json("[1e999]"), json("[null]")));
}

TEST_CASE("JavaScript: relational comparison") {
  using js::Order;
  CHECK(js::compare(json("\"10\""), json("\"9\"")) == Order::kLess);
  CHECK(js::compare(json("\"10\""), json("9")) == Order::kGreater);
  CHECK(js::compare(json("null"), json("0")) == Order::kEqual);
  CHECK(js::compare(json("\"a\""), json("1")) == Order::kUnordered);
  CHECK(js::compare(json("true"), json("\"1\"")) == Order::kEqual);
  CHECK(js::compare(json("\"😀\""), json("\"！\"")) == Order::kLess);
}

TEST_CASE("Unit ids: an attribute's text as SDKs hash it, nothing for falsy ones") {
  CHECK(unit_id_text(json("\"user-1\"")) == "user-1");
  CHECK(unit_id_text(json("42")) == "42");
  CHECK(unit_id_text(json("9007199254740992")) == "9007199254740992");
  CHECK(unit_id_text(json("1.5")) == "1.5");
  CHECK(unit_id_text(json("1e21")) == "1e+21");
  CHECK(unit_id_text(json("100000000000000000000")) == "100000000000000000000");
  CHECK(unit_id_text(json("true")) == "true");
  for (const char* text : {"null", "\"\"", "0", "0.0", "-0", "false", "[1]", "{\"a\":1}", "[]"}) {
    CHECK(unit_id_text(json(text)) == std::nullopt);
  }
}

TEST_CASE("Unit ids: nobody, too long and control characters are refused") {
  CHECK(check_unit_id("user-1").has_value());
  CHECK(check_unit_id("00").has_value());
  CHECK(check_unit_id("Null").has_value());
  CHECK(check_unit_id(std::string(256, 'a')).has_value());
  for (const std::string& id :
       {std::string(), std::string("0"), std::string("null"), std::string("undefined"),
        std::string(257, 'a'), std::string("a\nb"), std::string("a\0b", 3), std::string("\x7F")}) {
    const Status status = check_unit_id(id);
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("Unit ids: non-ASCII and e-mail-like ids are doubted") {
  CHECK_FALSE(unit_id_warning("user-1"));
  CHECK_FALSE(unit_id_warning("@handle"));
  CHECK_FALSE(unit_id_warning("a@b"));
  CHECK_THAT(unit_id_warning("ÅÄÖ").value(), Catch::Contains("ASCII"));
  CHECK_THAT(unit_id_warning("jo@shop.example").value(), Catch::Contains("e-mail"));
}

TEST_CASE("Version keys: the protocol's examples") {
  const auto key = [](const std::string& text) { return version_key(json(text)); };
  CHECK(key("\"v1.2.3-rc.1+b\"") == "    1-    2-    3-rc-    1");
  CHECK(key("\"1.2.3\"") == "    1-    2-    3-~");
  CHECK(key("\"10.0\"") == "   10-    0");
  CHECK(key("1.5") == "    1-    5");
  CHECK(key("\"\"") == "    0");
  CHECK(key("null") == "    0");
  CHECK(key("true") == "    0");
  CHECK(key("[\"1.2.3\"]") == "    0");
  CHECK(key("0") == "    0");
  CHECK(key("\"123456.1a.\"") == "123456-1a--~");
  CHECK(key("\"+x\"").empty());
}

}  // namespace
}  // namespace converge
