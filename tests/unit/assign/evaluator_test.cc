#include "engine/assign/evaluator.h"

#include <catch2/catch.hpp>
#include <utility>

#include "engine/assign/hash.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

Value json(const std::string& text) {
  Result<Value> parsed = parse_json(text);
  INFO(text);
  REQUIRE(parsed);
  return *std::move(parsed);
}

std::shared_ptr<const Evaluator> compiled(FeatureSet set,
                                          const EvaluatorLimits& limits = EvaluatorLimits{}) {
  auto evaluator = Evaluator::compile(std::move(set), limits);
  REQUIRE(evaluator);
  return *evaluator;
}

EvaluationContext someone() {
  EvaluationContext context;
  context.attributes = json(R"({"id":"user-1","country":"SE"})");
  return context;
}

FeatureRule forcing(const char* value) {
  FeatureRule rule;
  rule.force = Value::string(value);
  return rule;
}

FeatureRule after(FeatureRule rule, ParentCondition parent) {
  rule.parent_conditions.push_back(std::move(parent));
  return rule;
}

ParentCondition is_on(const char* id) {
  return {id, json(R"({"value":"on"})"), false};
}
ParentCondition gate(const char* id) {
  return {id, json(R"({"value":"on"})"), true};
}

/// Everyone hashed is in variation 1.
FeatureExperiment all_in_second(const char* key) {
  FeatureExperiment experiment;
  experiment.key = key;
  experiment.variations = {Value::string("first"), Value::string("second")};
  experiment.ranges = {{0.0, 0.0}, {0.0, 1.0}};
  experiment.hash_version = 2;
  return experiment;
}

FeatureRule testing(FeatureExperiment experiment) {
  FeatureRule rule;
  rule.experiment = std::move(experiment);
  return rule;
}

Feature feature(std::vector<FeatureRule> rules) {
  return {Value::string("default"), std::move(rules)};
}

std::string text_of(const FeatureResult& result) {
  return std::string(name_of(result.source)) + " " + to_json(*result.value);
}

std::string answer(const FeatureSet& set, const char* key, const EvaluationContext& context) {
  const auto evaluator = compiled(set);
  return text_of(evaluator->evaluate(key, context, {}));
}

TEST_CASE("Features: an override beats rules and even ignorance of the key") {
  FeatureSet set;
  set.features["known"] = feature({forcing("on")});
  EvaluationContext context = someone();
  context.forced_values["known"] = Value::integer(0);
  context.forced_values["stranger"] = Value::string("x");
  CHECK(answer(set, "known", context) == "override 0");
  CHECK(answer(set, "stranger", context) == "override \"x\"");
  CHECK(answer(set, "other", context) == "unknownFeature null");
}

TEST_CASE("Features: the first rule that applies answers, else the default") {
  FeatureSet set;
  FeatureRule abroad = forcing("abroad");
  abroad.condition = json(R"({"country":"DE"})");
  FeatureRule home = forcing("home");
  home.id = "rule-home";
  set.features["f"] = feature({abroad, home, forcing("late")});
  const auto evaluator = compiled(set);
  const EvaluationContext context = someone();
  const FeatureResult result = evaluator->evaluate("f", context, {});
  CHECK(text_of(result) == "force \"home\"");
  CHECK(result.rule_id == "rule-home");
  CHECK(result.rule == 1U);
  CHECK(result.on());

  set.features["f"].rules = {abroad, FeatureRule{}};
  CHECK(answer(set, "f", context) == "defaultValue \"default\"");
}

TEST_CASE("Features: a null that is forced is a value") {
  FeatureSet set;
  FeatureRule nothing;
  nothing.force = Value();
  set.features["f"] = feature({nothing, forcing("late")});
  const auto evaluator = compiled(set);
  const EvaluationContext context = someone();
  const FeatureResult result = evaluator->evaluate("f", context, {});
  CHECK(text_of(result) == "force null");
  CHECK_FALSE(result.on());
}

