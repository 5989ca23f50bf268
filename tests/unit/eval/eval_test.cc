#include "engine/eval/eval.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "engine/codec/json.h"

namespace converge::eval {
namespace {

struct Row {
  const char* request;
  const char* result;
};

void check(const Row& row) {
  INFO(row.request);
  const Answer answer = answer_line(row.request);
  CHECK(answer.line == "{\"result\":" + std::string(row.result) + "}");
  CHECK_FALSE(answer.is_error);
}

std::string error_of(const std::string& request) {
  const Answer answer = answer_line(request);
  CHECK(answer.is_error);
  const Result<Value> parsed = parse_json(answer.line);
  REQUIRE(parsed);
  const Value* error = parsed->find("error");
  REQUIRE(error != nullptr);
  return *error->find("code")->as_string() + ": " + *error->find("message")->as_string();
}

TEST_CASE("Eval: bucketing") {
  check(GENERATE(values<Row>({
      {R"({"op":"hash","seed":"exp_ab","value":"user-0","version":2})", "0.2575"},
      {R"({"op":"hash","seed":"exp_ab","value":"user-0","version":1})", "0.084"},
      {R"({"op":"hash","seed":"exp_ab","value":42,"version":2})", "0.644"},
      {R"({"op":"hash","seed":"exp_ab","value":"user-0","version":99})", "null"},
      {R"({"op":"bucket_ranges","count":3,"coverage":0.4,"weights":[0.5,0.3,0.2]})",
       "[[0,0.2],[0.5,0.62],[0.8,0.8800000000000001]]"},
      {R"({"op":"bucket_ranges","count":2,"coverage":1,"weights":null})", "[[0,0.5],[0.5,1]]"},
      {R"({"op":"bucket_ranges","count":2})", "[[0,0.5],[0.5,1]]"},
      {R"({"op":"choose_variation","n":0.5,"ranges":[[0,0.5],[0.5,1]]})", "1"},
      {R"({"op":"choose_variation","n":1,"ranges":[[0,0.5],[0.5,1]]})", "-1"},
      {R"({"op":"choose_variation","n":0.1,"ranges":[]})", "-1"},
      {R"({"op":"equal_weights","count":4})", "[0.25,0.25,0.25,0.25]"},
      {R"({"op":"equal_weights","count":0})", "[]"},
      {R"({"op":"equal_weights","count":-1})", "[]"},
      {R"({"op":"namespace","unit":"1","namespace":["namespace1",0,1]})", "true"},
      {R"({"op":"namespace","unit":"1","namespace":["namespace1",0,0]})", "false"},
  })));
}

TEST_CASE("Eval: conditions, overrides and encrypted texts") {
  check(GENERATE(values<Row>({
      {R"({"op":"condition","condition":{"a":1},"attributes":{"a":1}})", "true"},
      {R"({"op":"condition","condition":{"a":1},"attributes":{}})", "false"},
      {R"({"op":"condition","condition":{"a":{"$inGroup":"g"}},"attributes":{"a":1},"saved_groups":{"g":[1]}})",
       "true"},
      {R"({"op":"query_override","key":"e","url":"https://x/?e=1","count":2})", "1"},
      {R"({"op":"query_override","key":"e","url":"https://x/?e=2","count":2})", "null"},
      {R"({"op":"decrypt","payload":"EBESExQVFhcYGRobHB0eHw==.LJ+2WShX1MauhiLKVGPAFw==","key":"AAECAwQFBgcICQoLDA0ODw=="})",
       R"("{\"a\":1}")"},
      {R"({"op":"decrypt","payload":"x","key":"AAECAwQFBgcICQoLDA0ODw=="})", "null"},
  })));
}

TEST_CASE("Eval: features in the SDK's form, without the members it leaves undefined") {
  check(GENERATE(values<Row>({
      {R"({"op":"feature","key":"f","context":{}})",
       R"({"value":null,"on":false,"off":true,"source":"unknownFeature","ruleId":""})"},
      {R"({"op":"feature","key":"f","context":{"features":{"f":{"rules":[{"id":"r","force":"x"}]}}}})",
       R"({"value":"x","on":true,"off":false,"source":"force","ruleId":"r"})"},
      {R"({"op":"feature","key":"f","context":{"features":{"f":{}},"forcedFeatureValues":{"f":0}}})",
       R"({"value":0,"on":false,"off":true,"source":"override","ruleId":""})"},
      {R"({"op":"feature","key":"f","context":{"attributes":{"id":7},"features":{"f":{"rules":[
           {"id":"r","variations":["x"],"meta":[]},
           {"id":"s","variations":["x","y"],"ranges":[[0,0],[0,1]],"meta":[{},{"key":"k","name":"K"}],
            "filters":[{"seed":"l","ranges":[[0,1]]}],"hashVersion":1,"coverage":1,"name":"",
            "minBucketVersion":0}]}}}})",
       R"({"value":"y","on":true,"off":false,"source":"experiment","ruleId":"s","experiment":{"variations":["x","y"],"key":"f","coverage":1,"minBucketVersion":0,"meta":[{},{"key":"k","name":"K"}],"ranges":[[0,0],[0,1]],"hashVersion":1,"filters":[{"seed":"l","ranges":[[0,1]]}]},"experimentResult":{"key":"k","featureId":"f","inExperiment":true,"hashUsed":true,"variationId":1,"value":"y","hashAttribute":"id","hashValue":7,"stickyBucketUsed":false,"name":"K","bucket":0.632}})"},
  })));
}

