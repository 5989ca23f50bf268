// Every function at the edges of its domain: a named error or a right number, never NaN.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "stats/means/fieller.h"
#include "stats/means/welch.h"
#include "stats/multiplicity/holm.h"
#include "stats/quality/srm_chi_square.h"
#include "stats/sequential/asymptotic_cs.h"

namespace converge::stats {
namespace {

const Sample kGood{.n = 10, .mean = 1, .variance = 2};

Difference difference_with(double estimate, double variance, std::int64_t n) {
  Difference difference;
  difference.estimate = estimate;
  difference.variance = variance;
  difference.n_a = n;
  difference.n_b = n;
  return difference;
}

FiellerInputs fieller_inputs() {
  return {.mean_a = 2,
          .variance_of_mean_a = 0.01,
          .mean_b = 3,
          .variance_of_mean_b = 0.02,
          .covariance = 0,
          .z = 1.96,
          .level = 0.95};
}

}  // namespace

TEST_CASE("Welch: what is undefined has a name") {
  const WelchOptions options{.alpha = 0.05};
  for (const std::int64_t n : {0, 1}) {
    CHECK(welch({.n = n, .mean = 1, .variance = 1}, kGood, options).error().code ==
          Errc::kInsufficientData);
    CHECK(welch(kGood, {.n = n, .mean = 1, .variance = 1}, options).error().code ==
          Errc::kInsufficientData);
  }
  const Sample flat{.n = 10, .mean = 1, .variance = 0};
  CHECK(welch(flat, flat, options).error().code == Errc::kInsufficientData);
  CHECK(welch(flat, kGood, options)->dof == 9);
  for (const double bad : {double(NAN), double(INFINITY), -double(INFINITY)}) {
    CHECK(welch({.n = 9, .mean = bad, .variance = 1}, kGood, options).error().code ==
          Errc::kInvalidArgument);
    CHECK(welch(kGood, {.n = 9, .mean = 1, .variance = bad}, options).error().code ==
          Errc::kInvalidArgument);
  }
  CHECK(welch({.n = 9, .mean = 1, .variance = -1}, kGood, options).error().code ==
        Errc::kInvalidArgument);
  for (const double alpha : {0.0, 1.0, -0.1, double(NAN)}) {
    CHECK(welch(kGood, kGood, {.alpha = alpha}).error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("Welch: tails far out are small numbers, not 0") {
  // t = 9 at 1000 degrees of freedom: 1.1e-18, where 2 * (1 - cdf) gives 0.
  const double mean_b = 9 * std::sqrt(2.0 / 501);
  const auto far = welch({.n = 501, .mean = 0, .variance = 1},
                         {.n = 501, .mean = mean_b, .variance = 1}, {.alpha = 0.05});
  REQUIRE(far);
  CHECK(far->p_two_sided == Approx(1.1e-18).epsilon(0.05));
  CHECK(far->p_greater == far->p_two_sided / 2);
  CHECK(far->p_less == 1);
}

TEST_CASE("Welch: a billion units") {
  const auto result =
      welch({.n = 1'000'000'000, .mean = 0.1, .variance = 0.09},
            {.n = 1'000'000'000, .mean = 0.1001, .variance = 0.09}, {.alpha = 0.05});
  REQUIRE(result);
  CHECK(result->dof == Approx(1'999'999'998.0).epsilon(1e-12));
  CHECK(result->t == Approx(0.0001 / std::sqrt(1.8e-10)).epsilon(1e-9));
}

TEST_CASE("Fieller: what is undefined has a name, and an unbounded set is none") {
  FiellerInputs inputs = fieller_inputs();
  inputs.mean_a = 0;
  CHECK(fieller_relative_lift(inputs).error().code == Errc::kInsufficientData);

  inputs = fieller_inputs();
  inputs.variance_of_mean_a = 1.1;  // 2 / sqrt(1.1) < 1.96
  const auto unbounded = fieller_relative_lift(inputs);
  REQUIRE(unbounded);
  CHECK(unbounded->estimate == 0.5);
  CHECK_FALSE(unbounded->interval.has_value());

  for (double FiellerInputs::*field :
       {&FiellerInputs::mean_a, &FiellerInputs::mean_b, &FiellerInputs::variance_of_mean_a,
        &FiellerInputs::variance_of_mean_b, &FiellerInputs::covariance, &FiellerInputs::z,
        &FiellerInputs::level}) {
    for (const double bad : {double(NAN), double(INFINITY)}) {
      inputs = fieller_inputs();
      inputs.*field = bad;
      CHECK(fieller_relative_lift(inputs).error().code == Errc::kInvalidArgument);
    }
  }
  for (double FiellerInputs::*field : {&FiellerInputs::variance_of_mean_a,
                                       &FiellerInputs::variance_of_mean_b, &FiellerInputs::z}) {
    inputs = fieller_inputs();
    inputs.*field = -1;
    CHECK(fieller_relative_lift(inputs).error().code == Errc::kInvalidArgument);
  }
  inputs = fieller_inputs();
  inputs.covariance = 0.015;
  CHECK(fieller_relative_lift(inputs).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Fieller: without any variance the interval is the estimate") {
  FiellerInputs inputs = fieller_inputs();
  inputs.variance_of_mean_a = 0;
  inputs.variance_of_mean_b = 0;
  auto lift = fieller_relative_lift(inputs);
  REQUIRE(lift);
  CHECK(lift->interval == Interval{0.5, 0.5, 0.95});
  inputs.mean_b = 2;
  lift = fieller_relative_lift(inputs);
  REQUIRE(lift);
  CHECK(lift->interval == Interval{0, 0, 0.95});
}

TEST_CASE("Fieller: the pivot is z at both ends, with a covariance and below 0 too") {
  for (const double mean_a : {2.0, -2.0}) {
    for (const double covariance : {0.0, 0.012, -0.012}) {
      FiellerInputs inputs = fieller_inputs();
      inputs.mean_a = mean_a;
      inputs.covariance = covariance;
      const auto lift = fieller_relative_lift(inputs);
      REQUIRE(lift);
      REQUIRE(lift->interval);
      CHECK(lift->interval->contains(lift->estimate));
      CHECK(lift->estimate == (3 - mean_a) / std::abs(mean_a));
      for (const double end : {lift->interval->lower, lift->interval->upper}) {
        const double theta = mean_a < 0 ? 1 - end : 1 + end;  // mean_b / mean_a
        const double pivot = std::abs(inputs.mean_b - theta * mean_a) /
                             std::sqrt(inputs.variance_of_mean_b - 2 * theta * covariance +
                                       theta * theta * inputs.variance_of_mean_a);
        CHECK(pivot == Approx(inputs.z).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("Confidence sequences: what is undefined has a name") {
  const AsymptoticCsOptions options{.alpha = 0.05, .planned_total_n = 5000};
  CHECK(asymptotic_cs_two_sided(difference_with(1, 0, 10), options).error().code ==
        Errc::kInsufficientData);
  CHECK(asymptotic_cs_lower(difference_with(1, 1, 0), options).error().code ==
        Errc::kInsufficientData);
  for (const double bad : {double(NAN), double(INFINITY)}) {
    CHECK(asymptotic_cs_two_sided(difference_with(bad, 1, 10), options).error().code ==
          Errc::kInvalidArgument);
    CHECK(asymptotic_cs_upper(difference_with(1, bad, 10), options).error().code ==
          Errc::kInvalidArgument);
  }
  CHECK(asymptotic_cs_lower(difference_with(1, -1, 10), options).error().code ==
        Errc::kInvalidArgument);
  for (const double alpha : {0.0, 1.0, -1.0, double(NAN)}) {
    CHECK(rho_squared(alpha, 100).error().code == Errc::kInvalidArgument);
    CHECK(asymptotic_cs_two_sided(difference_with(1, 1, 10),
                                  AsymptoticCsOptions{.alpha = alpha, .planned_total_n = 100})
              .error()
              .code == Errc::kInvalidArgument);
  }
  CHECK(asymptotic_cs_lower(difference_with(1, 1, 10),
                            AsymptoticCsOptions{.alpha = 0.5, .planned_total_n = 100})
            .error()
            .code == Errc::kInvalidArgument);
  for (const double planned : {0.0, -1.0, double(NAN), double(INFINITY)}) {
    CHECK(rho_squared(0.05, planned).error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("Confidence sequences: overwhelming and absent effects stay numbers") {
  const AsymptoticCsOptions options{.alpha = 0.05, .planned_total_n = 5000};
  const auto huge = asymptotic_cs_lower(difference_with(1e6, 1e-6, 1'000'000'000), options);
  REQUIRE(huge);
  CHECK(std::isfinite(huge->log_e));
  CHECK(huge->log_e > 1e17);
  CHECK(huge->p == 0);
  const auto none = asymptotic_cs_lower(difference_with(0, 1, 100), options);
  REQUIRE(none);
  CHECK(none->p == 1);
  CHECK(none->log_e == -std::numeric_limits<double>::infinity());
  CHECK(asymptotic_cs_two_sided(difference_with(0, 1, 100), options)->p == 1);
}

TEST_CASE("The sequence is tightest at the planned number of units") {
  const double planned = 10'000;
  const auto half_width = [&](double tuned_for) {
    return asymptotic_cs_two_sided(difference_with(0, 1, 5000),
                                   AsymptoticCsOptions{.alpha = 0.05, .planned_total_n = tuned_for})
        ->interval.upper;
  };
  CHECK(half_width(planned) < half_width(planned * 1.1));
  CHECK(half_width(planned) < half_width(planned / 1.1));
}

TEST_CASE("A one-sided sequence is tuned by twice its alpha") {
  const Difference difference = difference_with(1, 0.1, 500);
  const auto rho2 = rho_squared(0.1, 5000);
  REQUIRE(rho2);
  const AsymptoticCsOptions options{.alpha = 0.05, .planned_total_n = 5000};
  const AsymptoticCsShape shape{.alpha = 0.05, .rho_squared = *rho2};
  CHECK(asymptotic_cs_lower(difference, options)->interval ==
        asymptotic_cs_lower(difference, shape)->interval);
  CHECK(asymptotic_cs_upper(difference, options)->interval ==
        asymptotic_cs_upper(difference, shape)->interval);
}

TEST_CASE("Chi-square: arms of weight 0 are no arms, and a unit in one is reported") {
  const std::vector<std::int64_t> counts{500, 450, 0};
  const std::vector<double> weights{1, 1, 0};
  const auto result = srm_chi_square({.counts = counts, .weights = weights});
  REQUIRE(result);
  CHECK(result->dof == 1);
  CHECK(result->chi_square == Approx(2500.0 / 950).epsilon(1e-14));
  CHECK_FALSE(result->zero_weight_counted);
  const std::vector<std::int64_t> stray{500, 450, 1};
  CHECK(srm_chi_square({.counts = stray, .weights = weights})->zero_weight_counted);
  CHECK(srm_chi_square({.counts = stray, .weights = weights})->p == result->p);
}

TEST_CASE("Chi-square: what is undefined has a name") {
  const std::vector<std::int64_t> counts{5, 5};
  const auto code = [](const std::vector<std::int64_t>& c, const std::vector<double>& w) {
    return srm_chi_square({.counts = c, .weights = w}).error().code;
  };
  CHECK(code(counts, {1}) == Errc::kInvalidArgument);
  CHECK(code({5, -1}, {1, 1}) == Errc::kInvalidArgument);
  CHECK(code(counts, {1, -1}) == Errc::kInvalidArgument);
  CHECK(code(counts, {1, NAN}) == Errc::kInvalidArgument);
  CHECK(code(counts, {1, INFINITY}) == Errc::kInvalidArgument);
  CHECK(code(counts, {1, 0}) == Errc::kInsufficientData);
  CHECK(code({}, {}) == Errc::kInsufficientData);
}

TEST_CASE("Holm: nothing to adjust is fine, what is no p value is refused") {
  CHECK(holm_adjusted({})->empty());
  for (const double bad : {-0.1, 1.1, double(NAN)}) {
    const std::vector<double> p{0.5, bad};
    CHECK(holm_adjusted(p).error().code == Errc::kInvalidArgument);
  }
}

}  // namespace converge::stats
