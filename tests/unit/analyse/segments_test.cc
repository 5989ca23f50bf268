#include <catch2/catch.hpp>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

namespace {

Fixture with_browsers(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  Fixture fixture;
  fixture.moments.plan.segments = {"browser"};
  MetricMoments& metric =
      fixture.add(conversion("conversion"), MetricRole::kSuccess, {{cell({}), cell({})}});
  for (const auto& [value, n] : counts) {
    const Cells cells = {{bernoulli(1, n), bernoulli(2, n)}};
    metric.matured_by_segment[{"browser", value}] = cells;
    metric.exposed_by_segment[{"browser", value}] = cells;
  }
  return fixture;
}

std::vector<std::string> values(const Evidence& evidence, Population population) {
  std::vector<std::string> found;
  for (const MetricEvidence& metric : evidence.metrics) {
    if (metric.population == population && metric.segment) found.push_back(metric.segment->value);
  }
  return found;
}

}  // namespace

TEST_CASE("analyse: every segment value has the same evidence, in both populations") {
  const Fixture fixture =
      with_browsers({{"\"chrome\"", 2000}, {"\"firefox\"", 2000}, {"(missing)", 40}});
  const Evidence evidence = fixture.look();
  const std::vector<std::string> expected = {"\"chrome\"", "\"firefox\"", "(missing)"};
  CHECK(values(evidence, Population::kMatured) == expected);
  CHECK(values(evidence, Population::kExposedSoFar) == expected);
  CHECK(evidence.metrics.size() == 8);
  for (const MetricEvidence& metric : evidence.metrics) {
    REQUIRE(metric.arms.size() == 2);
    REQUIRE(metric.comparisons.size() == 1);
    if (metric.segment && metric.segment->value == "(missing)") {
      CHECK(metric.arms[1].n == 40);
      CHECK(number(metric.arms[1].mean) == 0.05);
    }
  }
}

TEST_CASE("analyse: values beyond the limit are (other), chosen by count, then by bytes") {
  const Fixture fixture =
      with_browsers({{"\"a\"", 10}, {"\"b\"", 30}, {"\"c\"", 10}, {"\"d\"", 10}, {"\"e\"", 50}});
  AnalysisContext context;
  context.limits.segment_values_max = 3;
  const Evidence evidence = analyse(fixture.entry, fixture.moments, context);
  CHECK(values(evidence, Population::kMatured) ==
        std::vector<std::string>{"\"a\"", "\"b\"", "\"e\"", "(other)"});
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!metric.segment || metric.segment->value != "(other)") continue;
    CHECK(metric.arms[0].n == 20);
    CHECK(metric.arms[1].sum == "4");
  }
}

TEST_CASE("analyse: a value that has not matured yet is named alike in both populations") {
  Fixture fixture = with_browsers({{"\"a\"", 10}, {"\"b\"", 30}});
  fixture.moments.metrics[0].matured_by_segment.erase({"browser", "\"b\""});
  AnalysisContext context;
  context.limits.segment_values_max = 1;
  const Evidence evidence = analyse(fixture.entry, fixture.moments, context);
  CHECK(values(evidence, Population::kMatured) == std::vector<std::string>{"(other)"});
  CHECK(values(evidence, Population::kExposedSoFar) ==
        std::vector<std::string>{"\"b\"", "(other)"});
}
