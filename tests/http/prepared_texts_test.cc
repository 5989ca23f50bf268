#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "engine/assign/hash.h"
#include "engine/codec/json.h"
#include "engine/growthbook/feature_writer.h"
#include "engine/growthbook/result_writer.h"
#include "server/api/prepared_texts.h"
#include "server/ofrep/evaluation.h"
#include "tests/property/assign/random_features.h"
#include "tests/unit/promote/catalog_fixture.h"

// Answers from prepared texts against the same questions that the evaluator walks through one by
// one: the same JSON, for random flags beside experiments in every state.
namespace converge {
namespace {

ExperimentDefinition experiment(const std::string& key) {
  return checkout_as(key, 8'000);
}

/// Rules as a definition file has them.
FlagDefinition written(const Feature& feature) {
  FlagDefinition flag;
  flag.default_value = feature.default_value;
  const Value document = growthbook::feature_document(feature);
  if (const Value* rules = document.find("rules")) flag.rules = *rules->as_array();
  return flag;
}

/// Experiments that run for everybody, for some, on devices, behind a rule of their flag, that ramp
/// up their winner, hold back a part after it, and have ended.
Catalog shop(const FeatureSet& flags) {
  Definitions definitions = only(checkout());
  definitions.units = {{UnitKind("user_id"), "id"}, {UnitKind("device_id"), "device"}};
  definitions.saved_groups = flags.saved_groups;
  definitions.holdout = HoldoutDefinition{500, "holdout"};
  for (const auto& [key, feature] : flags.features) {
    definitions.flags[FlagKey(key)] = written(feature);
  }
  definitions.flags[FlagKey("behind")].rules =
      *parse_json(R"([{"condition": {"country": "DE"}, "force": 9}, {"experiment": "behind"}])")
           ->as_array();
  ExperimentDefinition device = experiment("device");
  device.unit = UnitKind("device_id");
  ExperimentDefinition targeted = experiment("targeted");
  targeted.condition = *parse_json(R"({"country": "SE"})");
  definitions.experiments = {experiment("behind"), checkout(),          device,
                             experiment("ended"),  experiment("plain"), targeted};
  Catalog catalog = applied(Catalog{}, definitions, day(0));
  Action roll_back = action(ActionKind::kRollback);
  roll_back.experiment = ExperimentKey("ended");
  const auto ended = act(catalog, roll_back, day(1));
  REQUIRE(ended.has_value());
  return acted(ended->next, ActionKind::kPromote, day(1));
}

std::string plain_list(const Assigner& assigner, const FlagQuestion& question,
                       StickyBuckets* sticky) {
  std::vector<ExperimentKey> all;
  for (const char* key : {"behind", "checkout", "device", "ended", "plain", "targeted"}) {
    all.emplace_back(key);
  }
  const auto assignments = assigner.assign(question.unit, question.attributes, all, sticky);
  REQUIRE(assignments.has_value());
  std::string json = "[";
  for (const Assignment& assignment : *assignments) {
    if (json.size() > 1) json += ",";
    append_assignment(json, assignment);
  }
  return json + "]";
}

std::string plain_flags(const Assigner& assigner, OfrepContext context, StickyBuckets* sticky) {
  std::string json = "[";
  for (const auto& [key, feature] : assigner.evaluator().features().features) {
    if (json.size() > 1) json += ",";
    context.question.flag = FlagKey(key);
    const auto answers = assigner.answer(context.question, sticky);
    REQUIRE(answers.has_value());
    if (const auto error = error_of(answers->front(), context)) {
      append_failure(json, key, *error);
    } else {
      append_evaluation(json, answers->front(), assigner);
    }
  }
  return json + "]";
}

Value track_of(const Exposure& exposure) {
  if (exposure.track != nullptr) return *exposure.track;
  FeatureExperiment shown = *exposure.experiment;
  for (std::size_t i = 0; i < shown.variations.size(); ++i) {
    const bool is_own = static_cast<int>(i) == exposure.result.variation;
    if (!is_own) shown.variations[i] = Value::object({});
  }
  shown.condition = Value();
  shown.parent_conditions.clear();
  return Value::object({{"experiment", growthbook::experiment_document(shown)},
                        {"result", growthbook::result_document(exposure.result)}});
}

Value plain_features(const Evaluator& evaluator, const EvaluationContext& context) {
  Value::Object features;
  for (const auto& [key, feature] : evaluator.features().features) {
    std::vector<Exposure> exposures;
    const FeatureResult result = evaluator.evaluate(key, context, {.exposures = &exposures});
    Value::Object members = {{"defaultValue", *result.value}};
    if (!exposures.empty()) {
      Value::Array tracks;
      for (const Exposure& exposure : exposures) tracks.push_back(track_of(exposure));
      Value rule = Value::object({{"force", *result.value}, {"tracks", Value::array(tracks)}});
      members.emplace_back("rules", Value::array({std::move(rule)}));
    }
    features.emplace_back(key, Value::object(std::move(members)));
  }
  return Value::object(std::move(features));
}

}  // namespace

TEST_CASE("Prepared texts: the answers of every protocol are those of the evaluation") {
  static constexpr unsigned kSets = 300;
  static constexpr int kUnits = 20;
  std::map<std::string, int> seen;
  for (unsigned seed = 0; seed < kSets; ++seed) {
    RandomFeatures random(seed);
    const auto compiled = Assigner::compile(shop(random.set()));
    REQUIRE(compiled.has_value());
    const Assigner& assigner = **compiled;
    const AssignmentTexts assignments(*compiled);
    const FlagTexts flags(*compiled);
    const FeatureTexts features(*compiled);
    for (int i = 0; i < kUnits; ++i) {
      EvaluationContext context = random.context();
      OfrepContext asked{{"unit-" + std::to_string(i), context.attributes, std::nullopt}, {}};
      INFO("set " << seed << ", " << asked.question.unit << " " << to_json(context.attributes));

      StickyBuckets prepared = random.sticky();
      StickyBuckets walked = prepared;
      const bool is_sticky = random.one_in(2);
      StickyBuckets* const ours = is_sticky ? &prepared : nullptr;
      StickyBuckets* const theirs = is_sticky ? &walked : nullptr;

      std::string list;
      const auto count = assignments.append(list, asked.question.unit, context.attributes, ours);
      REQUIRE(count.has_value());
      REQUIRE(*count == 6);
      REQUIRE(list == plain_list(assigner, asked.question, theirs));

      if (random.one_in(10)) asked.question.unit.clear();
      std::string evaluations;
      REQUIRE(flags.append(evaluations, asked, ours).has_value());
      REQUIRE(evaluations == plain_flags(assigner, asked, theirs));

      std::string members;
      context.sticky = ours;
      features.append(members, context);
      const auto answered = parse_json(members);
      REQUIRE(answered.has_value());
      context.sticky = theirs;
      REQUIRE(to_json(*answered) == to_json(plain_features(assigner.evaluator(), context)));
      REQUIRE(prepared.documents == walked.documents);

      for (const auto& [name, text] :
           {std::pair("split", list), std::pair("promoted", list), std::pair("holdback", list),
            std::pair("ended", list), std::pair("held_out", list), std::pair("rule", list),
            std::pair("TARGETING_KEY_MISSING", evaluations), std::pair("STATIC", evaluations),
            std::pair("hashUsed", members), std::pair("bucket", members)}) {
        if (text.find('"' + std::string(name) + '"') != std::string::npos) ++seen[name];
      }
    }
  }
  // The generator must not have gone quiet.
  for (const auto& [name, count] : seen) {
    INFO(name << " " << count);
    CHECK(count > 100);
  }
  CHECK(seen.size() == 10);
}

TEST_CASE("Prepared texts: every bucket is told as its exact share") {
  Definitions definitions = only(checkout());
  definitions.experiments.front().traffic = 10'000;
  const auto compiled = Assigner::compile(applied(Catalog{}, definitions, day(0)));
  REQUIRE(compiled.has_value());
  const FeatureTexts features(*compiled);
  std::map<int, double> shares;
  for (int unit = 0; unit < 100'000; ++unit) {
    EvaluationContext context;
    const std::string id = std::to_string(unit);
    context.attributes = Value::object({{"id", Value::string(id)}});
    std::string json;
    features.append(json, context);
    const std::size_t share = json.rfind(R"("bucket":)") + 9;
    shares[bucket_of("checkout", id)] = std::stod(json.substr(share));
  }
  CHECK(shares.size() > 9'990);
  for (const auto& [bucket, share] : shares) REQUIRE(share == bucket / 10'000.0);
}

}  // namespace converge
