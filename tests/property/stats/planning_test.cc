#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <optional>

#include "samples.h"
#include "stats/distributions.h"
#include "stats/planning/assurance.h"
#include "stats/planning/equivalence_power.h"
#include "stats/planning/guardrail_power.h"
#include "stats/planning/interim_power.h"
#include "stats/planning/lift_power.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/proportion_power.h"
#include "stats/planning/rate_power.h"
#include "stats/planning/sample_size.h"
#include "stats/planning/sequence_power.h"

namespace converge::stats {
namespace {

double between(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1'000'001) / 1e6;
}

PowerTest any_test() {
  return {
      .alpha = *rc::gen::element(0.2, 0.05, 0.01, 1e-4),
      .alternative = *rc::gen::element(
          Alternative::kTwoSided, Alternative::kTwoSidedTowardsTheEffect, Alternative::kGreater)};
}

MeanDesign any_means() {
  return {.effect = between(0.02, 2), .variance_a = between(0.01, 4), .variance_b = between(0, 4)};
}

SampleSizeGoal any_goal() {
  return {.power = *rc::gen::element(0.5, 0.8, 0.9, 0.99),
          .ratio = *rc::gen::element(1.0, 0.111111, 0.5, 3.0, 9.0, 1e-3)};
}

/// The size reaches the goal, and with one control unit less it is missed.
void assert_mirror(const Result<PowerFunction>& power, const SampleSizeGoal& goal) {
  RC_ASSERT(power.has_value());
  const auto size = smallest_sample(*power, goal);
  RC_ASSERT(size.has_value());
  const auto power_at = [&](std::int64_t n_a) {
    const auto n = static_cast<double>(n_a);
    return (*power)({.n_a = n, .n_b = treatment_units(n, goal.ratio)});
  };
  RC_ASSERT(size->power >= goal.power);
  RC_ASSERT(power_at(size->n_a) == size->power);
  RC_ASSERT(static_cast<double>(size->n_b) ==
            treatment_units(static_cast<double>(size->n_a), goal.ratio));
  if (size->n_a > 1) RC_ASSERT(power_at(size->n_a - 1) < goal.power);
  RC_ASSERT(close((*power)({.n_a = size->n_a_exact, .n_b = size->n_a_exact * goal.ratio}),
                  goal.power, 1e-6) ||
            size->n_a_exact < 20);
}

}  // namespace

TEST_CASE("Planning: sizes mirror the power function") {
  rc::prop("means, normal",
           [] { assert_mirror(mean_power_normal(any_means(), any_test()), any_goal()); });
  rc::prop("means, Student", [] {
    assert_mirror(mean_power_student(between(0.02, 2), between(0.01, 4), any_test()), any_goal());
  });
  rc::prop("proportions", [] {
    const ProportionTestForm form =
        *rc::gen::element(ProportionTestForm::kPooledNull, ProportionTestForm::kUnpooled,
                          ProportionTestForm::kArcsine);
    const double p_a = between(0.01, 0.5);
    assert_mirror(
        proportion_power({.p_a = p_a, .p_b = p_a + between(0.005, 0.4), .form = form}, any_test()),
        any_goal());
  });
  rc::prop("rates", [] {
    const RateTestForm form = *rc::gen::element(RateTestForm::kUnpooled, RateTestForm::kPooledNull,
                                                RateTestForm::kLogRatio, RateTestForm::kSquareRoot);
    const double rate_a = between(0.01, 3);
    assert_mirror(rate_power({.rate_a = rate_a,
                              .rate_b = rate_a * between(1.05, 2),
                              .exposure = between(0.1, 5),
                              .dispersion = between(1, 3),
                              .form = form},
                             any_test()),
                  any_goal());
  });
  rc::prop("relative lift", [] {
    assert_mirror(lift_power({.lift = between(0.01, 0.5),
                              .mean_a = between(0.5, 5),
                              .variance_a = between(0.1, 9),
                              .variance_b = between(0.1, 9)},
                             any_test()),
                  any_goal());
  });
  rc::prop("non-inferiority and equivalence", [] {
    assert_mirror(non_inferiority_power({.effect = between(-0.05, 0.1),
                                         .margin = between(0.06, 0.3),
                                         .higher_is_better = true,
                                         .variance_a = between(0.1, 2),
                                         .variance_b = between(0.1, 2)},
                                        0.025),
                  any_goal());
    assert_mirror(equivalence_power_normal({.effect = between(-0.05, 0.05),
                                            .margin_lower = -0.2,
                                            .margin_upper = between(0.1, 0.3),
                                            .variance_a = between(0.1, 2),
                                            .variance_b = between(0.1, 2)},
                                           0.05),
                  any_goal());
  });
}

