#include <catch2/catch.hpp>
#include <cmath>

#include "stats/means/cluster_robust.h"
#include "stats/means/delta_lift.h"
#include "stats/means/log_ratio_lift.h"
#include "stats/means/relative_lift.h"
#include "stats/means/skew_corrected_t.h"

namespace converge::stats {
namespace {

const Sample kGood{.n = 100, .mean = 1, .variance = 2};
const Sample kFlat{.n = 100, .mean = 1, .variance = 0};
const Sample kZero{.n = 100, .mean = 0, .variance = 1};
const Sample kNegative{.n = 100, .mean = -1, .variance = 1};

}  // namespace

TEST_CASE("Lifts: a control mean of 0 leaves the absolute test and no lift") {
  const auto lift = welch_relative_lift(kZero, kGood, {.alpha = 0.05});
  REQUIRE(lift);
  CHECK(lift->absolute.estimate == 1);
  REQUIRE_FALSE(lift->relative);
  CHECK(lift->relative.error().code == Errc::kInsufficientData);
  CHECK(delta_relative_lift(kZero, kGood, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
  const Sample nearly{.n = 100, .mean = 1e-320, .variance = 1};
  CHECK(delta_relative_lift(nearly, kGood, {.alpha = 0.05}).error().code ==
        Errc::kInsufficientData);
}

TEST_CASE("Lifts: a log ratio needs means above 0") {
  for (const Sample& bad : {kZero, kNegative}) {
    CHECK(log_ratio_lift(bad, kGood, {.alpha = 0.05}).error().message.find("mean_a") == 0);
    CHECK(log_ratio_lift(kGood, bad, {.alpha = 0.05}).error().message.find("mean_b") == 0);
  }
  CHECK(log_ratio_lift(kFlat, kFlat, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
  CHECK(log_ratio_lift(kGood, kGood, {.alpha = 1}).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Lifts: the log ratio of means that are far apart, or of one ulp") {
  const Sample small{.n = 100, .mean = 1e-100, .variance = 1e-202};
  const Sample large{.n = 100, .mean = 1e100, .variance = 1e190};
  const auto wide = log_ratio_lift(small, large, {.alpha = 0.05});
  REQUIRE(wide);
  CHECK(wide->log_ratio.estimate == Approx(200 * std::log(10)).epsilon(1e-14));
  const Sample next{.n = 100, .mean = std::nextafter(1.0, 2.0), .variance = 2};
  CHECK(log_ratio_lift(kGood, next, {.alpha = 0.05})->log_ratio.estimate ==
        Approx(std::ldexp(1, -52)).epsilon(1e-10));
}

TEST_CASE("Lifts: a treatment of exactly 0 has no standard error by the delta method") {
  const Sample none{.n = 100, .mean = 0, .variance = 0};
  const auto delta = delta_relative_lift(kGood, none, {.alpha = 0.05});
  REQUIRE_FALSE(delta);
  CHECK(delta.error().code == Errc::kInsufficientData);
  // Fieller has an answer: the absolute test rejects, and so does the lift.
  const auto lift = welch_relative_lift(kGood, none, {.alpha = 0.05});
  REQUIRE(lift);
  REQUIRE(lift->relative);
  CHECK(lift->relative->estimate == -1);
  REQUIRE(lift->relative->interval);
  CHECK(lift->relative->interval->upper < 0);
}

// GrowthBook's lift of 4 / 1000 over 15 / 1000 and of the mirror (methods.md, 0.4): p of 1.0e-6 and
// of 0.191 for one and the same difference. Fieller gives one verdict.
TEST_CASE("Lifts: the delta method is not invariant to which arm is the control") {
  const auto proportion = [](double p) {
    return Sample{.n = 1000, .mean = p, .variance = p * (1 - p)};
  };
  const Sample low = proportion(0.004);
  const Sample high = proportion(0.015);
  CHECK(delta_relative_lift(low, high, {.alpha = 0.05})->p_two_sided == Approx(0.191).margin(5e-4));
  CHECK(delta_relative_lift(high, low, {.alpha = 0.05})->p_two_sided ==
        Approx(1.0e-6).epsilon(0.05));
  CHECK(welch_relative_lift(low, high, {.alpha = 0.05})->absolute.p_two_sided ==
        Approx(0.011).margin(5e-4));
}

TEST_CASE("Clusters: a single cluster has no variance") {
  const Sample single{.n = 1, .mean = 1, .variance = 0};
  CHECK(cluster_robust_ratios(single, kGood).error().code == Errc::kInsufficientData);
  CHECK(cluster_robust_ratios(kFlat, kFlat)->standard_error_cr0 == 0);
}

TEST_CASE("Skew correction: the guard names the arm") {
  const auto message = [](const Sample& a, const Sample& b) {
    const auto result = skew_corrected_t(a, b, {.alpha = 0.05});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::kInsufficientData);
    return result.error().message;
  };
  const Sample few{.n = 49, .mean = 1, .variance = 1, .third_central_moment = 0};
  const Sample skewed{.n = 100, .mean = 1, .variance = 1, .third_central_moment = 3.1};
  CHECK(message(few, kGood).find("a.n: 49 units") == 0);
  CHECK(message(kGood, few).find("b.n: 49 units") == 0);
  CHECK(message(kGood, skewed).find("b.third_central_moment") == 0);
  CHECK(message(kFlat, kFlat).find("variance") == 0);
  CHECK(skew_corrected_t(kFlat, kGood, {.alpha = 0.05}));
}

// numpy: t + g t^2 / 3 + g^2 t^3 / 27 + g / 6 and its real root for the ends, scipy.stats.t for p.
TEST_CASE("Skew correction: figures computed by hand") {
  const Sample a{.n = 100, .mean = 1, .variance = 1, .third_central_moment = 2};
  const Sample b{.n = 1000, .mean = 1.2, .variance = 1, .third_central_moment = 2};
  const auto result = skew_corrected_t(a, b, {.alpha = 0.05});
  REQUIRE(result);
  // g = (2 / 1e6 - 2 / 1e4) / 0.011^1.5
  CHECK(result->skew == Approx(-0.17162326606420664).epsilon(1e-13));
  CHECK_FALSE(result->plain_suffices);
  CHECK(result->t_welch == Approx(1.9069251784911847).epsilon(1e-12));
  CHECK(result->t_johnson == Approx(1.6702930995238694).epsilon(1e-11));
  CHECK(result->test.t == Approx(1.6778577613889585).epsilon(1e-11));
  CHECK(result->test.p_two_sided == Approx(0.09598469425909904).epsilon(1e-9));
  CHECK(result->test.interval.lower == Approx(-0.04094037871531106).epsilon(1e-9));
  CHECK(result->test.interval.upper == Approx(0.38530238733551614).epsilon(1e-9));
}

}  // namespace converge::stats
