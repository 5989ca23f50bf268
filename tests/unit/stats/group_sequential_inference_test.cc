#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/distributions.h"
#include "stats/group_sequential/repeated_inference.h"
#include "stats/group_sequential/stagewise_inference.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

StagewiseInference inference(const StoppedTest& test, double alpha) {
  const auto result = stagewise_inference(test, alpha);
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("Stage-wise: a stop at the first look is the fixed-sample inference") {
  for (const double z : {-3.0, 0.0, 1.0, 2.5, 12.0}) {
    const auto result = inference({{}, 50, z * 0.1, 0.1}, 0.05);
    CAPTURE(z);
    CHECK(result.p_greater == Approx(normal_upper(z)).epsilon(1e-10));
    CHECK(result.p_less == Approx(normal_cdf(z)).epsilon(1e-10));
    CHECK(result.median_unbiased == Approx(z * 0.1).margin(1e-10));
    CHECK(result.interval.lower == Approx((z - 1.959963984540054) * 0.1).epsilon(1e-8));
    CHECK(result.interval.upper == Approx((z + 1.959963984540054) * 0.1).epsilon(1e-8));
  }
}

// Simpson's rule on 2001 points and Brent's method, numpy 1.24.2 / SciPy 1.10.1.
TEST_CASE("Stage-wise: a stop at the second look agrees with another quadrature") {
  const auto result = inference({{{5, -2.5, 2.5}}, 10, 2.4, 1}, 0.05);
  CHECK(result.p_greater == Approx(0.012605591894925335).epsilon(1e-8));
  CHECK(result.p_less == Approx(0.9873944081050131).epsilon(1e-8));
  CHECK(result.p_two_sided == Approx(2 * 0.012605591894925335).epsilon(1e-8));
  CHECK(result.median_unbiased == Approx(2.3431029116657878).epsilon(1e-8));
  CHECK(result.interval.lower == Approx(0.30304887175719447).epsilon(1e-7));
  CHECK(result.interval.upper == Approx(4.326768070408672).epsilon(1e-8));
}

TEST_CASE("Stage-wise: p-values keep their meaning far out, tiny errors keep their interval") {
  const auto far = inference({{{1, -kInfinity, kInfinity}}, 2, 37, 1}, 0.05);
  CHECK(far.p_greater == Approx(normal_upper(37)).epsilon(1e-8));
  const auto strict = inference({{{1, -6, 6}}, 2, 5, 1}, 1e-9);
  CHECK(strict.interval.lower < strict.median_unbiased);
  CHECK(strict.interval.upper > strict.median_unbiased);
}

TEST_CASE("Stage-wise: a first look of hardly any information takes an effect far away to move") {
  const auto result = inference(
      {{{0.00094, -1.2, 1.2}, {0.0019, -2, 2}, {0.94, -1.6, 1.6}, {0.97, -1.5, 1.5}}, 1, -5, 1},
      1e-5);
  CHECK(result.interval.lower < -100);
  CHECK(result.interval.lower < result.median_unbiased);
}

TEST_CASE("Stage-wise: bad arguments are named") {
  CHECK_FALSE(stagewise_inference({{}, 50, 1, 0}, 0.05));
  CHECK_FALSE(stagewise_inference({{}, 50, std::nan(""), 1}, 0.05));
  CHECK_FALSE(stagewise_inference({{}, 0, 1, 1}, 0.05));
  CHECK_FALSE(stagewise_inference({{}, 1, 1, 1}, 1));
  CHECK_FALSE(stagewise_inference({{{2, -2, 2}}, 1, 1, 1}, 0.05));
  CHECK_FALSE(stagewise_inference({{}, 1, 1e300, 1e-300}, 0.05));
  // Nobody passes a look whose bounds meet.
  for (const double lower : {2.0, 3.0}) {
    const auto nobody = stagewise_inference({{{1, lower, 2}}, 2, 1, 1}, 0.05);
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().message == "passed[0]: expected lower < upper");
  }
}

TEST_CASE("Repeated p-values: fixed sample, reference, ends of the range") {
  const SpendingFunction cubic{SpendingFamily::kKimDeMets, 3};
  const auto p = [&](Sides sides, const std::vector<double>& fractions, double z) {
    const auto result = repeated_p_value({cubic, sides, fractions, LookKind::kInterim, z});
    REQUIRE(result);
    return *result;
  };
  CHECK(p(Sides::kTwo, {1}, 2.5) == Approx(2 * normal_upper(2.5)).epsilon(1e-8));
  CHECK(p(Sides::kTwo, {1}, -2.5) == Approx(2 * normal_upper(2.5)).epsilon(1e-8));
  CHECK(p(Sides::kOne, {1}, 2.5) == Approx(normal_upper(2.5)).epsilon(1e-8));
  // Simpson's rule on 2001 points and Brent's method, numpy 1.24.2 / SciPy 1.10.1.
  CHECK(p(Sides::kTwo, {0.5, 1}, 2.2) == Approx(0.029543520619825802).epsilon(1e-7));
  CHECK(p(Sides::kOne, {0.5, 1}, -1) == 0.5);
  CHECK(p(Sides::kTwo, {0.5, 1}, 0) == 1);
  CHECK(p(Sides::kOne, {1}, 30) == Approx(normal_upper(30)).epsilon(1e-6));
  CHECK(p(Sides::kOne, {0.5, 1}, 100) == 1e-300);
  // The look declared last spends all, however little information it has.
  const auto last = repeated_p_value({cubic, Sides::kTwo, {0.5}, LookKind::kLast, 2.5});
  REQUIRE(last);
  CHECK(*last == Approx(2 * normal_upper(2.5)).epsilon(1e-8));
  CHECK_FALSE(repeated_p_value({cubic, Sides::kOne, {}, LookKind::kInterim, 1}));
  CHECK_FALSE(repeated_p_value({cubic, Sides::kOne, {1}, LookKind::kInterim, std::nan("")}));
  CHECK_FALSE(repeated_p_value(
      {{SpendingFamily::kKimDeMets, -1}, Sides::kOne, {1}, LookKind::kInterim, 1}));
}

TEST_CASE("Repeated intervals: infinite without a bound, level by sides, named errors") {
  const SpendingPlan two{{SpendingFamily::kPocock, 0}, 0.05, Sides::kTwo};
  const SpendingPlan one{{SpendingFamily::kPocock, 0}, 0.025, Sides::kOne};
  const auto none = repeated_interval(3, 1, kInfinity, two);
  REQUIRE(none);
  CHECK(std::isinf(none->lower));
  CHECK(std::isinf(none->upper));
  const auto interval = repeated_interval(3, 0.5, 2, one);
  REQUIRE(interval);
  CHECK(*interval == Interval{2, 4, 0.95});
  CHECK_FALSE(repeated_interval(3, 0, 2, two));
  CHECK_FALSE(repeated_interval(3, 1, -1, two));
  CHECK_FALSE(repeated_interval(kInfinity, 1, 2, two));
  CHECK_FALSE(repeated_interval(1, 1, 2, {{SpendingFamily::kPocock, 0}, 0.5, Sides::kOne}));
}

}  // namespace converge::stats