TEST_CASE("Prerequisites: unmet skips the rule, a gate turns the feature off, a cycle too") {
  FeatureSet set;
  set.features["on"] = feature({forcing("on")});
  set.features["off"] = feature({});
  set.features["met"] = feature({after(forcing("x"), is_on("on"))});
  set.features["unmet"] = feature({after(forcing("x"), is_on("off"))});
  set.features["gated"] = feature({after(forcing("x"), gate("off")), forcing("late")});
  set.features["missing"] = feature({after(forcing("x"), is_on("absent"))});
  set.features["self"] = feature({after(forcing("x"), is_on("self")), forcing("late")});
  set.features["a"] = feature({after(forcing("x"), is_on("b")), forcing("late")});
  set.features["b"] = feature({after(forcing("x"), is_on("a"))});
  set.features["leads-to-cycle"] = feature({after(forcing("x"), is_on("a")), forcing("late")});
  const EvaluationContext context = someone();
  CHECK(answer(set, "met", context) == "force \"x\"");
  CHECK(answer(set, "unmet", context) == "defaultValue \"default\"");
  CHECK(answer(set, "gated", context) == "prerequisite null");
  CHECK(answer(set, "missing", context) == "defaultValue \"default\"");
  for (const char* key : {"self", "a", "b", "leads-to-cycle"}) {
    CHECK(answer(set, key, context) == "cyclicPrerequisite null");
  }
  EvaluationContext broken_open = someone();
  broken_open.forced_values["b"] = Value::string("on");
  CHECK(answer(set, "a", broken_open) == "force \"x\"");
}

TEST_CASE("Prerequisites: the same parent twice on different ways is no cycle") {
  FeatureSet set;
  set.features["root"] = feature({forcing("on")});
  set.features["left"] = feature({after(forcing("on"), is_on("root"))});
  set.features["right"] = feature({after(forcing("on"), is_on("root"))});
  set.features["top"] = feature({after(after(forcing("x"), is_on("left")), is_on("right"))});
  CHECK(answer(set, "top", someone()) == "force \"x\"");
}

TEST_CASE("Prerequisites: depth and number of evaluations have limits, and say so") {
  FeatureSet chain;
  chain.features["f0"] = feature({forcing("on")});
  for (int i = 1; i < 100; ++i) {
    const std::string before = "f" + std::to_string(i - 1);
    chain.features["f" + std::to_string(i)] =
        feature({after(forcing("on"), is_on(before.c_str()))});
  }
  const auto evaluator = compiled(chain);
  const EvaluationContext context = someone();
  CHECK(text_of(evaluator->evaluate("f63", context, {})) == "force \"on\"");
  std::vector<RuleTrace> trace;
  CHECK(text_of(evaluator->evaluate("f64", context, {nullptr, &trace})) ==
        "tooManyPrerequisites null");
  REQUIRE(trace.size() == 1);
  CHECK(trace[0].outcome == Outcome::kPrerequisiteLimit);

  FeatureSet doubling;
  doubling.features["f0"] = feature({forcing("on")});
  for (int i = 1; i < 40; ++i) {
    const std::string before = "f" + std::to_string(i - 1);
    doubling.features["f" + std::to_string(i)] =
        feature({after(after(forcing("on"), is_on(before.c_str())), is_on(before.c_str()))});
  }
  CHECK(answer(doubling, "f10", context) == "force \"on\"");
  CHECK(answer(doubling, "f39", context) == "tooManyPrerequisites null");
}

TEST_CASE("Force rules: filters, then the condition, then the share") {
  FeatureSet set;
  FeatureRule rule = forcing("x");
  rule.filters = {{"s", {{0.0, 1.0}}, "id", 2}, {"t", {{0.0, 0.0}}, "id", 2}};
  rule.condition = json(R"({"country":"DE"})");
  rule.range = DoubleRange{0.0, 0.0};
  const auto outcome_of = [&set](const FeatureRule& each) {
    set.features["f"] = feature({each});
    const auto evaluator = compiled(set);
    const EvaluationContext context = someone();
    std::vector<RuleTrace> trace;
    (void)evaluator->evaluate("f", context, {nullptr, &trace});
    REQUIRE(trace.size() == 1);
    return trace[0];
  };
  CHECK(outcome_of(rule).outcome == Outcome::kFilter);
  CHECK(outcome_of(rule).part == 1);
  rule.filters.clear();
  CHECK(outcome_of(rule).outcome == Outcome::kCondition);
  rule.condition = Value();
  CHECK(outcome_of(rule).outcome == Outcome::kNotInRange);
  CHECK(outcome_of(rule).n == hash("f", "user-1", 1));
  rule.range = DoubleRange{0.0, 1.0};
  CHECK(outcome_of(rule).outcome == Outcome::kForced);
  rule.hash_attribute = "account";
  CHECK(outcome_of(rule).outcome == Outcome::kNoUnit);
  rule.hash_attribute = "id";
  rule.hash_version = 3;
  CHECK(outcome_of(rule).outcome == Outcome::kHashVersion);
}

