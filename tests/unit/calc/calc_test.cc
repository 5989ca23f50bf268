#include "engine/calc/calc.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "engine/calc/inputs.h"
#include "engine/codec/json.h"

namespace converge::calc {
namespace {

Value json(const std::string& text) {
  Result<Value> parsed = parse_json(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string message_of(const Status& status) {
  return status ? "" : status.error().message;
}

TEST_CASE("Calc: every method has a name of its own and a summary") {
  std::string previous;
  for (const Method& method : methods()) {
    INFO(method.name);
    CHECK(method.name != previous);
    CHECK(!method.summary.empty());
    previous = method.name;
  }
}

TEST_CASE("Calc: the reference page has a row for every method") {
  std::ifstream stream(CONVERGE_SOURCE_DIR "/docs/reference/calculations.md");
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  for (const Method& method : methods()) {
    CHECK_THAT(page, Catch::Contains("\n| `" + std::string(method.name) + "` | " +
                                     std::string(method.summary) + " |"));
  }
}

TEST_CASE("Calc: every method refuses empty inputs and an unknown member by name") {
  for (const Method& method : methods()) {
    INFO(method.name);
    const Result<Value> empty = calculate(method.name, json("{}"));
    REQUIRE(!empty);
    CHECK(empty.error().code == Errc::kInvalidArgument);
    CHECK_THAT(empty.error().message, Catch::StartsWith("inputs."));
    const Result<Value> no_object = calculate(method.name, json("7"));
    REQUIRE(!no_object);
    CHECK(no_object.error().message == "inputs: expected a JSON object, found 7");
  }
}

TEST_CASE("Calc: a line that is no request is answered with an error line") {
  CHECK(answer_line("{").is_error);
  CHECK_THAT(answer_line("{\"method\": 3, \"inputs\": {}}").line,
             Catch::Contains("invalid_argument"));
  CHECK_THAT(answer_line("{\"method\": \"welsh\", \"inputs\": {}}").line,
             Catch::Contains("\"code\":\"not_found\""));
}

TEST_CASE("Inputs: the first problem is kept, with its path") {
  const Value value = json(R"({"a": "x", "rows": [[1, 2], [3, true]], "arm": {"n": 1.5}})");
  Inputs wrong_number(value);
  CHECK(wrong_number.number("a") == 0);
  wrong_number.number("missing");
  CHECK(message_of(wrong_number.status()) == "inputs.a: expected a number, found \"x\"");
  Inputs wrong_cell(value);
  wrong_cell.number_rows("rows");
  CHECK(message_of(wrong_cell.status()) == "inputs.rows[1][1]: expected a number, found boolean");
  Inputs wrong_count(value);
  wrong_count.object("arm").count("n");
  CHECK(message_of(wrong_count.status()) ==
        "inputs.arm.n: expected an integer up to 2^53, found 1.5");
}

TEST_CASE("Inputs: a member that nobody asked for is refused with the nearest name") {
  const Value value = json(R"({"alpha": 0.05, "arm": {"meen": 1}})");
  Inputs inputs(value);
  inputs.number("alpha");
  Inputs arm = inputs.object("arm");
  arm.number_or("mean", 0);
  CHECK(message_of(inputs.status()) ==
        "inputs.arm: unknown member \"meen\"; did you mean \"mean\"?");
}

TEST_CASE("Inputs: infinities have names, null counts as absent, 200.0 is a count") {
  const Value value = json(R"({"bound": "-inf", "prior": null, "n": 200.0})");
  Inputs inputs(value);
  CHECK(inputs.number("bound") < -1e308);
  CHECK(!inputs.optional_number("prior").has_value());
  CHECK(inputs.count("n") == 200);
  CHECK(inputs.status().has_value());
}

}  // namespace
}  // namespace converge::calc
