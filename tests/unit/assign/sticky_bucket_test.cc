#include "engine/assign/sticky_bucket.h"

#include <catch2/catch.hpp>

#include "engine/assign/evaluator.h"

namespace converge {
namespace {

Value attributes() {
  return Value::object({{"id", Value::string("i1")}, {"device", Value::string("d1")}});
}

StickyBuckets buckets(std::vector<StickyDocument> documents) {
  StickyBuckets result;
  for (StickyDocument& document : documents) {
    const std::string key = sticky_document_key(document.attribute_name, document.attribute_value);
    result.documents[key] = std::move(document);
  }
  return result;
}

StickyQuestion question() {
  return {"exp", "exp__2", 2, "device", "id"};
}

std::string kept(const StickyBuckets& given, const StickyQuestion& asked) {
  const StickyAnswer answer = find_sticky(given, asked, attributes());
  if (answer.blocked) return "blocked";
  return answer.variation == nullptr ? "none" : *answer.variation;
}

TEST_CASE("Sticky buckets: the hash attribute's document comes before the fallback's") {
  const StickyDocument device = {"device", "d1", {{"exp__2", "from-device"}}};
  const StickyDocument id = {"id", "i1", {{"exp__2", "from-id"}}};
  CHECK(kept(buckets({device, id}), question()) == "from-device");
  CHECK(kept(buckets({id}), question()) == "from-id");
  CHECK(kept(buckets({{"id", "other", {{"exp__2", "x"}}}}), question()) == "none");
  CHECK(kept(buckets({}), question()) == "none");
}

TEST_CASE("Sticky buckets: any assignment of a version below the minimum blocks") {
  const auto with = [](const char* assignment) {
    return kept(buckets({{"device", "d1", {{"exp__2", "now"}, {assignment, "x"}}}}), question());
  };
  CHECK(with("exp__0") == "blocked");
  CHECK(with("exp__1") == "blocked");
  CHECK(with("exp__3") == "now");
  CHECK(with("exp__01") == "now");
  CHECK(with("exp__-1") == "now");
  CHECK(with("exp__1x") == "now");
  CHECK(with("expo__1") == "now");
  CHECK(with("exp_1") == "now");
  StickyQuestion patient = question();
  patient.min_bucket_version = 2000000000;  // costs no more than any other
  CHECK(kept(buckets({{"id", "i1", {{"exp__1999999999", "x"}}}}), patient) == "blocked");
}

TEST_CASE("Sticky buckets: documents are written under the unit used, and only when they change") {
  StickyBuckets given = buckets({{"id", "i1", {{"other__0", "x"}}}});
  keep_sticky(given, "id", Value::string("i1"), "exp__0", "a");
  REQUIRE(given.documents.size() == 1);
  const StickyDocument expected = {"id", "i1", {{"other__0", "x"}, {"exp__0", "a"}}};
  CHECK(given.documents.at("id||i1") == expected);
  CHECK(given.changed == std::vector<std::string>{"id||i1"});

  given.changed.clear();
  keep_sticky(given, "id", Value::string("i1"), "exp__0", "a");
  CHECK(given.changed.empty());
  keep_sticky(given, "id", Value::string("i1"), "exp__0", "b");
  CHECK(given.changed == std::vector<std::string>{"id||i1"});
  keep_sticky(given, "account", Value::integer(7), "exp__0", "b");
  CHECK(given.documents.at("account||7").attribute_value == "7");
}

TEST_CASE("Sticky buckets: an assignment to a variation that is gone counts as none") {
  FeatureExperiment experiment;
  experiment.key = "exp";
  experiment.variations = {Value::integer(0), Value::integer(1)};
  experiment.meta = {{"a", std::nullopt, false}, {"b", std::nullopt, false}};
  experiment.ranges = {{0.0, 1.0}, {1.0, 1.0}};
  const auto evaluator = Evaluator::compile({}, EvaluatorLimits{});
  const auto prepared = (*evaluator)->prepare(experiment);
  StickyBuckets given = buckets({{"id", "i1", {{"exp__0", "gone"}}}});
  EvaluationContext context;
  context.attributes = attributes();
  context.sticky = &given;
  CHECK((*evaluator)->run(**prepared, context, {}).outcome == Outcome::kHashed);
  CHECK(given.documents.at("id||i1").assignments.front().second == "a");
  given.documents.at("id||i1").assignments.front().second = "b";
  const ExperimentResult result = (*evaluator)->run(**prepared, context, {});
  CHECK(result.outcome == Outcome::kSticky);
  CHECK(result.key == "b");
}

}  // namespace
}  // namespace converge