TEST_CASE("Force rules: coverage is inclusive, 0 is nobody, none needs no unit") {
  FeatureSet set;
  FeatureRule rule = forcing("x");
  rule.hash_version = 2;
  rule.seed = "exp_ab";
  const auto gets = [&set](const FeatureRule& each, const std::string& attributes) {
    set.features["f"] = feature({each});
    EvaluationContext context;
    context.attributes = json(attributes);
    return answer(set, "f", context) == "force \"x\"";
  };
  const std::string unit = R"({"id":"user-0"})";  // n = .2575
  rule.coverage = 0.2575;
  CHECK(gets(rule, unit));
  rule.coverage = 0.2574;
  CHECK_FALSE(gets(rule, unit));
  rule.coverage = 0.0;
  CHECK_FALSE(gets(rule, unit));
  rule.coverage = 1.0;
  CHECK_FALSE(gets(rule, "{}"));
  rule.coverage.reset();
  CHECK(gets(rule, "{}"));
  rule.range = DoubleRange{0.2575, 0.2576};
  CHECK(gets(rule, unit));
  rule.range = DoubleRange{0.25, 0.2575};
  CHECK_FALSE(gets(rule, unit));
}

TEST_CASE("Experiment rules: take the feature's key, the rule's condition and its filters") {
  FeatureSet set;
  FeatureRule rule = testing(all_in_second(""));
  rule.id = "rule-1";
  set.features["f"] = feature({rule});
  const EvaluationContext context = someone();
  const auto evaluator = compiled(set);
  const FeatureResult result = evaluator->evaluate("f", context, {});
  CHECK(text_of(result) == "experiment \"second\"");
  CHECK(result.rule_id == "rule-1");
  REQUIRE(result.experiment != nullptr);
  CHECK(result.experiment->key == "f");
  REQUIRE(result.experiment_result);
  CHECK(result.experiment_result->bucket == hash("f", "user-1", 2));
  CHECK(result.experiment_result->key == "1");
  CHECK(result.experiment_result->feature == "f");

  rule.condition = json(R"({"country":"DE"})");
  set.features["f"] = feature({rule});
  CHECK(answer(set, "f", context) == "defaultValue \"default\"");
  rule.condition = Value();
  rule.filters = {{"s", {{0.0, 0.0}}, "id", 2}};
  set.features["f"] = feature({rule});
  CHECK(answer(set, "f", context) == "defaultValue \"default\"");
}

TEST_CASE("Exposures: holdouts, prerequisites and the flag itself, each once") {
  FeatureExperiment holdout = all_in_second("holdout");
  holdout.meta = {{"held-out", std::nullopt, false}, {"open", std::nullopt, true}};
  FeatureSet set;
  set.features["parent"] = feature({testing(all_in_second("parent-exp"))});
  FeatureRule tested = testing(all_in_second("exp"));
  const ParentCondition parent = {"parent", json(R"({"value":"second"})"), false};
  tested.parent_conditions = {parent, parent};
  set.features["f"] = feature({testing(holdout), testing(holdout), tested});
  const auto evaluator = compiled(set);
  const EvaluationContext context = someone();
  std::vector<Exposure> exposures;
  std::vector<RuleTrace> trace;
  const FeatureResult result = evaluator->evaluate("f", context, {&exposures, &trace});
  CHECK(text_of(result) == "experiment \"second\"");
  REQUIRE(exposures.size() == 3);
  CHECK(exposures[0].experiment->key == "holdout");
  CHECK(exposures[0].rule == 0);
  CHECK(exposures[1].experiment->key == "parent-exp");
  CHECK(exposures[1].feature == "parent");
  CHECK(exposures[2].experiment->key == "exp");
  CHECK(exposures[2].rule == 2);
  REQUIRE(trace.size() == 3);
  CHECK(trace[0].outcome == Outcome::kPassthrough);
  CHECK(trace[2].outcome == Outcome::kHashed);

  exposures.clear();
  EvaluationContext forced = someone();
  forced.forced_variations = {{"holdout", 1}, {"parent-exp", 1}, {"exp", 1}};
  CHECK(text_of(evaluator->evaluate("f", forced, {&exposures, nullptr})) ==
        "experiment \"second\"");
  CHECK(exposures.empty());
}

