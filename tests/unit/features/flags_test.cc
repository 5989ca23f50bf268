#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/assign/hash.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"
#include "engine/features/assigner.h"
#include "engine/features/growthbook_payload.h"
#include "engine/growthbook/feature_reader.h"
#include "tests/unit/promote/catalog_fixture.h"

/// Flags with rules of their own, layers, the holdout and stickiness as units meet them.
namespace converge {
namespace {

Value json(const std::string& text) {
  const Result<Value> value = parse_json(text);
  REQUIRE(value.has_value());
  return *value;
}

Definitions with_flag(const std::string& default_value, const std::string& rules) {
  Definitions definitions = only(checkout());
  definitions.flags[FlagKey("steps")] = {json(default_value), *json(rules).as_array(), Value()};
  return definitions;
}

Assignment answer(const Catalog& catalog, const std::string& unit,
                  const std::string& attributes = "{}", StickyBuckets* sticky = nullptr) {
  const auto assigner = Assigner::compile(catalog);
  REQUIRE(assigner.has_value());
  const auto answers = (*assigner)->assign(unit, json(attributes), {}, sticky);
  REQUIRE(answers.has_value());
  REQUIRE(answers->size() == 1);
  return answers->front();
}

/// A unit with these buckets.
std::string unit_in(const std::vector<std::pair<std::string, BucketRange>>& wanted) {
  for (int i = 0; i < 1'000'000; ++i) {
    std::string unit = "user-" + std::to_string(i);
    const bool fits = std::all_of(wanted.begin(), wanted.end(), [&unit](const auto& one) {
      return one.second.contains(bucket_of(one.first, unit));
    });
    if (fits) return unit;
  }
  FAIL("no such unit");
  return "";
}

ExperimentDefinition layered() {
  ExperimentDefinition experiment = checkout();
  experiment.layer = LayerKey("shop");
  experiment.traffic = 4'000;
  return experiment;
}

Definitions in_layer(const ExperimentDefinition& experiment) {
  Definitions definitions = only(experiment);
  definitions.layers[LayerKey("shop")] = {"shop"};
  definitions.holdout = HoldoutDefinition{500, "holdout"};
  return definitions;
}

}  // namespace

TEST_CASE("Flags: written rules answer before the experiment, in their order") {
  const Catalog catalog =
      applied(Catalog{},
              with_flag("7", R"([{"condition":{"staff":true},"force":9},{"experiment":"checkout"},
                         {"condition":{"country":"FR"},"force":5}])"),
              day(0));
  const std::string member = unit_in({{"checkout", {0, 2'500}}});
  const std::string stranger = unit_in({{"checkout", {2'500, 5'000}}});

  const Assignment staff = answer(catalog, member, R"({"staff":true})");
  CHECK(staff.value == Value::integer(9));
  CHECK(staff.reason == AssignReason::kRule);
  CHECK_FALSE(staff.in_experiment);
  CHECK(answer(catalog, member, R"({"country":"FR"})").reason == AssignReason::kSplit);
  CHECK(answer(catalog, stranger, R"({"country":"FR"})").value == Value::integer(5));
  const Assignment rest = answer(catalog, stranger);
  CHECK(rest.value == Value::integer(7));
  CHECK(rest.reason == AssignReason::kNotInTraffic);
}

TEST_CASE("Flags: a percentage is a range under a seed of its own") {
  Definitions definitions;
  definitions.flags[FlagKey("banner")] = {
      json("false"), *json(R"([{"percentage":"25%","force":true}])").as_array(), Value()};
  const auto assigner = Assigner::compile(applied(Catalog{}, definitions, day(0)));
  REQUIRE(assigner.has_value());
  for (int i = 0; i < 500; ++i) {
    const std::string unit = "user-" + std::to_string(i);
    const auto explained = (*assigner)->explain(unit, Value(), nullptr);
    REQUIRE(explained.has_value());
    const bool is_in = bucket_of("banner/percentage", unit) < 2'500;
    CHECK(explained->front().assignment.value == Value::boolean(is_in));
  }
}

TEST_CASE("Layers: only units in the segments and outside the holdout are split") {
  const Catalog catalog = applied(Catalog{}, in_layer(layered()), day(0));
  const BucketRange everyone{500, kBuckets};
  const Assignment member = answer(catalog, unit_in({{"holdout", everyone}, {"shop", {0, 4'000}}}));
  CHECK(member.reason == AssignReason::kSplit);
  const Assignment outside =
      answer(catalog, unit_in({{"holdout", everyone}, {"shop", {4'000, 10'000}}}));
  CHECK(outside.reason == AssignReason::kNotInTraffic);
  const Assignment held = answer(catalog, unit_in({{"holdout", {0, 500}}, {"shop", {0, 4'000}}}));
  CHECK(held.reason == AssignReason::kHeldOut);
  CHECK(held.value == Value::integer(3));
}

TEST_CASE("Layers: a promotion reaches units outside the segments, never the holdout") {
  Catalog catalog = applied(Catalog{}, in_layer(layered()), day(0));
  for (const DecisionKind kind : {DecisionKind::kPromote, DecisionKind::kNextStep,
                                  DecisionKind::kNextStep, DecisionKind::kNextStep}) {
    catalog = enacted(catalog, kind, day(20));
  }
  REQUIRE(entry_of(catalog).state == ExperimentState::kWatching);
  const BucketRange everyone{500, kBuckets};
  const auto at = [&](BucketRange shop, BucketRange own) {
    return answer(catalog, unit_in({{"holdout", everyone}, {"shop", shop}, {"checkout", own}}));
  };
  CHECK(at({0, 4'000}, {0, 834}).reason == AssignReason::kPromoted);
  CHECK(at({4'000, 10'000}, {0, 834}).reason == AssignReason::kHoldback);
  CHECK(at({4'000, 10'000}, {0, 834}).variant == VariantKey("control"));
  CHECK(at({4'000, 10'000}, {834, 1'668}).variant == VariantKey("one-page"));
  CHECK(at({4'000, 10'000}, {1'668, 10'000}).reason == AssignReason::kPromoted);
  CHECK(answer(catalog, unit_in({{"holdout", {0, 500}}})).reason == AssignReason::kHeldOut);
}

TEST_CASE("Stickiness: a member keeps its variant when attributes and traffic change") {
  ExperimentDefinition sticky = checkout();
  sticky.sticky = true;
  sticky.condition = json(R"({"country":"DE"})");
  const Catalog first = applied(Catalog{}, only(sticky), day(0));
  const std::string unit = unit_in({{"checkout", {2'000, 2'500}}});
  StickyBuckets documents;
  CHECK(answer(first, unit, R"({"country":"DE"})", &documents).reason == AssignReason::kSplit);
  CHECK(documents.changed.size() == 1);

  const Assignment abroad = answer(first, unit, R"({"country":"FR"})", &documents);
  CHECK(abroad.reason == AssignReason::kSticky);
  CHECK(abroad.variant == VariantKey("control"));
  CHECK(abroad.in_experiment);

  sticky.traffic = 1'000;
  const Catalog smaller = applied(first, only(sticky), day(1));
  CHECK_FALSE(entry_of(smaller).phases[0].ended_by_move);
  CHECK(answer(smaller, unit, R"({"country":"DE"})", &documents).reason == AssignReason::kSticky);
  CHECK(answer(smaller, unit, R"({"country":"DE"})").reason == AssignReason::kNotInTraffic);
}

TEST_CASE("Stickiness: paused and frozen experiments keep members and take nobody new") {
  ExperimentDefinition sticky = checkout();
  sticky.sticky = true;
  const Catalog first = applied(Catalog{}, only(sticky), day(0));
  const std::string unit = unit_in({{"checkout", {0, 2'500}}});
  const ActionKind verb = GENERATE(ActionKind::kPauseEnrolment, ActionKind::kFreeze);
  StickyBuckets documents;
  answer(first, unit, "{}", &documents);
  const Catalog paused = acted(first, verb, day(1));
  CHECK(answer(paused, unit, "{}", &documents).reason == AssignReason::kSticky);
  CHECK_FALSE(answer(paused, unit).in_experiment);
  StickyBuckets nobody;
  CHECK_FALSE(answer(paused, unit_in({{"checkout", {5'000, 7'500}}}), "{}", &nobody).in_experiment);
  const Catalog killed = acted(paused, ActionKind::kKill, day(2));
  CHECK(answer(killed, unit, "{}", &documents).reason == AssignReason::kEnded);
}

TEST_CASE("Stickiness: a restart forgets the documents of the previous randomisation") {
  ExperimentDefinition sticky = checkout();
  sticky.sticky = true;
  const Catalog first = applied(Catalog{}, only(sticky), day(0));
  const std::string unit = unit_in({{"checkout", {0, 2'500}}, {"checkout/2", {5'000, 7'500}}});
  StickyBuckets documents;
  CHECK(answer(first, unit, "{}", &documents).variant == VariantKey("control"));
  const Catalog second = acted(first, ActionKind::kRestart, day(1));
  const Assignment anew = answer(second, unit, "{}", &documents);
  CHECK(anew.reason == AssignReason::kSplit);
  CHECK(anew.variant == VariantKey("one-page"));
}

TEST_CASE("Stickiness: an anonymous visitor's variant is kept after login") {
  ExperimentDefinition sticky = checkout();
  sticky.unit = UnitKind("account");
  sticky.sticky = true;
  sticky.fallback_attribute = "visitor";
  Definitions definitions = only(sticky);
  definitions.units = {{UnitKind("user_id"), "id"}, {UnitKind("account"), "account_id"}};
  const Catalog catalog = applied(Catalog{}, definitions, day(0));
  const std::string visitor = unit_in({{"checkout", {0, 2'500}}});
  const std::string account = unit_in({{"checkout", {5'000, 7'500}}});
  StickyBuckets documents;
  const Assignment before = answer(catalog, "x", R"({"visitor":")" + visitor + "\"}", &documents);
  CHECK(before.variant == VariantKey("control"));
  CHECK(before.unit == Unit{UnitKind("visitor"), visitor});
  const Assignment after =
      answer(catalog, "x", R"({"visitor":")" + visitor + R"(","account_id":")" + account + "\"}",
             &documents);
  CHECK(after.variant == VariantKey("control"));
  CHECK(after.reason == AssignReason::kSticky);
}

TEST_CASE("Explain: every rule that was asked says what became of it") {
  const Catalog catalog = applied(Catalog{}, in_layer(layered()), day(0));
  const auto assigner = Assigner::compile(catalog);
  REQUIRE(assigner.has_value());
  const std::string outside = unit_in({{"holdout", {500, kBuckets}}, {"shop", {4'000, 10'000}}});
  const auto explained = (*assigner)->explain(outside, Value(), nullptr);
  REQUIRE(explained.has_value());
  REQUIRE(explained->front().rules.size() == 1);
  CHECK(explained->front().rules[0].origin ==
        RuleOrigin{RuleRole::kSplit, ExperimentKey("checkout")});
  CHECK(explained->front().rules[0].outcome == Outcome::kFilter);
  CHECK(explained->front().rules[0].part == 1);
}

TEST_CASE("Payload: a GrowthBook payload comes back with every key") {
  const Value payload = json(R"({
    "status": 200, "dateUpdated": "2026-01-01T00:00:00Z", "unknown": {"a": [1, 2]},
    "savedGroups": {"g": ["1", 2]}, "contextualBandits": {"b": {"contexts": []}},
    "experiments": [{"key": "redirect", "variations": [{}, {"urlRedirect": "/b"}]}],
    "features": {
      "empty": {},
      "plain": {"defaultValue": null, "project": "p1"},
      "rules": {"defaultValue": {"b": 1, "a": 2}, "rules": [
        {"id": "r1", "condition": {"x": {"y": 1}}, "force": {"z": 1, "a": 2}, "coverage": 0.10, "note": "hi"},
        {"key": "exp", "variations": ["a", "b"], "weights": [0.3, 0.7], "hashVersion": 2,
         "meta": [{"key": "a", "passthrough": true}, {"key": "b"}], "phase": "1", "experiment": "odd"}]}}})");
  const auto document = definitions_of_payload(payload);
  REQUIRE(document.has_value());
  const ReadDefinitions read = read_definitions(*document);
  for (const DefinitionProblem& problem : read.problems) {
    UNSCOPED_INFO(problem.path << ": " << problem.message);
  }
  REQUIRE_FALSE(read.has_errors());
  const Catalog catalog = applied(Catalog{}, read.definitions, day(0));
  const auto back = growthbook_payload(catalog, "2026-01-01T00:00:00Z");
  REQUIRE(back.has_value());
  CHECK(*back == payload);
}

TEST_CASE("Payload: what is not one is refused by name") {
  CHECK_FALSE(definitions_of_payload(json("[]")).has_value());
  CHECK(definitions_of_payload(json(R"({"encryptedFeatures":"x"})"))
            .error()
            .message.find("\"features\"") != std::string::npos);
}

TEST_CASE("Payload: experiments are written as their present rules and read back as the same") {
  Catalog catalog = applied(Catalog{}, in_layer(layered()), day(0));
  const int steps = GENERATE(0, 1, 2, 3);
  if (steps > 0) catalog = enacted(catalog, DecisionKind::kPromote, day(20));
  for (int i = 1; i < steps; ++i) catalog = enacted(catalog, DecisionKind::kNextStep, day(20));
  const auto payload = growthbook_payload(catalog, "now");
  REQUIRE(payload.has_value());
  const auto features = catalog_features(catalog);
  REQUIRE(features.has_value());
  CHECK(growthbook::feature_set_of(*payload) == features->set);
}

}  // namespace converge
