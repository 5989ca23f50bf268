#include "engine/codec/json.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace converge {
namespace {

Value read(const std::string& text) {
  const Result<Value> value = parse_json(text);
  INFO(text);
  REQUIRE(value.has_value());
  return *value;
}

Error refused(const std::string& text, const JsonLimits& limits = {}) {
  const Result<Value> value = parse_json(text, limits);
  INFO(text);
  REQUIRE_FALSE(value.has_value());
  return value.error();
}

TEST_CASE("JSON: numbers keep the text that was sent beside the nearest double") {
  const auto text = GENERATE(as<std::string>{}, "0", "-0", "-0.0", "1.0", "1E5", "1e-7", "0.1",
                             "12345678901234567890123", "18446744073709551616",
                             "0.10000000000000001", "3.14159265358979323846264338327950288");
  const Value value = read("[" + text + "]");
  const Value::Number* number = value.as_array()->front().as_number();
  REQUIRE(number != nullptr);
  CHECK(number->text == text);
  CHECK(number->value == std::strtod(text.c_str(), nullptr));
  CHECK(to_json(value) == "[" + text + "]");
  CHECK(to_canonical_json(value) == "[" + text + "]");
  CHECK(read(text).as_number()->text == text);
}

TEST_CASE("JSON: the double is the nearest one where a careless parser is off by one unit") {
  CHECK(read("9007199254740993").as_number()->value == 9007199254740992.0);
  CHECK(read("2.2250738585072011e-308").as_number()->value == 2.2250738585072011e-308);
  CHECK(read("1.7976931348623157e308").as_number()->value == std::numeric_limits<double>::max());
  CHECK(read("6929495644600919.5").as_number()->value == 6929495644600919.5);
  CHECK(read("3.5e-323").as_number()->value == 3.5e-323);
}

TEST_CASE("JSON: a magnitude beyond double reads as JavaScript reads it") {
  CHECK(read("1e400").as_number()->value == std::numeric_limits<double>::infinity());
  CHECK(read("-1e400").as_number()->value == -std::numeric_limits<double>::infinity());
  CHECK(read("1e-400").as_number()->value == 0);
  CHECK(std::signbit(read("-0").as_number()->value));
}

TEST_CASE("JSON: members keep their order, the canonical form sorts them by bytes at every level") {
  const Value value = read(R"({"b": {"z": 1, "Z": 2, "é": 3}, "a": [ {"y":1,"x":2} ], "": null})");
  CHECK(to_json(value) == R"({"b":{"z":1,"Z":2,"é":3},"a":[{"y":1,"x":2}],"":null})");
  CHECK(to_canonical_json(value) == R"({"":null,"a":[{"x":2,"y":1}],"b":{"Z":2,"z":1,"é":3}})");
}

TEST_CASE("JSON: member names above the surrogates sort by UTF-8 bytes, not by UTF-16 units") {
  CHECK(to_canonical_json(read("{\"\xF0\x9F\x98\x80\":1,\"\xEF\xAC\x81\":2}")) ==
        "{\"\xEF\xAC\x81\":2,\"\xF0\x9F\x98\x80\":1}");
}

TEST_CASE("JSON: strings are escaped as RFC 8785 does") {
  const Value value = read(R"("\u0000\u0001\b\t\n\u000b\f\r\u001f\"\\\/\u007f\u20ac\ud83d\ude00")");
  CHECK(to_canonical_json(value) ==
        "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\x7F€\xF0\x9F\x98\x80\"");
  CHECK(to_json(value) == to_canonical_json(value));
}

TEST_CASE("JSON: the pretty form is indented by two spaces and reads back") {
  const Value value = read(R"({"b":[1,{"c":null}],"a":{},"d":[]})");
  CHECK(
      to_json_pretty(value) ==
      "{\n  \"b\": [\n    1,\n    {\n      \"c\": null\n    }\n  ],\n  \"a\": {},\n  \"d\": []\n}");
  CHECK(read(to_json_pretty(value)) == value);
}

TEST_CASE("JSON: duplicate member names are refused at any depth, with the name and the place") {
  const Error error = refused(R"([{"x":{"n":1,"m":2,"n":1}}])");
  CHECK(error.code == Errc::kInvalidArgument);
  CHECK_THAT(error.message, Catch::Contains("byte 24") && Catch::Contains("\"n\""));
  refused(R"({"a":1,"\u0061":2})");
  CHECK(read(R"({"a":{"a":{"a":1}}})").find("a") != nullptr);
}

TEST_CASE("JSON: what RFC 8259 does not allow is refused with a byte offset") {
  const auto text = GENERATE(as<std::string>{}, "", "   ", "nul", "[1,2", "[1,]", "{\"a\":1,}",
                             "{\"a\"}", "{a:1}", "'a'", "01", "1.", ".5", "+1", "-", "0x10", "NaN",
                             "Infinity", "[1] x", "1 2", "{} {}", "// c\n1", "\"\t\"", "\"\\x\"",
                             "\"\\u12\"", "\"open", "\xEF\xBB\xBF{}", "[1e99999999999]");
  const Error error = refused(text);
  CHECK(error.code == Errc::kInvalidArgument);
  CHECK_THAT(error.message, Catch::Contains("byte "));
}

TEST_CASE("JSON: invalid UTF-8 and lone surrogates are refused") {
  for (const char* text :
       {"\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xE2\x82\"",
        R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")"}) {
    CHECK(refused(text).code == Errc::kInvalidArgument);
  }
}

TEST_CASE("JSON: depth and size are limited by name, the limit itself is allowed") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_json(nested(32)).has_value());
  CHECK(refused(nested(33)).code == Errc::kTooLarge);
  CHECK(refused(std::string(100'000, '[')).code == Errc::kTooLarge);
  CHECK(parse_json("[1]", {.depth_max = 1, .bytes_max = 3}).has_value());
  CHECK(refused("[1] ", {.depth_max = 1, .bytes_max = 3}).code == Errc::kTooLarge);
  CHECK(refused("[[1]]", {.depth_max = 1, .bytes_max = 100}).code == Errc::kTooLarge);
}

TEST_CASE("JSON: white space around the value is allowed") {
  CHECK(to_json(read(" \t\r\n[ 1 , true ] \r\n")) == "[1,true]");
}

TEST_CASE("JSON: an object with many members is read in far less than quadratic time") {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  text.back() = '}';
  CHECK(read(text).as_object()->size() == 200'000);
}

}  // namespace
}  // namespace converge
