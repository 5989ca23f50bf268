#include <catch2/catch.hpp>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

namespace {

/// A restart: two strata that differ in the previous variant only.
Fixture restarted(const std::vector<std::vector<ArmCell>>& strata) {
  Fixture fixture;
  fixture.moments.strata[0].previous_variant = "control";
  fixture.stratum(1, {0.5, 0.5});
  fixture.moments.strata[1].previous_variant = "new";
  fixture.moments.units = {{4000, 4000}, {4000, 4000}};
  fixture.moments.linked_units = {{0, 0}, {0, 0}};
  fixture.moments.linked_crossover_units = {{0, 0}, {0, 0}};
  fixture.add(conversion("conversion"), MetricRole::kSuccess, strata);
  return fixture;
}

}  // namespace

TEST_CASE("analyse: before a restart nothing is carried over") {
  Fixture fixture;
  fixture.add(conversion("conversion"), MetricRole::kSuccess,
              {{bernoulli(400, 4000), bernoulli(400, 4000)}});
  CHECK(fixture.look().carry_over.empty());
}

TEST_CASE("analyse: an effect of the previous variant is a warning, whatever units have now") {
  const Evidence evidence = restarted({{bernoulli(400, 4000), bernoulli(480, 4000)},
                                       {bernoulli(560, 4000), bernoulli(640, 4000)}})
                                .look();
  REQUIRE(evidence.carry_over.size() == 1);
  const CarryOver& carried = evidence.carry_over[0];
  CHECK(carried.metric == MetricKey("conversion"));
  CHECK(carried.previous_variant == VariantKey("new"));
  // 14 % - 10 % in the control, 16 % - 12 % in the treatment.
  CHECK(std::get<double>(carried.absolute.value) == Approx(0.04));
  CHECK(std::get<double>(carried.p) < 0.001);
  REQUIRE(evidence.health.warnings.size() == 1);
  CHECK(evidence.health.warnings[0].reason == WarningReason::kCarryOver);
  CHECK(evidence.health.blocks.empty());
}

TEST_CASE("analyse: an effect of the present variant alone is no carry-over") {
  const Evidence evidence = restarted({{bernoulli(400, 4000), bernoulli(640, 4000)},
                                       {bernoulli(400, 4000), bernoulli(640, 4000)}})
                                .look();
  REQUIRE(evidence.carry_over.size() == 1);
  CHECK(std::get<double>(evidence.carry_over[0].absolute.value) == Approx(0.0).margin(1e-12));
  CHECK(evidence.health.warnings.empty());
}

TEST_CASE("analyse: a variant that was added after the start is compared and never wins") {
  Fixture fixture({"control", "new", "late"});
  fixture.moments.units = {{4000, 4000, 4000}};
  fixture.moments.linked_units = {{0, 0, 0}};
  fixture.moments.linked_crossover_units = {{0, 0, 0}};
  fixture.add(conversion("conversion"), MetricRole::kSuccess,
              {{bernoulli(400, 4000), bernoulli(480, 4000), bernoulli(800, 4000)}});
  Phase first;
  first.allocation.variants.resize(2);
  Phase second = first;
  second.allocation.variants.resize(3);
  fixture.entry.phases = {first, second};
  const Evidence evidence = fixture.look();
  const std::vector<Comparison>& comparisons = evidence.metrics[0].comparisons;
  REQUIRE(comparisons.size() == 2);
  CHECK(comparisons[1].verdict == Verdict::kBetter);
  CHECK(std::get<Undefined>(comparisons[1].p_adjusted) == Undefined::kAddedLater);
  // The family is the one of the start: Holm over one comparison.
  CHECK(std::get<double>(comparisons[0].p_adjusted) == std::get<double>(comparisons[0].p));
}
