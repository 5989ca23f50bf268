#include "engine/codec/definition.h"

#include <catch2/catch.hpp>
#include <string>

#include "engine/codec/json.h"

namespace converge {
namespace {

ReadDefinitions read(const std::string& json) {
  return read_definitions(parse_json(json).value());
}

std::string first_problem(const std::string& json) {
  const ReadDefinitions result = read(json);
  return result.problems.empty()
             ? ""
             : result.problems.front().path + ": " + result.problems.front().message;
}

std::string with_weights(const std::string& variants) {
  return R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"count","event":"x","window":"1d"}},
    "experiments":[{"key":"e","unit":"user_id","variants":)" +
         variants + R"(,"metrics":[{"metric":"m","role":"quality"}]}]})";
}

}  // namespace

TEST_CASE("Definition: weights of 100, of 1, percentages and none at all mean the same shares") {
  for (const char* variants : {R"([{"key":"a","weight":50},{"key":"b","weight":50}])",
                               R"([{"key":"a","weight":0.5},{"key":"b","weight":0.5}])",
                               R"([{"key":"a","weight":"50%"},{"key":"b","weight":"50%"}])",
                               R"([{"key":"a"},{"key":"b"}])"}) {
    const ReadDefinitions result = read(with_weights(variants));
    INFO(variants);
    REQUIRE(result.problems.empty());
    CHECK(result.definitions.experiments[0].variants[0].weight == 0.5);
    CHECK(result.definitions.experiments[0].variants[1].weight == 0.5);
  }
}

TEST_CASE("Definition: a weight of 0.1 percent is the double nearest to 0.001") {
  const ReadDefinitions result =
      read(with_weights(R"([{"key":"a","weight":99.9},{"key":"b","weight":0.1}])"));
  REQUIRE(result.problems.empty());
  CHECK(result.definitions.experiments[0].variants[0].weight == 0.999);
  CHECK(result.definitions.experiments[0].variants[1].weight == 0.001);
}

TEST_CASE("Definition: weights that lack a thousandth do not add up") {
  CHECK(
      first_problem(
          with_weights(
              R"([{"key":"a","weight":33.333},{"key":"b","weight":33.333},{"key":"c","weight":33.333}])"))
          .starts_with("experiments[0].variants: the weights add up to 99.999; expected 100"));
}

TEST_CASE("Definition: flag, seed and value fall back to keys; external ones have no flag") {
  const auto native = read(with_weights(R"([{"key":"a"},{"key":"b","value":null}])"));
  const ExperimentDefinition& experiment = native.definitions.experiments[0];
  CHECK(experiment.flag == FlagKey("e"));
  CHECK(experiment.seed == "e");
  CHECK(experiment.variants[0].value == Value::string("a"));
  CHECK(experiment.variants[1].value.is_null());
  std::string external = with_weights(R"([{"key":"a"},{"key":"b"}])");
  external.replace(external.find(R"("unit")"), 6, R"("assignment":"external","unit")");
  CHECK(read(external).definitions.experiments[0].flag.empty());
}

TEST_CASE("Definition: what is not written down only recommends") {
  std::string text = with_weights(R"([{"key":"a"},{"key":"b"}])");
  text.replace(text.find(R"("unit")"), 6, R"("decision":{"min_days":7,"max_days":14},"unit")");
  text.replace(text.find("quality"), 7, "success");
  const ReadDefinitions result = read(text);
  REQUIRE_FALSE(result.has_errors());
  const DecisionRule& rule = *result.definitions.experiments[0].decision;
  CHECK(rule.on_ship.action == ShipAction::kRecommend);
  CHECK(rule.on_guardrail_breach == BreachAction::kRecommend);
}

TEST_CASE("Definition: stored entries may have reserved keys and are not linted") {
  std::string text = R"({"key":"e--holdback","unit":"user_id","variants":
    [{"key":"a","weight":50},{"key":"b","weight":50}],"metrics":[{"metric":"gone","role":"success"}]})";
  const auto stored = experiment_from(parse_json(text).value());
  REQUIRE(stored.has_value());
  CHECK(stored->key == ExperimentKey("e--holdback"));
  CHECK(stored->variants[1].weight == 0.5);
  const auto damaged = experiment_from(parse_json(R"({"key":"e"})").value());
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().code == Errc::kInvalidArgument);
}

TEST_CASE("Definition: what comes later is refused by name at every level") {
  for (const char* name :
       {"cap", "cuped", "prior", "invited", "cluster", "utility", "environments"}) {
    const std::string message =
        first_problem(R"({"apiVersion":"converge/v1",")" + std::string(name) + R"(":1})");
    CHECK(message.find("is not available in this version") != std::string::npos);
  }
  for (const char* type : {"quantile", "nps", "csat", "ces", "retention", "churn"}) {
    const std::string message = first_problem(
        R"({"apiVersion":"converge/v1","metrics":{"m":{"type":")" + std::string(type) + R"("}}})");
    CHECK(message.find("is not available in this version") != std::string::npos);
  }
}

TEST_CASE("Definition: a document of any other shape is a problem, not a crash") {
  for (const char* json : {"null", "[]", "1", R"("text")", "{}",
                           R"({"apiVersion":"converge/v1","metrics":[],"experiments":{}})",
                           R"({"apiVersion":"converge/v1","experiments":[null,1,[],"x",{}]})",
                           R"({"apiVersion":"converge/v1","metrics":{"m":null}})"}) {
    CHECK(read(json).has_errors());
  }
}

TEST_CASE("nearest_name: slips are found, strangers are not") {
  const std::vector<std::string> known = {"window", "direction", "on_ship"};
  CHECK(nearest_name("windw", known) == "window");
  CHECK(nearest_name("Window", known) == "window");
  CHECK(nearest_name("onShip", known) == "on_ship");
  CHECK(nearest_name("dierction", known) == "direction");
  CHECK(nearest_name("margin", known).empty());
  CHECK(nearest_name("", known).empty());
}

TEST_CASE("member_path: names that are no plain words stand in brackets") {
  CHECK(member_path("", "a") == "a");
  CHECK(member_path("a", "b") == "a.b");
  CHECK(member_path("a", "b c") == "a[\"b c\"]");
  CHECK(item_path("a", 2) == "a[2]");
}

}  // namespace converge
