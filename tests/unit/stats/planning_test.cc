#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "stats/planning/duration.h"
#include "stats/planning/equivalence_power.h"
#include "stats/planning/guardrail_power.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/proportion_power.h"
#include "stats/planning/sample_size.h"
#include "stats/planning/scheduled_power.h"
#include "stats/planning/sequence_power.h"
#include "stats/planning/unit_variance.h"
#include "stats/sequential/asymptotic_cs.h"

namespace converge::stats {
namespace {

constexpr PowerTest kTwoSided{.alpha = 0.05, .alternative = Alternative::kTwoSided};

}  // namespace

TEST_CASE("Duration: whole weeks, and the window of the last unit after them") {
  const auto exact =
      duration_of(steady_traffic(50'000), {.units = 100'000, .weeks_max = 52, .window_weeks = 0});
  REQUIRE(exact);
  CHECK(exact->enrolment_weeks_exact == Approx(2));
  CHECK(exact->enrolment_weeks == 2);
  CHECK(exact->total_weeks == 2);
  const auto one_more = duration_of(steady_traffic(50'000),
                                    {.units = 100'001, .weeks_max = 52, .window_weeks = 3.0 / 7});
  REQUIRE(one_more);
  CHECK(one_more->enrolment_weeks == 3);
  CHECK(one_more->total_weeks == 4);
}

TEST_CASE("Duration: returning units flatten the curve, and extrapolation says how") {
  const std::vector<TrafficPoint> points{{1, 50'000}, {2, 80'000}, {3, 100'000}};
  const Traffic linear{.points = points, .growth = Growth::kLinear};
  const Traffic power_law{.points = points, .growth = Growth::kPowerLaw};
  CHECK(*units_by_week(linear, 0) == 0);
  CHECK(*units_by_week(linear, 0.5) == Approx(25'000));
  CHECK(*units_by_week(linear, 2.5) == Approx(90'000));
  CHECK(*units_by_week(linear, 5) == Approx(140'000));
  // The exponent by R 4.2.2: coef(lm(log(c(5, 8, 10)) ~ log(1:3)))[2] = 0.636006116434.
  CHECK(*units_by_week(power_law, 6) ==
        Approx(100'000 * std::pow(2, 0.636006116434)).epsilon(1e-10));
  CHECK(*units_by_week(power_law, 6) < *units_by_week(linear, 6));
  const Traffic saturated{.points = {{1, 100}, {2, 100}}, .growth = Growth::kLinear};
  CHECK(*units_by_week(saturated, 1000) == 100);
}

TEST_CASE("Duration: a horizon that comes first is a named refusal") {
  const Traffic saturated{.points = {{1, 100}, {2, 100}}, .growth = Growth::kPowerLaw};
  const auto never = duration_of(saturated, {.units = 101, .weeks_max = 5000, .window_weeks = 0});
  REQUIRE_FALSE(never);
  CHECK(never.error().code == Errc::kInsufficientData);
  CHECK(never.error().message.find("101") != std::string::npos);
  const auto window_too_long =
      duration_of(steady_traffic(100), {.units = 50, .weeks_max = 2, .window_weeks = 1.9});
  REQUIRE_FALSE(window_too_long);
  CHECK_FALSE(duration_of(steady_traffic(0), {.units = 1, .weeks_max = 9, .window_weeks = 0}));
  CHECK_FALSE(duration_of({.points = {}, .growth = Growth::kLinear},
                          {.units = 1, .weeks_max = 9, .window_weeks = 0}));
}

TEST_CASE("Sample size: ratios of 1:10000 and a billion units have their answer") {
  const auto power =
      mean_power_normal({.effect = 0.01, .variance_a = 1, .variance_b = 1}, kTwoSided);
  REQUIRE(power);
  for (const double ratio : {1e-4, 1.0, 1e4}) {
    const auto size = smallest_sample(*power, {.power = 0.8, .ratio = ratio});
    REQUIRE(size);
    CHECK(size->power >= 0.8);
    CHECK(size->n_a_exact ==
          Approx(2.801585218 * 2.801585218 * (1 + 1 / ratio) / 1e-4).epsilon(1e-4));
    CHECK(size->n_b >= 1);
  }
}

TEST_CASE("Treatment units: rounding of the ratio adds none") {
  CHECK(treatment_units(30, 0.1) == 3);
  CHECK(treatment_units(31, 0.1) == 4);
  CHECK(treatment_units(90, 1.0 / 9) == 10);
  CHECK(treatment_units(1, 1e-4) == 1);
}

TEST_CASE("Power of t tests: two units an arm are the least that has any") {
  const auto student = mean_power_student(1, 1, kTwoSided);
  const auto welch = mean_power_welch({.effect = 1, .variance_a = 1, .variance_b = 0}, kTwoSided);
  REQUIRE(student);
  REQUIRE(welch);
  CHECK((*student)({.n_a = 1, .n_b = 1}) == 0);
  CHECK((*student)({.n_a = 1, .n_b = 2}) > 0.05);
  CHECK((*welch)({.n_a = 1, .n_b = 50}) == 0);
  CHECK((*welch)({.n_a = 50, .n_b = 2}) > 0.05);
  CHECK((*welch)({.n_a = 2e9, .n_b = 2e9}) == 1);
}

TEST_CASE("Welch: where it passes over to true variances, both forms agree") {
  const auto power =
      mean_power_welch({.effect = 0.05, .variance_a = 1, .variance_b = 2}, kTwoSided);
  REQUIRE(power);
  const double exact = (*power)({.n_a = 10'000, .n_b = 10'000});
  const double approximate = (*power)({.n_a = 10'000 * (1 + 1e-12), .n_b = 10'000 * (1 + 1e-12)});
  CHECK(exact == Approx(approximate).margin(1e-8));
}

TEST_CASE("Proportions: 0 against 1 has no normal limit without a pooled null") {
  const auto unpooled =
      proportion_power({.p_a = 0, .p_b = 1, .form = ProportionTestForm::kUnpooled}, kTwoSided);
  REQUIRE_FALSE(unpooled);
  CHECK(unpooled.error().code == Errc::kInsufficientData);
  CHECK_FALSE(
      proportion_power({.p_a = 0.3, .p_b = 0.3, .form = ProportionTestForm::kArcsine}, kTwoSided));
  CHECK_FALSE(
      proportion_power({.p_a = 0.3, .p_b = 1.3, .form = ProportionTestForm::kArcsine}, kTwoSided));
}

TEST_CASE("Equivalence: no power where the interval does not fit, none asked on the margin") {
  const EquivalenceDesign design{
      .effect = 0, .margin_lower = -0.1, .margin_upper = 0.1, .variance_a = 1, .variance_b = 1};
  const auto power = equivalence_power_normal(design, 0.05);
  REQUIRE(power);
  CHECK((*power)({.n_a = 10, .n_b = 10}) == 0);
  CHECK((*power)({.n_a = 1e9, .n_b = 1e9}) == 1);
  EquivalenceDesign on_margin = design;
  on_margin.effect = 0.1;
  CHECK_FALSE(equivalence_power_normal(on_margin, 0.05));
  EquivalenceDesign unequal = design;
  unequal.variance_b = 2;
  CHECK_FALSE(equivalence_power_student(unequal, 0.05));
}

TEST_CASE("Sequence: the multiplier is that of the confidence sequence itself") {
  const Difference difference{.estimate = 0.1, .variance = 0.01, .n_a = 700, .n_b = 500};
  for (const double rho2 : {1e-6, 1e-3, 2.0}) {
    const AsymptoticCsShape shape{.alpha = 0.025, .rho_squared = rho2};
    const auto two_sided =
        sequence_multiplier(1200 * rho2, {.alpha = 0.025, .alternative = Alternative::kTwoSided});
    const auto one_sided =
        sequence_multiplier(1200 * rho2, {.alpha = 0.025, .alternative = Alternative::kGreater});
    REQUIRE(two_sided);
    REQUIRE(one_sided);
    CHECK(*two_sided ==
          Approx(asymptotic_cs_two_sided(difference, shape)->z_multiplier).epsilon(1e-12));
    CHECK(*one_sided ==
          Approx(asymptotic_cs_lower(difference, shape)->z_multiplier).epsilon(1e-12));
  }
}

TEST_CASE("Scheduled looks: one look is the fixed test, and wrong schedules are refused") {
  const MeanDesign design{.effect = 0.1, .variance_a = 1, .variance_b = 2};
  const auto once = design_of({1}, {1.959963984540054}, Sides::kTwo);
  const auto scheduled = scheduled_power(design, once, Alternative::kTwoSided);
  const auto fixed = mean_power_normal(design, kTwoSided);
  REQUIRE(scheduled);
  REQUIRE(fixed);
  const ArmSizes sizes{.n_a = 900, .n_b = 1200};
  CHECK((*scheduled)(sizes) == Approx((*fixed)(sizes)).epsilon(1e-12));
  for (const auto& wrong :
       {design_of({}, {}, Sides::kTwo), design_of({0.5}, {2}, Sides::kTwo),
        design_of({0.5, 1}, {2}, Sides::kTwo), design_of({1, 1}, {2, 2}, Sides::kTwo)}) {
    CHECK_FALSE(scheduled_power(design, wrong, Alternative::kTwoSided));
  }
  CHECK(equal_steps(0).empty());
}

TEST_CASE("Unit variance: what is no variance is refused by name") {
  const RatioUnit identical{.mean_numerator = 1,
                            .variance_numerator = 1e18,
                            .mean_denominator = 1,
                            .variance_denominator = 1e18,
                            .covariance = 1e18};
  REQUIRE(ratio_unit_variance(identical));
  CHECK(*ratio_unit_variance(identical) == 0);
  RatioUnit beyond = identical;
  beyond.covariance = 1.1e18;
  CHECK_FALSE(ratio_unit_variance(beyond));
  CHECK_FALSE(adjusted_unit_variance(1, 1));
  CHECK_FALSE(quantile_unit_variance(0.5, 0));
  CHECK_FALSE(density_between({.q_low = 0.4, .x_low = 1, .q_high = 0.6, .x_high = 1}));
  CHECK_FALSE(power_of_each_test(0.8, -1));
}

}  // namespace converge::stats
