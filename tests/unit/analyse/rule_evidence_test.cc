#include "engine/analyse/rule_evidence.h"

#include <catch2/catch.hpp>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

namespace {

Fixture with_everything() {
  Fixture fixture;
  fixture.moments.plan.segments = {"browser"};
  for (const MetricRole role :
       {MetricRole::kSuccess, MetricRole::kGuardrail, MetricRole::kDeterioration}) {
    const Cells cells = {{bernoulli(100, 1000), bernoulli(160, 1000)}};
    MetricMoments& metric =
        fixture.add(conversion("metric-" + std::to_string(static_cast<int>(role))), role, cells);
    metric.matured_by_segment[{"browser", "chrome"}] = cells;
    metric.exposed_by_segment[{"browser", "chrome"}] = cells;
  }
  fixture.entry.definition.metrics[1].margin = Margin{0.05, DifferenceScale::kRelative};
  return fixture;
}

}  // namespace

TEST_CASE("Rule evidence: the decisive figures and health are those of the whole evidence") {
  const Fixture fixture = with_everything();
  const AnalysisContext context{"1-test", HealthLimits{}};
  const Evidence whole = analyse(fixture.entry, fixture.moments, context);
  const Evidence part = rule_evidence(fixture.entry, fixture.moments, context);
  CHECK(part.health == whole.health);
  REQUIRE(part.metrics.size() == 3);
  std::size_t next = 0;
  for (MetricEvidence metric : whole.metrics) {
    if (metric.population != Population::kMatured || metric.segment) continue;
    for (std::size_t i = 0; i < metric.comparisons.size(); ++i) {
      CHECK(std::holds_alternative<Posterior>(metric.comparisons[i].posterior));
      metric.comparisons[i].posterior = part.metrics[next].comparisons[i].posterior;
    }
    CHECK(part.metrics[next] == metric);
    ++next;
  }
  CHECK(next == 3);
}
