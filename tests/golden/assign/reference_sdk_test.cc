#include <catch2/catch.hpp>
#include <fstream>

#include "engine/assign/condition.h"
#include "engine/assign/pattern.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

/// The lines of tests/data/assign/<name>; how they were made stands in the script beside it.
std::vector<Value> lines_of(const std::string& name) {
  std::ifstream file(std::string(CONVERGE_TEST_DATA) + "/assign/" + name);
  std::vector<Value> lines;
  for (std::string line; std::getline(file, line);) {
    const Result<Value> value = parse_json(line);
    REQUIRE(value.has_value());
    lines.push_back(*value);
  }
  REQUIRE(lines.size() > 1000);
  return lines;
}

TEST_CASE("Conditions hold exactly when the reference SDK says so") {
  const std::vector<Value> lines = lines_of("conditions.ndjson");
  Condition::SavedGroups groups;
  for (const auto& [name, group] : *lines.front().as_object()) groups.emplace(name, group);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const Value::Array& row = *lines[i].as_array();
    const auto condition = Condition::compile(row[0], groups, Condition::Limits{});
    INFO(to_json(lines[i]));
    REQUIRE(condition.has_value());
    CHECK(condition->holds(row[1]) == *row[2].as_boolean());
  }
}

TEST_CASE("Patterns match and are refused exactly as JavaScript does") {
  const std::vector<Value> lines = lines_of("patterns.ndjson");
  const Value::Array& subjects = *lines.front().as_array();
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const Value::Array& row = *lines[i].as_array();
    const bool any_case = *row[1].as_string() == "i";
    const auto pattern = Pattern::compile(
        *row[0].as_string(), any_case ? Pattern::Case::kInsensitive : Pattern::Case::kSensitive);
    std::string verdicts = pattern ? "" : "X";
    for (const Value& subject : subjects) {
      if (pattern) verdicts += pattern->found_in(*subject.as_string()) ? '1' : '0';
    }
    INFO(to_json(lines[i]));
    CHECK(verdicts == *row[2].as_string());
  }
}

}  // namespace
}  // namespace converge
