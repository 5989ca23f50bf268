#include "stats/adjustment/adjusted_difference.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/adjustment/post_stratification.h"

namespace converge::stats {
namespace {

AdjustedDifference stratum(std::int64_t n_a, std::int64_t n_b, double effect, double variance) {
  AdjustedDifference result;
  result.difference.n_a = n_a;
  result.difference.n_b = n_b;
  result.difference.mean_a = 10;
  result.difference.mean_b = 10 + effect;
  result.difference.estimate = effect;
  result.difference.variance = variance;
  result.difference.variance_of_mean_a = variance / 4;
  result.difference.variance_of_mean_b = variance * 3 / 4;
  result.variance_of_mean_a = variance / 4;
  result.variance_of_mean_b = variance * 3 / 4;
  result.dof = static_cast<double>(n_a + n_b - 2);
  return result;
}

StratumPair pair(std::int64_t n_a, double mean_a, std::int64_t n_b, double mean_b) {
  return {.a = {.n = n_a, .mean = mean_a, .variance = n_a > 1 ? 4.0 : 0.0},
          .b = {.n = n_b, .mean = mean_b, .variance = n_b > 1 ? 4.0 : 0.0}};
}

}  // namespace

TEST_CASE("Strata are weighted by harmonic size, precision or size") {
  const std::vector<AdjustedDifference> strata{stratum(100, 300, 1, 0.1),
                                               stratum(200, 200, 2, 0.3)};
  // 75 and 100; 10 and 10 / 3; 400 and 400.
  const auto harmonic = combine_adjusted(strata, StratumWeights::kHarmonic);
  const auto precision = combine_adjusted(strata, StratumWeights::kPrecision);
  const auto size = combine_adjusted(strata, StratumWeights::kSize);
  REQUIRE((harmonic && precision && size));
  CHECK(harmonic->difference.estimate == Approx(275.0 / 175).epsilon(1e-14));
  CHECK(precision->difference.estimate == Approx(1.25).epsilon(1e-14));
  CHECK(precision->difference.variance == Approx(0.075).epsilon(1e-14));
  CHECK(size->difference.estimate == Approx(1.5).epsilon(1e-14));
  CHECK(size->difference.variance == Approx(0.1).epsilon(1e-14));
  CHECK(size->difference.n_a == 300);
  // Shares 1/4 and 3/4 of the variance, 398 degrees of freedom each.
  CHECK(size->dof == Approx(398 / (1.0 / 16 + 9.0 / 16)).epsilon(1e-14));
  for (const auto& one : {harmonic, precision, size}) {
    CHECK(one->difference.mean_b - one->difference.mean_a ==
          Approx(one->difference.estimate).epsilon(1e-13));
  }
}

TEST_CASE("One stratum stays what it is") {
  const std::vector<AdjustedDifference> one{stratum(100, 300, 1, 0.1)};
  for (const StratumWeights weights :
       {StratumWeights::kHarmonic, StratumWeights::kPrecision, StratumWeights::kSize}) {
    const auto combined = combine_adjusted(one, weights);
    REQUIRE(combined);
    CHECK(combined->difference.estimate == 1);
    CHECK(combined->difference.variance == 0.1);
    CHECK(combined->dof == Approx(398));
  }
}

TEST_CASE("Adjusted differences: what is undefined has a name") {
  CHECK(combine_adjusted({}, StratumWeights::kSize).error().code == Errc::kInsufficientData);
  std::vector<AdjustedDifference> strata{stratum(100, 300, 1, 0)};
  CHECK(combine_adjusted(strata, StratumWeights::kPrecision).error().code ==
        Errc::kInsufficientData);
  strata[0] = stratum(100, 300, NAN, 1);
  CHECK(combine_adjusted(strata, StratumWeights::kSize).error().code == Errc::kInvalidArgument);
  CHECK(t_test(1, 0, 10, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
  CHECK(t_test(1, 1, 0, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
  CHECK(t_test(1, 1, 10, {.alpha = 1}).error().code == Errc::kInvalidArgument);
  CHECK(t_test(NAN, 1, 10, {.alpha = 0.05}).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Post-stratification: a stratum that lacks an arm joins the largest") {
  const std::array<StratumPair, 3> strata{pair(50, 1, 60, 2), pair(100, 3, 90, 3),
                                          pair(0, 0, 7, 9)};
  const auto result = post_stratification(strata);
  REQUIRE(result);
  CHECK(result->strata == 2);
  CHECK(result->collapsed == 1);
  CHECK(result->adjusted.difference.n_b == 157);
  const double large = (90 * 3 + 7 * 9) / 97.0;
  CHECK(result->adjusted.difference.mean_b == Approx((110 * 2 + 197 * large) / 307).epsilon(1e-13));
}

TEST_CASE("Post-stratification: one stratum is the plain difference") {
  const std::array<StratumPair, 1> strata{pair(50, 1, 100, 2)};
  const auto result = post_stratification(strata);
  REQUIRE(result);
  CHECK(result->adjusted.difference.estimate == 1);
  CHECK(result->adjusted.difference.variance == Approx(4 / 50.0 + 4 / 100.0).epsilon(1e-14));
  CHECK(result->adjusted.covariance_of_means == Approx(0).margin(1e-18));
}

TEST_CASE("Post-stratification: what is undefined has a name") {
  CHECK(post_stratification({}).error().code == Errc::kInsufficientData);
  const std::array<StratumPair, 2> no_arm{pair(0, 0, 9, 1), pair(1, 0, 9, 1)};
  CHECK(post_stratification(no_arm).error().code == Errc::kInsufficientData);
  std::array<StratumPair, 1> one{pair(5, 0, 9, 1)};
  one[0].a.variance = -1;
  CHECK(post_stratification(one).error().code == Errc::kInvalidArgument);
  one[0].a.variance = one[0].b.variance = 0;
  CHECK(post_stratification(one).error().code == Errc::kInsufficientData);
  one[0].a.n = -1;
  CHECK(post_stratification(one).error().code == Errc::kInvalidArgument);
  AdjustedDifference zero_control = stratum(10, 10, 1, 1);
  zero_control.difference.mean_a = 0;
  CHECK(delta_relative(zero_control, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
}

}  // namespace converge::stats