TEST_CASE("Eval: experiments by themselves") {
  check(GENERATE(values<Row>({
      {R"({"op":"run","experiment":{"key":"e","variations":[0,1],"hashVersion":2},"context":{"attributes":{"id":"1"}}})",
       R"({"key":"1","featureId":null,"inExperiment":true,"hashUsed":true,"variationId":1,"value":1,"hashAttribute":"id","hashValue":"1","stickyBucketUsed":false,"bucket":0.6369})"},
      {R"({"op":"run","experiment":{"key":"e","variations":[0,1],"hashVersion":2},"context":{"attributes":{}}})",
       R"({"key":"0","featureId":null,"inExperiment":false,"hashUsed":false,"variationId":0,"value":0,"hashAttribute":"id","hashValue":"","stickyBucketUsed":false})"},
      {R"({"op":"run","experiment":{"key":"e","variations":[]},"context":{}})",
       R"({"key":"0","featureId":null,"inExperiment":false,"hashUsed":false,"variationId":0,"hashAttribute":"id","hashValue":"","stickyBucketUsed":false})"},
      {R"({"op":"run","experiment":{"key":"e","variations":[0,1],"meta":[{},{"passthrough":true}]},"context":{"forcedVariations":{"e":1}}})",
       R"({"key":"1","featureId":null,"inExperiment":true,"hashUsed":false,"variationId":1,"value":1,"hashAttribute":"id","hashValue":"","stickyBucketUsed":false,"passthrough":true})"},
  })));
}

TEST_CASE("Eval: contextual bandits show their leaf where the unit was hashed") {
  check(GENERATE(values<Row>({
      {R"({"op":"feature","key":"f","context":{"attributes":{"id":"1","c":"x"},
           "contextualBandits":{"cb":{"banditVersion":2,"contexts":[{"leafId":5,"condition":{"c":"x"},"weights":[0,1]}]}},
           "features":{"f":{"rules":[{"contextualVariations":[0,1],"weights":[1,0],"contextualBanditRef":"cb"}]}}}})",
       R"({"value":1,"on":true,"off":false,"source":"experiment","ruleId":"","experiment":{"variations":[0,1],"key":"f","weights":[0,1],"contextualBandit":{"leafId":5,"variationWeights":[0,1],"banditVersion":2}},"experimentResult":{"key":"1","featureId":"f","inExperiment":true,"hashUsed":true,"variationId":1,"value":1,"hashAttribute":"id","hashValue":"1","stickyBucketUsed":false,"bucket":0.894,"leafId":5,"variationWeights":[0,1],"banditVersion":2}})"},
      {R"({"op":"feature","key":"f","context":{"forcedVariations":{"f":1},"contextualBandits":{"cb":{}},
           "features":{"f":{"rules":[{"contextualVariations":[0,1],"contextualBanditRef":"cb"}]}}}})",
       R"({"value":1,"on":true,"off":false,"source":"experiment","ruleId":"","experiment":{"variations":[0,1],"key":"f"},"experimentResult":{"key":"1","featureId":"f","inExperiment":true,"hashUsed":false,"variationId":1,"value":1,"hashAttribute":"id","hashValue":"","stickyBucketUsed":false}})"},
  })));
}