TEST_CASE("Planning: sizes mirror the power function where a call is dear") {
  rc::prop("Welch, Student's equivalence, the confidence sequence", [] {
    // Few tests: each takes some 60 calls.
    if (*rc::gen::inRange(0, 10) != 0) return;
    const SampleSizeGoal goal{.power = *rc::gen::element(0.8, 0.9),
                              .ratio = *rc::gen::element(1.0, 0.5, 4.0)};
    assert_mirror(mean_power_welch({.effect = between(0.2, 1.5),
                                    .variance_a = between(0.5, 4),
                                    .variance_b = between(0.5, 4)},
                                   any_test()),
                  goal);
    assert_mirror(equivalence_power_student({.effect = 0,
                                             .margin_lower = -between(0.3, 1),
                                             .margin_upper = 0.5,
                                             .variance_a = 1,
                                             .variance_b = 1},
                                            0.05),
                  goal);
    const SequenceSchedule schedule{
        .information_rates = equal_steps(*rc::gen::inRange(1, 15)),
        .planned_total_n = *rc::gen::element(std::optional<double>(), std::optional<double>(5000))};
    assert_mirror(sequence_power(any_means(), schedule, any_test()), goal);
  });
}

TEST_CASE("Planning: swapping arms, and units of measurement, change nothing") {
  rc::prop("means", [] {
    const MeanDesign design = any_means();
    const PowerTest test = any_test();
    const ArmSizes sizes{.n_a = between(3, 500), .n_b = between(3, 500)};
    PowerTest mirrored_test = test;
    if (test.alternative == Alternative::kGreater) mirrored_test.alternative = Alternative::kLess;
    const MeanDesign mirrored{
        .effect = -design.effect, .variance_a = design.variance_b, .variance_b = design.variance_a};
    const double unit = *rc::gen::element(1e-9, 1e-3, 1e9);
    const MeanDesign rescaled{.effect = design.effect * unit,
                              .variance_a = design.variance_a * unit * unit,
                              .variance_b = design.variance_b * unit * unit};
    for (const auto make : {mean_power_normal, mean_power_welch}) {
      const double power = (*make(design, test))(sizes);
      RC_ASSERT(close((*make(mirrored, mirrored_test))({.n_a = sizes.n_b, .n_b = sizes.n_a}), power,
                      1e-9));
      RC_ASSERT(close((*make(rescaled, test))(sizes), power, 1e-9));
    }
  });
  rc::prop("proportions: a success is as good as a failure", [] {
    const double p_a = between(0.01, 0.99);
    const double p_b = between(0.01, 0.99);
    RC_PRE(p_a != p_b);
    const ProportionTestForm form =
        *rc::gen::element(ProportionTestForm::kPooledNull, ProportionTestForm::kUnpooled,
                          ProportionTestForm::kArcsine);
    const PowerTest test{.alpha = 0.05, .alternative = Alternative::kTwoSided};
    const ArmSizes sizes{.n_a = between(10, 2000), .n_b = between(10, 2000)};
    const double power = (*proportion_power({p_a, p_b, form}, test))(sizes);
    RC_ASSERT(close((*proportion_power({1 - p_a, 1 - p_b, form}, test))(sizes), power, 1e-9));
    RC_ASSERT(
        close((*proportion_power({p_b, p_a, form}, test))({sizes.n_b, sizes.n_a}), power, 1e-9));
  });
}