TEST_CASE("Exposures: those that a force rule carries are fired with it") {
  FeatureSet set;
  FeatureRule rule = forcing("x");
  rule.tracks = json(R"([{"experiment":{"key":"e"},"result":{"hashAttribute":"id",
      "hashValue":"user-1","variationId":1}},{"experiment":{"key":"e"},"result":{"hashAttribute":
      "id","hashValue":"user-1","variationId":1}},{"experiment":{"key":"e"}},7])");
  set.features["f"] = feature({rule});
  const auto evaluator = compiled(set);
  std::vector<Exposure> exposures;
  const EvaluationContext context = someone();
  (void)evaluator->evaluate("f", context, {&exposures, nullptr});
  REQUIRE(exposures.size() == 1);
  REQUIRE(exposures[0].track != nullptr);
  CHECK(*exposures[0].track->find("experiment")->find("key") == Value::string("e"));
}

TEST_CASE("Contextual bandits: the first context that holds gives the weights") {
  FeatureSet set;
  set.contextual_bandits["cb"].version = Value::integer(7);
  set.contextual_bandits["cb"].contexts = {{1, json(R"({"country":"DE"})"), {1.0, 0.0}},
                                           {2, json(R"({"country":"SE"})"), {0.0, 1.0}},
                                           {3, Value(), {1.0, 0.0}}};
  FeatureExperiment experiment = all_in_second("exp");
  experiment.ranges.clear();
  FeatureRule rule = testing(experiment);
  rule.contextual_bandit = "cb";
  set.features["f"] = feature({rule});
  const auto evaluator = compiled(set);
  EvaluationContext context = someone();
  const FeatureResult result = evaluator->evaluate("f", context, {});
  CHECK(text_of(result) == "experiment \"second\"");
  REQUIRE(result.experiment_result->bandit != nullptr);
  CHECK(result.experiment_result->bandit->id == 2);
  CHECK(*result.experiment_result->bandit->version == Value::integer(7));

  set.contextual_bandits["cb"].contexts.clear();
  const auto without = compiled(set);
  const FeatureResult fallback = without->evaluate("f", context, {});
  REQUIRE(fallback.experiment_result->bandit != nullptr);
  CHECK(fallback.experiment_result->bandit->id == -1);
  CHECK(fallback.experiment_result->bandit->weights == std::vector<double>{0.5, 0.5});
  context.forced_variations["exp"] = 0;
  CHECK(without->evaluate("f", context, {}).experiment_result->bandit == nullptr);
}

TEST_CASE("Compilation: names the feature and the rule; sizes are limited") {
  FeatureSet set;
  FeatureRule rule = forcing("x");
  rule.condition = json(R"({"id":{"$regex":")" + std::string(2000, 'a') + "\"}}");
  set.features["f"] = feature({forcing("x"), rule});
  const auto failed = Evaluator::compile(set, EvaluatorLimits{});
  REQUIRE_FALSE(failed);
  CHECK_THAT(failed.error().message, Catch::StartsWith("features.f.rules[1]: condition"));

  set.features["f"] = feature({FeatureRule{}, FeatureRule{}});
  EvaluatorLimits limits;
  limits.rules_max = 1;
  CHECK(Evaluator::compile(set, limits).error().code == Errc::kTooLarge);
  limits.rules_max = 2;
  limits.features_max = 0;
  CHECK(Evaluator::compile(set, limits).error().code == Errc::kTooLarge);
}

}  // namespace
}  // namespace converge