TEST_CASE("Eval: sticky documents in and out") {
  const std::string request = R"({"op":"sticky","feature":"f","documents":)";
  const std::string context = R"(,"context":{"attributes":{"id":"1"},"features":{"f":{"rules":[
      {"variations":[0,1],"ranges":[[0,1],[1,1]],"meta":[{"key":"a"},{"key":"b"}]}]}}}})";
  const Answer first = answer_line(request + "{}" + context);
  CHECK_THAT(first.line, Catch::Contains(R"("stickyBucketUsed":false)"));
  CHECK_THAT(first.line, Catch::Contains(R"("documents":{"id||1":{"attributeName":"id",)"
                                         R"("attributeValue":"1","assignments":{"f__0":"a"}}}})"));
  const std::string kept =
      R"({"id||1":{"attributeName":"id","attributeValue":"1","assignments":{"f__0":"b"}}})";
  const Answer second = answer_line(request + kept + context);
  CHECK_THAT(second.line, Catch::Contains(R"("variationId":1)"));
  CHECK_THAT(second.line, Catch::Contains(R"("stickyBucketUsed":true)"));
  CHECK_THAT(second.line, Catch::Contains("\"documents\":" + kept));
  check({R"({"op":"sticky","feature":"f","context":{"features":{"f":{}}}})",
         R"({"experimentResult":null,"documents":{}})"});
}

TEST_CASE("Eval: errors name the member, what was expected and the nearest operation") {
  CHECK(error_of("nonsense") == "invalid_argument: JSON, byte 0: syntax error");
  CHECK(error_of("[]") == "invalid_argument: expected an object {\"op\": \"...\", ...}");
  CHECK(error_of(R"({"op":"featur"})") ==
        "not_found: op: there is no \"featur\"; did you mean \"feature\"?");
  CHECK(error_of(R"({"op":"hash","seed":"s","value":"v"})") ==
        "invalid_argument: hash: version: missing");
  CHECK(error_of(R"({"op":"choose_variation","n":"x","ranges":[]})") ==
        "invalid_argument: choose_variation: n: expected a number, found string");
  CHECK(error_of(R"({"op":"choose_variation","n":1,"ranges":[[0]]})") ==
        "invalid_argument: choose_variation: ranges: expected pairs [from, to], found array");
  CHECK(error_of(R"({"op":"feature","key":"f","context":[]})") ==
        "invalid_argument: feature: context: expected an object, found array");
  CHECK(
      error_of(R"({"op":"run","experiment":{"key":"e"},"context":{}})") ==
      "invalid_argument: run: experiment: expected an object with a key and a list of variations");
  CHECK(error_of(R"({"op":"namespace","unit":"1","namespace":["n",0]})") ==
        "invalid_argument: namespace: namespace: expected [name, from, to]");
}

TEST_CASE("Eval: size, depth, counts and prerequisites are limited") {
  CHECK_THAT(error_of(R"({"op":"equal_weights","count":1000000000})"),
             Catch::StartsWith("too_large: equal_weights: count: at most 10000"));
  CHECK_THAT(error_of(R"({"op":"equal_weights","count":1.5})"),
             Catch::Contains("expected an integer"));
  CHECK(answer_line(std::string(100000, '[')).is_error);
  CHECK(answer_line(std::string(kRequestBytesMax + 1, ' ')).is_error);
  CHECK(answer_too_long().is_error);
  std::string features;
  for (int i = 1; i < 100; ++i) {
    features += ",\"f" + std::to_string(i) +
                R"(":{"rules":[{"force":1,"parentConditions":[{"id":"f)" + std::to_string(i - 1) +
                "\"}]}]}";
  }
  CHECK_THAT(
      error_of(R"({"op":"feature","key":"f99","context":{"features":{"f0":{})" + features + "}}}"),
      Catch::StartsWith("too_large: feature: prerequisites: at most 64 in a row"));
}

TEST_CASE("Eval: the reference page has a row for every operation") {
  std::ifstream stream(CONVERGE_SOURCE_DIR "/docs/reference/evaluation.md");
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  for (const Operation& operation : operations()) {
    CHECK_THAT(page, Catch::Contains("\n| `" + std::string(operation.name) + "` | "));
  }
}

}  // namespace
}  // namespace converge::eval