TEST_CASE("Planning: the smallest effect is the effect of its own size") {
  rc::prop("means: size and effect are inverse", [] {
    const MeanDesign design = any_means();
    const PowerTest test = any_test();
    const SampleSizeGoal goal = any_goal();
    const auto size = smallest_sample(*mean_power_normal(design, test), goal);
    RC_ASSERT(size.has_value());
    const ArmSizes sizes{.n_a = size->n_a_exact, .n_b = size->n_a_exact * goal.ratio};
    const auto effect = smallest_effect(
        [&](double candidate) {
          MeanDesign other = design;
          other.effect = candidate;
          return (*mean_power_normal(other, test))(sizes);
        },
        {.power = goal.power,
         .scale = between(1e-6, 1e3),
         .limit = std::numeric_limits<double>::infinity()});
    RC_ASSERT(effect.has_value());
    RC_ASSERT(close(*effect, design.effect, 1e-9));
  });
}

TEST_CASE("Confidence sequence: looks cost nothing, and one look is worth less than its history") {
  rc::prop("power grows with looks; it stays below the fixed test", [] {
    const MeanDesign design = any_means();
    const PowerTest test{
        .alpha = *rc::gen::element(0.2, 0.05, 0.001),
        .alternative = *rc::gen::element(Alternative::kTwoSided, Alternative::kGreater)};
    const ArmSizes sizes{.n_a = between(50, 5000), .n_b = between(50, 5000)};
    double before = 0;
    for (const int looks : {1, 2, 4, 12}) {
      const auto power = sequence_power(
          design, {.information_rates = equal_steps(looks), .planned_total_n = std::nullopt}, test);
      RC_ASSERT(power.has_value());
      const double now = (*power)(sizes);
      RC_ASSERT(now >= before - 1e-9);
      before = now;
    }
    RC_ASSERT(before <= (*mean_power_normal(design, test))(sizes) + 1e-9);
  });
  rc::prop("without an effect it rejects less often than alpha", [] {
    const double alpha = *rc::gen::element(0.2, 0.05, 0.001);
    const auto bounds =
        sequence_bounds({.information_rates = equal_steps(*rc::gen::inRange(1, 60)),
                         .planned_total_n = between(10, 1e5)},
                        1e4, {.alpha = alpha, .alternative = Alternative::kTwoSided});
    RC_ASSERT(bounds.has_value());
    const auto none = operating_characteristics(*bounds, 0);
    RC_ASSERT(none.has_value());
    RC_ASSERT(2 * none->power <= alpha);
    RC_ASSERT(none->expected_information <= 1);
  });
}

TEST_CASE("Assurance: the quadrature is the closed form of the normal test") {
  rc::prop("estimate ~ N(mean, sd^2 + se^2)", [] {
    const double se = std::pow(10.0, between(-6, 2));
    const AssurancePrior prior{.mean = between(-2, 2), .sd = std::pow(10.0, between(-4, 2))};
    const double alpha = *rc::gen::element(0.2, 0.05, 1e-4);
    const PowerTest test{.alpha = alpha, .alternative = Alternative::kGreater};
    const auto averaged = assurance(
        [&](double effect) {
          return *z_test_power({effect, se, se}, test);
        },
        prior, se);
    RC_ASSERT(averaged.has_value());
    const double total = std::hypot(prior.sd, se);
    RC_ASSERT(std::abs(*averaged - normal_upper((normal_upper_quantile(alpha) * se - prior.mean) /
                                                total)) < 1e-9);
  });
}

TEST_CASE("Interim: the extra units bring the power to its goal") {
  rc::prop("fixed, sequence read once, posterior", [] {
    const InterimEstimate estimate{.effect = between(0.01, 0.2),
                                   .variance = between(0.0001, 0.01),
                                   .n_a = between(20, 5000),
                                   .n_b = between(20, 5000)};
    for (const auto& power :
         {interim_power_fixed(estimate, 0.05),
          interim_power_sequence_once(estimate, 0.05, 8.0 / 5000),
          interim_power_posterior(estimate, 0.05, {.mean = between(-0.05, 0.05), .sd = 0.3})}) {
      RC_ASSERT(power.has_value());
      const auto extra = extra_units(*power, estimate, 0.8);
      RC_ASSERT(extra.has_value());
      const double growth = 1 + extra->share;
      const double then = (*power)({.n_a = estimate.n_a * growth, .n_b = estimate.n_b * growth});
      RC_ASSERT((extra->share == 0 ? then >= 0.8 : close(then, 0.8, 1e-6)));
    }
  });
}

}  // namespace converge::stats
