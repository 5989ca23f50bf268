#include <catch2/catch.hpp>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

namespace {

const Margin kFivePercent{0.05, DifferenceScale::kRelative};

Comparison guardrail(Direction direction, std::int64_t control, std::int64_t treated,
                     const Margin& margin) {
  MetricDefinition metric = conversion("guardrail");
  metric.direction = direction;
  Fixture fixture;
  fixture.add(metric, MetricRole::kGuardrail,
              {{bernoulli(control, 20'000), bernoulli(treated, 20'000)}}, margin);
  return compared(fixture.look(), "guardrail");
}

/// As many units as fit a planned sample of 10,000 several times, values 0 or 1 shifted by a
/// constant.
ArmCell shifted(std::int64_t ones, std::int64_t n, std::int64_t shift) {
  ArmCell arm;
  for (std::int64_t i = 0; i < n; ++i) arm.moments.add((i < ones ? 100 : 0) + shift, 0);
  return arm;
}

}  // namespace

TEST_CASE("analyse: a guardrail is non-inferior, breached or undecided, in either direction") {
  const auto check = [](Direction direction, std::int64_t treated, HarmVerdict non_inferiority,
                        HarmVerdict breach) {
    const Comparison comparison = guardrail(direction, 10'000, treated, kFivePercent);
    INFO(treated);
    CHECK(comparison.non_inferiority == non_inferiority);
    CHECK(comparison.breach == breach);
  };
  check(Direction::kIncrease, 10'100, HarmVerdict::kNonInferior, HarmVerdict::kUndecided);
  check(Direction::kIncrease, 9'500, HarmVerdict::kUndecided, HarmVerdict::kUndecided);
  check(Direction::kIncrease, 9'000, HarmVerdict::kUndecided, HarmVerdict::kBreach);
  check(Direction::kDecrease, 9'900, HarmVerdict::kNonInferior, HarmVerdict::kUndecided);
  check(Direction::kDecrease, 10'500, HarmVerdict::kUndecided, HarmVerdict::kUndecided);
  check(Direction::kDecrease, 11'000, HarmVerdict::kUndecided, HarmVerdict::kBreach);
}

TEST_CASE("analyse: bounds are of the effect plus margin, in the good direction") {
  const Comparison up = guardrail(Direction::kIncrease, 10'000, 10'000, kFivePercent);
  // The contrast is 0.5 - 0.95 * 0.5.
  CHECK(*up.bound_non_inferiority < 0.025);
  CHECK(*up.bound_breach > 0.025);
  const Comparison down = guardrail(Direction::kDecrease, 10'000, 10'000, kFivePercent);
  CHECK(*down.bound_non_inferiority < 0.025);
  CHECK(*down.bound_breach > 0.025);
}

TEST_CASE("analyse: an absolute margin is in the unit of the metric") {
  const Margin margin{0.05, DifferenceScale::kAbsolute};
  const Comparison absolute = guardrail(Direction::kIncrease, 10'000, 9'100, margin);
  CHECK(absolute.breach == HarmVerdict::kUndecided);
  const Margin strict{0.005, DifferenceScale::kAbsolute};
  CHECK(guardrail(Direction::kIncrease, 10'000, 9'100, strict).breach == HarmVerdict::kBreach);
  CHECK(guardrail(Direction::kIncrease, 10'000, 10'000, margin).non_inferiority ==
        HarmVerdict::kNonInferior);
}

TEST_CASE("analyse: a relative margin of a negative control mean is a share of its size") {
  // Means -0.5 and -0.5: no worse than 5 % of 0.5, though (1 - 0.05) * -0.5 lies above.
  Fixture fixture;
  fixture.add(revenue("balance"), MetricRole::kGuardrail,
              {{shifted(10'000, 20'000, -100), shifted(10'000, 20'000, -100)}}, kFivePercent);
  CHECK(compared(fixture.look(), "balance").non_inferiority == HarmVerdict::kNonInferior);
}

TEST_CASE("analyse: deterioration metrics have a breach at margin 0 and no non-inferiority") {
  Fixture fixture;
  fixture.add(conversion("worse"), MetricRole::kDeterioration,
              {{bernoulli(10'000, 20'000), bernoulli(9'400, 20'000)}});
  fixture.add(conversion("same"), MetricRole::kDeterioration,
              {{bernoulli(10'000, 20'000), bernoulli(10'000, 20'000)}});
  const Evidence evidence = fixture.look();
  CHECK(compared(evidence, "worse").breach == HarmVerdict::kBreach);
  CHECK(compared(evidence, "same").breach == HarmVerdict::kUndecided);
  CHECK_FALSE(compared(evidence, "worse").non_inferiority);
  CHECK_FALSE(compared(evidence, "worse").bound_non_inferiority);
}

TEST_CASE("analyse: breach is corrected within its own family only, non-inferiority not at all") {
  const Cells cells = {{bernoulli(10'000, 20'000), bernoulli(9'700, 20'000)}};
  Fixture alone;
  alone.add(conversion("g"), MetricRole::kGuardrail, cells, kFivePercent);
  alone.add(conversion("s"), MetricRole::kSuccess, cells);
  alone.add(conversion("d"), MetricRole::kDeterioration, cells);
  Fixture two = alone;
  two.add(conversion("h"), MetricRole::kGuardrail, cells, kFivePercent);
  const Evidence one = alone.look();
  const Evidence both = two.look();
  CHECK(*compared(both, "g").bound_breach > *compared(one, "g").bound_breach);
  CHECK(*compared(both, "d").bound_breach == *compared(one, "d").bound_breach);
  CHECK(*compared(both, "g").bound_non_inferiority == *compared(one, "g").bound_non_inferiority);
  two.entry.post_hoc.back() = true;
  CHECK(*compared(two.look(), "g").bound_breach == *compared(one, "g").bound_breach);
  CHECK_FALSE(compared(two.look(), "h").breach);
}

TEST_CASE("analyse: variants that no bucket ever held are in no family") {
  const Cells cells = {{bernoulli(10'000, 20'000), bernoulli(9'700, 20'000)}};
  Fixture pair;
  pair.add(conversion("g"), MetricRole::kGuardrail, cells, kFivePercent);
  Fixture holdback({"control", "new", "unused"});
  holdback.add(conversion("g"), MetricRole::kGuardrail, {{cells[0][0], cells[0][1], cell({})}},
               kFivePercent);
  PlanPhase phase;
  phase.class_shares = {{0.5, 0.5, 0}};
  holdback.moments.plan.phases = {phase};
  CHECK(*compared(holdback.look(), "g").bound_breach == *compared(pair.look(), "g").bound_breach);
  CHECK(compared(holdback.look(), "g", 1).breach == HarmVerdict::kNotEnoughData);
}

TEST_CASE("analyse: without a trusted limit harm is neither proven nor excluded") {
  Fixture fixture;
  fixture.add(conversion("few"), MetricRole::kGuardrail, {{bernoulli(20, 25), bernoulli(1, 25)}},
              kFivePercent);
  fixture.add(conversion("none"), MetricRole::kGuardrail, {{cell({}), cell({})}}, kFivePercent);
  const Evidence evidence = fixture.look();
  for (const char* key : {"few", "none"}) {
    CHECK(compared(evidence, key).breach == HarmVerdict::kNotEnoughData);
    CHECK(compared(evidence, key).non_inferiority == HarmVerdict::kNotEnoughData);
  }
  CHECK(compared(evidence, "few").bound_breach);
  CHECK_FALSE(compared(evidence, "none").bound_breach);
}

TEST_CASE("analyse: harm is judged for matured units and everyone only") {
  Fixture fixture;
  fixture.moments.plan.segments = {"browser"};
  const Cells cells = {{bernoulli(500, 1000), bernoulli(300, 1000)}};
  fixture.add(conversion("g"), MetricRole::kGuardrail, cells, kFivePercent)
      .matured_by_segment[{"browser", "\"firefox\""}] = cells;
  int judged = 0;
  for (const MetricEvidence& metric : fixture.look().metrics) {
    if (metric.comparisons[0].breach) ++judged;
  }
  CHECK(judged == 1);
}
