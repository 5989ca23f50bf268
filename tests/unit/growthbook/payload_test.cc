#include <catch2/catch.hpp>

#include "engine/assign/evaluator.h"
#include "engine/codec/json.h"
#include "engine/growthbook/context_reader.h"
#include "engine/growthbook/feature_reader.h"
#include "engine/growthbook/feature_writer.h"

namespace converge::growthbook {
namespace {

Value json(const std::string& text) {
  Result<Value> parsed = parse_json(text);
  INFO(text);
  REQUIRE(parsed);
  return *std::move(parsed);
}

FeatureRule only_rule(const std::string& rule) {
  const FeatureSet set = feature_set_of(json(R"({"features":{"f":{"rules":[)" + rule + "]}}}"));
  REQUIRE(set.features.at("f").rules.size() == 1);
  return set.features.at("f").rules.front();
}

const char* const kFullPayload = R"({"features":{
  "a":{"defaultValue":1,"rules":[
    {"id":"r","condition":{"x":1},"parentConditions":[{"id":"b","condition":{"value":true},"gate":true}],
     "filters":[{"seed":"s","ranges":[[0,0.5]],"attribute":"device","hashVersion":1}],
     "force":null,"range":[0.1,0.2],"coverage":0.5,"hashAttribute":"device","fallbackAttribute":"id",
     "disableStickyBucketing":true,"hashVersion":2,"seed":"t","tracks":[{"experiment":{},"result":{}}]},
    {"variations":["x","y"],"key":"e","coverage":0.9,"weights":[0.4,0.6],"ranges":[[0,0.4],[0.4,1]],
     "meta":[{"key":"c","name":"C"},{"passthrough":true}],"hashAttribute":"device","fallbackAttribute":"id",
     "hashVersion":2,"seed":"u","name":"N","phase":"1","bucketVersion":2,"minBucketVersion":1,
     "disableStickyBucketing":true},
    {"contextualVariations":[0,1],"contextualBanditRef":"cb"},
    {}]},
  "b":{"defaultValue":null}},
 "savedGroups":{"g":[1,2],"h":{"type":"list","attributeKey":"id","values":[]}},
 "contextualBandits":{"cb":{"banditVersion":3,"contexts":[{"leafId":1,"condition":{"x":1},"weights":[0.1,0.9]}]}}})";

TEST_CASE("Payloads: what is written is read back as the same") {
  const FeatureSet set = feature_set_of(json(kFullPayload));
  REQUIRE(set.features.at("a").rules.size() == 4);
  CHECK(feature_set_of(payload_of(set)) == set);
  CHECK(to_json(payload_of(feature_set_of(payload_of(set)))) == to_json(payload_of(set)));
}

TEST_CASE("Payloads: every member of a rule arrives") {
  const FeatureSet set = feature_set_of(json(kFullPayload));
  const FeatureRule& force = set.features.at("a").rules[0];
  CHECK(force.id == "r");
  CHECK(force.force == Value());
  CHECK(force.range == DoubleRange{0.1, 0.2});
  CHECK(force.coverage == 0.5);
  CHECK(force.hash_attribute == "device");
  CHECK(force.hash_version == 2);
  CHECK(force.parent_conditions.front().gate);
  CHECK(force.filters.front() == HashFilter{"s", {{0.0, 0.5}}, "device", 1});
  const FeatureExperiment& experiment = *set.features.at("a").rules[1].experiment;
  CHECK(experiment.key == "e");
  CHECK(experiment.ranges.size() == 2);
  CHECK(experiment.meta[0].key == "c");
  CHECK(experiment.meta[1].passthrough);
  CHECK(experiment.bucket_version == 2);
  CHECK(experiment.min_bucket_version == 1);
  CHECK(set.features.at("a").rules[2].contextual_bandit == "cb");
  CHECK(set.contextual_bandits.at("cb").contexts.front().leaf_id == 1);
}

TEST_CASE("Payloads: a standalone experiment is written with its overrides") {
  const Value document = json(R"({"key":"e","variations":[0,1],"condition":{"x":1},"force":1,
      "active":false,"status":"stopped","parentConditions":[{"id":"b"}],
      "filters":[{"seed":"s","ranges":[[0,1]]}],"urlPatterns":[
      {"type":"simple","include":false,"pattern":"/a"},{"type":"regex","include":true,"pattern":"b"}]})");
  const Result<FeatureExperiment> experiment = experiment_of(document);
  REQUIRE(experiment);
  CHECK(experiment->force == 1);
  CHECK_FALSE(experiment->active);
  CHECK(experiment->url_patterns[0] == UrlPattern{UrlPattern::Kind::kSimple, false, "/a"});
  const Result<FeatureExperiment> again = experiment_of(experiment_document(*experiment));
  REQUIRE(again);
  CHECK(*again == *experiment);
  CHECK_FALSE(experiment_of(json(R"({"variations":[0,1]})")));
  CHECK_FALSE(experiment_of(json(R"({"key":"e","variations":"ab"})")));
}

