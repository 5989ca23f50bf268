#include <catch2/catch.hpp>

#include "engine/assign/evaluator.h"
#include "engine/assign/hash.h"
#include "engine/assign/hash_filter.h"
#include "engine/assign/ranges.h"
#include "engine/assign/version_key.h"

// The worked numbers of the GrowthBook protocol, sections 1 to 6, as its implementer's
// specification prints them.
namespace converge {
namespace {

struct Hashed {
  const char* seed;
  const char* value;
  std::uint32_t inner;
  std::uint32_t outer;
  double version_2;
  double version_1;
};

TEST_CASE("Protocol 1: the table of hashes") {
  const auto row = GENERATE(values<Hashed>({
      {"exp_ab", "user-0", 3735045344U, 3472122575U, 0.2575, 0.084},
      {"exp_ab", "user-1", 3751822963U, 16312189U, 0.2189, 0.783},
      {"exp_ab", "user-2", 3768600582U, 3402079934U, 0.9934, 0.81},
      {"exp_ab", "42", 2659221640U, 3852856440U, 0.644, 0.952},
      {"checkout-layer", "user-1", 3054824928U, 4023116412U, 0.6412, 0.072},
      {"exp_ab", "\xC3\x85\xC3\x84\xC3\x96", 1909149319U, 711322931U, 0.2931, 0.793},
      {"exp_ab", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 3882753975U, 1965204640U, 0.464, 0.729},
      {"exp_ab", "\xF0\x9F\x98\x80", 3748844031U, 3990530875U, 0.0875, 0.627},
  }));
  INFO(row.seed << " " << row.value);
  CHECK(fnv1a32(std::string(row.seed) + row.value) == row.inner);
  CHECK(fnv1a32(std::to_string(row.inner)) == row.outer);
  CHECK(hash(row.seed, row.value, 2) == row.version_2);
  CHECK(hash(row.seed, row.value, 1) == row.version_1);
  CHECK_FALSE(hash(row.seed, row.value, 3));
  CHECK_FALSE(hash(row.seed, row.value, 0));
}

TEST_CASE("Protocol 1: hashes of single texts") {
  CHECK(fnv1a32("") == 2166136261U);
  CHECK(fnv1a32("a") == 3826002220U);
  CHECK(fnv1a32("\xC3\x85\xC3\x84\xC3\x96") == 3406719150U);
  CHECK(fnv1a32("\xF0\x9F\x98\x80") == 3409036472U);
  CHECK(fnv1a32("seeda") == 717764279U);
  CHECK(hash("seed", "a", 2) == 0.0505);
  CHECK(hash("seed", "b", 2) == 0.2696);
}

TEST_CASE("Protocol 2: ranges in doubles, in the order of operations stated") {
  const auto ranges = bucket_ranges(3, 0.4, std::vector<double>{0.5, 0.3, 0.2});
  CHECK(ranges == std::vector<DoubleRange>{{0.0, 0.2}, {0.5, 0.62}, {0.8, 0.8800000000000001}});
  CHECK(bucket_ranges(2, -1.0, std::nullopt) == std::vector<DoubleRange>{{0.0, 0.0}, {0.5, 0.5}});
  CHECK(bucket_ranges(2, 2.0, std::nullopt) == std::vector<DoubleRange>{{0.0, 0.5}, {0.5, 1.0}});
  CHECK(bucket_ranges(2, 1.0, std::vector<double>{0.4, 0.5}) == bucket_ranges(2, 1.0, {}));
  CHECK(bucket_ranges(2, 1.0, std::vector<double>{0.4, 0.59}) ==
        std::vector<DoubleRange>{{0.0, 0.4}, {0.4, 0.99}});
  CHECK(bucket_ranges(2, 1.0, std::vector<double>{1.0}) == bucket_ranges(2, 1.0, {}));
  CHECK(equal_weights(0).empty());
  CHECK(equal_weights(-1).empty());
  CHECK(equal_weights(3) == std::vector<double>(3, 1.0 / 3));
}

std::vector<int> effective(const std::vector<double>& weights, double coverage) {
  const auto ranges = bucket_ranges(static_cast<int>(weights.size()), coverage, weights);
  std::vector<int> counts(weights.size(), 0);
  for (int k = 0; k < 10000; ++k) {
    const int variation = choose_variation(k / 10000.0, ranges);
    if (variation >= 0) ++counts[static_cast<std::size_t>(variation)];
  }
  return counts;
}

TEST_CASE("Protocol 2: effective shares in buckets") {
  CHECK(effective(equal_weights(3), 1.0) == std::vector<int>{3334, 3333, 3333});
  CHECK(effective({0.5, 0.3, 0.2}, 0.4) == std::vector<int>{2000, 1200, 801});
  const std::vector<int> ten = effective(equal_weights(10), 1.0);
  CHECK(std::vector<int>(ten.begin(), ten.begin() + 5) ==
        std::vector<int>{1000, 1000, 1001, 999, 1000});
}

TEST_CASE("Protocol 2: name spaces hash by version 1 behind two underscores") {
  const double n = *hash("__space", "user-1", 1);
  CHECK(CompiledNamespace({"space", {n, n + 0.001}}).contains("user-1"));
  CHECK_FALSE(CompiledNamespace({"space", {0.0, n}}).contains("user-1"));
}

TEST_CASE("Protocol 3: version keys") {
  CHECK(version_key(Value::string("v1.2.3-rc.1+b")) == "    1-    2-    3-rc-    1");
  CHECK(version_key(Value::string("1.2.3")) == "    1-    2-    3-~");
  CHECK(version_key(Value::string("10.0")) == "   10-    0");
}

TEST_CASE("Protocol 4: a coverage of .1 on a force rule admits buckets 0 to 1000") {
  FeatureRule rule;
  rule.force = Value::boolean(true);
  rule.coverage = 0.1;
  rule.hash_version = 2;
  rule.seed = "s";
  FeatureSet set;
  set.features["f"].rules = {rule};
  const auto evaluator = Evaluator::compile(set, EvaluatorLimits{});
  REQUIRE(evaluator);
  int edge = 0;
  for (int i = 0; i < 100000; ++i) {
    const std::string unit = "u" + std::to_string(i);
    const int bucket = bucket_of("s", unit);
    EvaluationContext context;
    context.attributes = Value::object({{"id", Value::string(unit)}});
    const bool in = (*evaluator)->evaluate("f", context, {}).source == FeatureSource::kForce;
    if (in != (bucket <= 1000)) FAIL(unit << " of bucket " << bucket);
    if (bucket == 1000) ++edge;
  }
  CHECK(edge > 0);
}

TEST_CASE("Protocol 5: the worked experiment") {
  FeatureExperiment experiment;
  experiment.key = "exp_abc";
  experiment.seed = "exp_abc-s1";
  experiment.variations = {Value::string("a"), Value::string("b"), Value::string("c")};
  experiment.weights = std::vector<double>{0.5, 0.3, 0.2};
  experiment.coverage = 0.4;
  experiment.hash_version = 2;
  const auto evaluator = Evaluator::compile({}, EvaluatorLimits{});
  const auto prepared = (*evaluator)->prepare(experiment);
  REQUIRE(prepared);
  const auto run = [&](const char* unit) {
    EvaluationContext context;
    context.attributes = Value::object({{"id", Value::string(unit)}});
    ExperimentResult result = (*evaluator)->run(**prepared, context, {});
    result.hash_value = nullptr;
    return result;
  };
  CHECK(run("user-0").bucket == 0.8180);
  CHECK(*run("user-0").value == Value::string("c"));
  CHECK(hash("exp_abc-s1", "user-1", 2) == 0.2199);
  CHECK(hash("exp_abc-s1", "user-2", 2) == 0.4801);
  CHECK(hash("exp_abc-s1", "user-3", 2) == 0.6361);
  for (const char* unit : {"user-1", "user-2", "user-3"}) {
    CHECK(run(unit).outcome == Outcome::kNotInRange);
  }
}

}  // namespace
}  // namespace converge
