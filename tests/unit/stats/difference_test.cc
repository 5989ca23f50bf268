#include "stats/difference.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace converge::stats {
namespace {

Sample sample(std::int64_t n, double mean, double variance, double third) {
  return {.n = n, .mean = mean, .variance = variance, .third_central_moment = third};
}

Difference combined(const std::vector<StratumPair>& strata) {
  const auto result = combine_strata(strata);
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("One stratum is the plain difference") {
  const Difference d = combined({{sample(100, 2, 4, 8), sample(400, 2.5, 9, 0)}});
  CHECK(d.estimate == 0.5);
  CHECK(d.mean_a == 2);
  CHECK(d.mean_b == 2.5);
  CHECK(d.variance_of_mean_a == 0.04);
  CHECK(d.variance_of_mean_b == 0.0225);
  CHECK(d.variance == 0.0625);
  CHECK(d.n_a == 100);
  CHECK(d.n_b == 400);
  CHECK(d.skewness_a == Approx(1).epsilon(1e-14));
  CHECK(d.skewness_b == 0);
  // (0 - 8 / 100^2) / 0.25^3
  CHECK(d.skew_standardised == Approx(-0.0008 / 0.015625).epsilon(1e-14));
}

TEST_CASE("Strata are combined by n_a n_b / (n_a + n_b) and never pooled") {
  // Within each stratum the effect is +1; pooling would show an effect of the mix instead.
  const Difference d = combined({{sample(900, 10, 1, 0), sample(100, 11, 1, 0)},
                                 {sample(100, 20, 1, 0), sample(900, 21, 1, 0)}});
  CHECK(d.estimate == Approx(1).epsilon(1e-14));
  CHECK(d.n_a == 1000);
  CHECK(d.n_b == 1000);

  // Weights 50 and 100, hence 1/3 and 2/3.
  const Difference unequal = combined(
      {{sample(100, 0, 2, 0), sample(100, 3, 4, 0)}, {sample(200, 0, 6, 0), sample(200, 6, 8, 0)}});
  CHECK(unequal.estimate == Approx(5).epsilon(1e-14));
  CHECK(unequal.variance_of_mean_a == Approx(0.02 / 9 + 0.03 * 4 / 9).epsilon(1e-14));
  CHECK(unequal.variance_of_mean_b == Approx(0.04 / 9 + 0.04 * 4 / 9).epsilon(1e-14));
  CHECK(unequal.mean_b - unequal.mean_a == unequal.estimate);
}

TEST_CASE("Strata weigh by the information of their smaller arm, not by their size") {
  // Weights 75 and 100: by size they would be even.
  const Difference d = combined(
      {{sample(100, 0, 1, 0), sample(300, 7, 1, 0)}, {sample(200, 0, 1, 0), sample(200, 0, 1, 0)}});
  CHECK(d.estimate == Approx(3).epsilon(1e-14));
}

TEST_CASE("Strata that are copies of one have the effect of one and the skew of the whole") {
  const StratumPair pair{sample(100, 1, 3, 5), sample(50, 2, 4, -6)};
  const Difference one = combined({pair});
  const Difference four = combined({pair, pair, pair, pair});
  CHECK(four.estimate == Approx(one.estimate).epsilon(1e-14));
  CHECK(four.variance == Approx(one.variance / 4).epsilon(1e-14));
  CHECK(four.skew_standardised == Approx(one.skew_standardised / 2).epsilon(1e-14));
  CHECK(four.skewness_a == Approx(one.skewness_a).epsilon(1e-14));
  CHECK(four.skewness_b == Approx(one.skewness_b).epsilon(1e-14));
}

TEST_CASE("A scaled contrast is the difference to a scaled arm") {
  const Sample a = sample(100, 2, 4, 8);
  const Sample b = sample(400, 2.5, 9, -3);
  for (const double factor : {0.95, 1.0, 2.0, -1.5}) {
    const Sample scaled_a = sample(100, factor * 2, factor * factor * 4, std::pow(factor, 3) * 8);
    const Difference expected = combined({{scaled_a, b}});
    const auto got = scaled_contrast(combined({{a, b}}), factor);
    REQUIRE(got);
    CHECK(got->estimate == Approx(expected.estimate).epsilon(1e-14));
    CHECK(got->variance == Approx(expected.variance).epsilon(1e-14));
    CHECK(got->skew_standardised == Approx(expected.skew_standardised).epsilon(1e-13));
    CHECK(got->skewness_a == Approx(expected.skewness_a).epsilon(1e-13));
    CHECK(got->mean_b - got->mean_a == got->estimate);
  }
}

TEST_CASE("A difference without data or variance is undefined, by name") {
  const Sample good = sample(10, 1, 1, 0);
  const auto code = [](const Sample& a, const Sample& b) {
    const StratumPair pair{a, b};
    return combine_strata({&pair, 1}).error().code;
  };
  CHECK(combine_strata({}).error().code == Errc::kInsufficientData);
  for (const std::int64_t n : {0, 1, -5}) {
    CHECK(code(sample(n, 1, 1, 0), good) == Errc::kInsufficientData);
    CHECK(code(good, sample(n, 1, 1, 0)) == Errc::kInsufficientData);
  }
  CHECK(code(sample(10, 1, 0, 0), sample(10, 2, 0, 0)) == Errc::kInsufficientData);
  CHECK(code(sample(10, NAN, 1, 0), good) == Errc::kInvalidArgument);
  CHECK(code(good, sample(10, 1, INFINITY, 0)) == Errc::kInvalidArgument);
  CHECK(code(good, sample(10, 1, 1, NAN)) == Errc::kInvalidArgument);
  CHECK(code(good, sample(10, 1, -1, 0)) == Errc::kInvalidArgument);
  CHECK(code(sample(10, 1.7e308, 1, 0), sample(10, -1.7e308, 1, 0)) == Errc::kInvalidArgument);

  const Difference only_a_varies = combined({{good, sample(10, 1, 0, 0)}});
  CHECK(scaled_contrast(only_a_varies, 0).error().code == Errc::kInsufficientData);
  CHECK(scaled_contrast(only_a_varies, NAN).error().code == Errc::kInvalidArgument);
}

}  // namespace converge::stats
