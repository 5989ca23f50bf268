#include <catch2/catch.hpp>
#include <functional>
#include <utility>

#include "engine/assign/evaluator.h"

// Protocol section 5: the steps of an experiment. Each step's place is observable: with two reasons
// at once, the earlier one decides.
namespace converge {
namespace {

struct Case {
  FeatureExperiment experiment;
  EvaluationContext context;
  StickyBuckets sticky;
};

Value condition(const char* attribute, const char* value) {
  return Value::object({{attribute, Value::string(value)}});
}

/// A member of "exp" whom nothing keeps out, with sticky buckets on.
Case member() {
  Case each;
  each.experiment.key = "exp";
  each.experiment.variations = {Value::string("a"), Value::string("b")};
  each.experiment.hash_version = 2;
  each.experiment.min_bucket_version = 1;
  each.experiment.bucket_version = 1;
  each.experiment.meta = {{"control", "Control", false}, {"treated", std::nullopt, false}};
  each.context.attributes =
      Value::object({{"id", Value::string("user-1")}, {"country", Value::string("SE")}});
  return each;
}

StickyDocument document(const char* assignment, const char* variation) {
  return {"id", "user-1", {{assignment, variation}}};
}

ExperimentResult run(Case& each) {
  const auto evaluator = Evaluator::compile({}, EvaluatorLimits{});
  REQUIRE(evaluator);
  const auto prepared = (*evaluator)->prepare(each.experiment);
  REQUIRE(prepared);
  each.context.sticky = &each.sticky;
  // Only what does not point into the evaluator is looked at afterwards.
  ExperimentResult result = (*evaluator)->run(**prepared, each.context, {});
  result.value = nullptr;
  result.key = {};
  result.name = {};
  result.hash_attribute = {};
  return result;
}

struct Step {
  Outcome outcome;
  std::function<void(Case&)> apply;
};

/// In the order of the protocol.
const std::vector<Step>& steps() {
  static const std::vector<Step> kSteps = {
      {Outcome::kTooFewVariations, [](Case& each) { each.experiment.variations.resize(1); }},
      {Outcome::kDisabled, [](Case& each) { each.context.enabled = false; }},
      {Outcome::kUrl,
       [](Case& each) {
         each.experiment.url_patterns = {{UrlPattern::Kind::kRegex, true, "^https://nowhere"}};
       }},
      {Outcome::kQueryOverride, [](Case& each) { each.context.url = "https://shop/?exp=1"; }},
      {Outcome::kForcedVariation, [](Case& each) { each.context.forced_variations["exp"] = 1; }},
      {Outcome::kInactive, [](Case& each) { each.experiment.active = false; }},
      {Outcome::kNoUnit, [](Case& each) { each.context.attributes = condition("country", "SE"); }},
      {Outcome::kFilter,
       [](Case& each) {
         each.experiment.filters = {{"layer", {{0.0, 0.0}}, "id", 2}};
       }},
      {Outcome::kCondition,
       [](Case& each) { each.experiment.condition = condition("country", "DE"); }},
      {Outcome::kPrerequisite,
       [](Case& each) {
         each.experiment.parent_conditions = {{"absent", condition("value", "on"), true}};
       }},
      {Outcome::kHashVersion, [](Case& each) { each.experiment.hash_version = 3; }},
      {Outcome::kStickyBlocked,
       [](Case& each) { each.sticky.documents["id||user-1"] = document("exp__0", "control"); }},
      {Outcome::kNotInRange, [](Case& each) { each.experiment.coverage = 0.0; }},
      {Outcome::kExperimentForce, [](Case& each) { each.experiment.force = 1; }},
      {Outcome::kQaMode, [](Case& each) { each.context.qa_mode = true; }},
      {Outcome::kStopped, [](Case& each) { each.experiment.status = "stopped"; }},
      {Outcome::kHashed, [](Case&) {}},
  };
  return kSteps;
}

TEST_CASE("Experiments: each step alone gives its outcome") {
  for (const Step& step : steps()) {
    Case each = member();
    step.apply(each);
    const ExperimentResult result = run(each);
    INFO(name_of(step.outcome) << " but " << name_of(result.outcome));
    CHECK(result.outcome == step.outcome);
    const bool in = step.outcome < Outcome::kPassthrough;
    CHECK(result.in_experiment == in);
    CHECK(result.hash_used == (step.outcome == Outcome::kHashed));
    CHECK(result.bucket.has_value() == (step.outcome == Outcome::kHashed));
    CHECK(result.sticky_used == (step.outcome == Outcome::kStickyBlocked));
    if (!in) CHECK(result.variation == 0);
  }
}

TEST_CASE("Experiments: of two reasons the earlier step's decides") {
  for (std::size_t i = 0; i < steps().size(); ++i) {
    for (std::size_t j = i + 1; j < steps().size(); ++j) {
      Case each = member();
      steps()[i].apply(each);
      steps()[j].apply(each);
      const Outcome outcome = run(each).outcome;
      INFO(name_of(steps()[i].outcome)
           << " with " << name_of(steps()[j].outcome) << ": " << name_of(outcome));
      CHECK(outcome == steps()[i].outcome);
    }
  }
}

TEST_CASE(
    "Experiments: a kept assignment passes over targeting and ranges, and over nothing else") {
  for (const Step& step : steps()) {
    Case each = member();
    each.sticky.documents["id||user-1"] = document("exp__1", "treated");
    step.apply(each);
    if (step.outcome == Outcome::kStickyBlocked) {
      each.sticky.documents["id||user-1"].assignments.emplace_back("exp__1", "treated");
    }
    const bool passed_over =
        step.outcome == Outcome::kFilter || step.outcome == Outcome::kCondition ||
        step.outcome == Outcome::kPrerequisite || step.outcome == Outcome::kNotInRange ||
        step.outcome == Outcome::kHashed;
    const ExperimentResult result = run(each);
    INFO(name_of(step.outcome) << " but " << name_of(result.outcome));
    CHECK(result.outcome == (passed_over ? Outcome::kSticky : step.outcome));
    if (passed_over) {
      CHECK(result.variation == 1);
      CHECK(result.sticky_used);
      CHECK(result.hash_used);
    }
  }
}

TEST_CASE(
    "Experiments: drafts are out like inactive ones, and forced indices out of range are out") {
  Case draft = member();
  draft.experiment.status = "draft";
  CHECK(run(draft).outcome == Outcome::kInactive);
  for (const int index : {-1, 2}) {
    Case forced = member();
    forced.context.forced_variations["exp"] = index;
    CHECK(run(forced).outcome == Outcome::kNoSuchVariation);
    CHECK_FALSE(run(forced).in_experiment);
    Case by_experiment = member();
    by_experiment.experiment.force = index;
    CHECK(run(by_experiment).outcome == Outcome::kNoSuchVariation);
  }
}

TEST_CASE("Experiments: the name space is asked without filters only") {
  Case each = member();
  each.experiment.name_space = Namespace{"space", {0.0, 0.0}};
  CHECK(run(each).outcome == Outcome::kNamespace);
  each.experiment.filters = {{"layer", {{0.0, 1.0}}, "id", 2}};
  CHECK(run(each).outcome == Outcome::kHashed);
}

TEST_CASE("Experiments: the fallback attribute hashes with sticky buckets only") {
  Case each = member();
  each.experiment.hash_attribute = "account";
  each.experiment.fallback_attribute = "id";
  CHECK(run(each).outcome == Outcome::kHashed);
  each.experiment.disable_sticky_bucketing = true;
  CHECK(run(each).outcome == Outcome::kNoUnit);
}

TEST_CASE("Experiments: falsy attributes are no unit; others hash as JavaScript prints them") {
  const auto with_id = [](Value id) {
    Case each = member();
    each.context.attributes = Value::object({{"id", std::move(id)}});
    return run(each);
  };
  for (const Value& falsy :
       {Value(), Value::string(""), Value::integer(0), Value::boolean(false)}) {
    CHECK(with_id(falsy).outcome == Outcome::kNoUnit);
  }
  CHECK(with_id(Value::integer(42)).bucket == with_id(Value::string("42")).bucket);
  CHECK(with_id(Value::real(1.5)).bucket == with_id(Value::string("1.5")).bucket);
  CHECK(with_id(Value::boolean(true)).bucket == with_id(Value::string("true")).bucket);
  CHECK(with_id(Value::array({Value::integer(1), Value::integer(2)})).bucket ==
        with_id(Value::string("1,2")).bucket);
}

}  // namespace
}  // namespace converge