TEST_CASE("Payloads: an empty list of URL patterns or ranges keeps everyone out") {
  CHECK(experiment_of(json(R"({"key":"e","variations":[0,1],"urlPatterns":[]})"))
            ->url_patterns.size() == 1);
  const FeatureRule rule = only_rule(R"({"variations":[0,1],"ranges":[]})");
  CHECK(rule.experiment->ranges == std::vector<DoubleRange>{{0.0, 0.0}});
}

TEST_CASE("Payloads: filters, even none in the list, take the place of a name space") {
  CHECK(only_rule(R"({"variations":[0,1],"namespace":["n",0,0.5]})").experiment->name_space ==
        Namespace{"n", {0.0, 0.5}});
  CHECK_FALSE(only_rule(R"({"variations":[0,1],"namespace":["n",0,0.5],"filters":[]})")
                  .experiment->name_space);
}

TEST_CASE("Payloads: wrong types never crash, and apply as the SDK would have them") {
  for (const char* odd : {"null", "0", "1", "\"x\"", "\"\"", "true", "[]", "[[]]", "{}", "-1.5",
                          "[null]", "{\"a\":[]}", "1e308"}) {
    const std::string value(odd);
    std::string rule = "{\"variations\":[0,1]";
    for (const char* name : {"id",
                             "condition",
                             "parentConditions",
                             "filters",
                             "coverage",
                             "weights",
                             "ranges",
                             "meta",
                             "namespace",
                             "hashAttribute",
                             "fallbackAttribute",
                             "hashVersion",
                             "seed",
                             "name",
                             "phase",
                             "bucketVersion",
                             "minBucketVersion",
                             "disableStickyBucketing",
                             "contextualBanditRef",
                             "contextualVariations",
                             "key"}) {
      rule += ",\"" + std::string(name) + "\":" + value;
    }
    const std::string force =
        rule + ",\"force\":" + value + ",\"range\":" + value + ",\"tracks\":" + value + "}";
    rule += "}";
    const FeatureSet set = feature_set_of(
        json("{\"features\":{\"f\":{\"defaultValue\":7,\"rules\":[" + rule + "," + force + "," +
             value + "]},\"g\":" + value + ",\"h\":{\"rules\":" + value +
             "}},\"savedGroups\":{\"g\":" + value + "},\"contextualBandits\":{\"x\":" + value +
             ",\"1\":{\"contexts\":" + value + "},\"true\":{\"contexts\":[" + value + "]}}}"));
    INFO(odd);
    CHECK(set.features.at("f").rules.size() == 3);
    CHECK(feature_set_of(payload_of(set)) == feature_set_of(payload_of(set)));
    const auto evaluator = Evaluator::compile(set, EvaluatorLimits{});
    REQUIRE(evaluator);
    for (const char* key : {"f", "g", "h"}) {
      const EvaluationContext context = context_of(
          json("{\"attributes\":{\"id\":" + value + "},\"url\":" + value + ",\"enabled\":" + value +
               ",\"qaMode\":" + value + ",\"forcedVariations\":{\"f\":" + value +
               "},\"forcedFeatures\":" + value + "}"));
      CHECK((*evaluator)->evaluate(key, context, {}).value != nullptr);
    }
  }
  CHECK(feature_set_of(Value()) == FeatureSet{});
  CHECK(feature_set_of(json(R"({"features":[1]})")) == FeatureSet{});
}

TEST_CASE("Payloads: conditions that are no objects hold as their JavaScript entries do") {
  CHECK(only_rule(R"({"force":1,"condition":0})").condition.is_null());
  CHECK(only_rule(R"({"force":1,"condition":5})").condition.is_null());
  CHECK(only_rule(R"({"force":1,"condition":[null]})").condition == json(R"({"0":null})"));
  CHECK(only_rule(R"({"force":1,"condition":"x"})").condition == json(R"({"$nor":[]})"));
}

TEST_CASE("Contexts: forced features as an object or as pairs; enabled unless false") {
  for (const char* text : {R"({"forcedFeatures":[["f",1],["g",null]]})",
                           R"({"forcedFeatureValues":{"f":1,"g":null}})"}) {
    const EvaluationContext context = context_of(json(text));
    CHECK(context.forced_values.at("f") == Value::integer(1));
    CHECK(context.forced_values.at("g") == Value());
    CHECK(context.enabled);
  }
  CHECK_FALSE(context_of(json(R"({"enabled":false})")).enabled);
  CHECK(context_of(json(R"({"qaMode":true})")).qa_mode);
  CHECK(context_of(json(R"({"forcedVariations":{"e":1,"f":1.5}})")).forced_variations.at("f") ==
        -1);
}

TEST_CASE("Sticky documents: listed or keyed, incomplete ones are left out") {
  const std::string one =
      R"({"attributeName":"id","attributeValue":"1","assignments":{"e__0":"a"}})";
  const Value keyed = json("{\"id||1\":" + one + "}");
  CHECK(sticky_documents(sticky_buckets_of(keyed)) == keyed);
  CHECK(sticky_documents(sticky_buckets_of(json("[" + one + ",{\"attributeName\":\"id\"},3]"))) ==
        keyed);
}

}  // namespace
}  // namespace converge::growthbook
