#include "stats/bayes/zero_inflated.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "stats/bayes/gamma_poisson.h"
#include "stats/distributions.h"

namespace converge::stats {
namespace {

ZeroInflatedResult run(const ZeroInflatedArm& a, const ZeroInflatedArm& b) {
  const auto result = zero_inflated_comparison(a, b);
  REQUIRE(result);
  CHECK(result->expected_loss_choose_a - result->expected_loss_choose_b ==
        Approx(result->mean_b - result->mean_a).margin(1e-10 * result->mean_b));
  return *result;
}

constexpr BetaPosterior kConversionA{51, 951};
constexpr BetaPosterior kConversionB{61, 941};

}  // namespace

TEST_CASE("Zero-inflated: three kinds of value (scipy 1.10.1, Gauss-Legendre on all variables)") {
  const ZeroInflatedResult lognormal = run({kConversionA, LognormalPosterior{3, 0.1}},
                                           {kConversionB, LognormalPosterior{2.9, 0.12}});
  CHECK(lognormal.probability_b_beats_a == Approx(0.6300158226100057).epsilon(1e-9));
  CHECK(lognormal.expected_loss_choose_a == Approx(0.15214707692275645).epsilon(1e-9));
  const ZeroInflatedResult gamma =
      run({kConversionA, GammaPosterior{40, 2}}, {kConversionB, GammaPosterior{35, 1.9}});
  CHECK(gamma.probability_b_beats_a == Approx(0.6276102851685397).epsilon(1e-9));
  const ZeroInflatedResult inverse = run({kConversionA, InverseGammaPosterior{51, 1000}},
                                         {kConversionB, InverseGammaPosterior{61, 1100}});
  CHECK(inverse.probability_b_beats_a == Approx(0.640189738251395).epsilon(1e-9));
}

TEST_CASE("Zero-inflated: values that are numbers leave the ratio of two Betas") {
  // Conversion uniform in a, Beta(n, 1) in b, equal values: P(b > a) = n / (n + 1).
  const ZeroInflatedResult result =
      run({{1, 1}, LognormalPosterior{2, 1e-7}}, {{3, 1}, LognormalPosterior{2, 1e-7}});
  CHECK(result.probability_b_beats_a == Approx(0.75).epsilon(1e-8));
}

TEST_CASE("Zero-inflated: conversions that are numbers leave the ratio of the values") {
  const ZeroInflatedResult result =
      run({{1e11, 1e11}, LognormalPosterior{0, 0.3}}, {{1e11, 1e11}, LognormalPosterior{0.2, 0.4}});
  CHECK(result.probability_b_beats_a == Approx(normal_cdf(0.2 / 0.5)).epsilon(1e-5));
}

TEST_CASE("Zero-inflated: swapping arms mirrors, units scale the losses") {
  const ZeroInflatedArm a{kConversionA, LognormalPosterior{3, 0.1}};
  const ZeroInflatedArm b{{2, 50}, LognormalPosterior{4, 0.7}};
  const ZeroInflatedResult here = run(a, b);
  const ZeroInflatedResult there = run(b, a);
  CHECK(here.probability_b_beats_a == Approx(1 - there.probability_b_beats_a).epsilon(1e-10));
  CHECK(here.expected_loss_choose_a == Approx(there.expected_loss_choose_b).epsilon(1e-9));
  const double log_unit = std::log(1e9);
  const ZeroInflatedResult other = run({kConversionA, LognormalPosterior{3 + log_unit, 0.1}},
                                       {{2, 50}, LognormalPosterior{4 + log_unit, 0.7}});
  CHECK(other.probability_b_beats_a == Approx(here.probability_b_beats_a).epsilon(1e-9));
  CHECK(other.expected_loss_choose_a == Approx(1e9 * here.expected_loss_choose_a).epsilon(1e-9));
}

TEST_CASE("Zero-inflated: posteriors of the mean value") {
  const auto logs = lognormal_mean_posterior(100, 3, 0.25);
  REQUIRE(logs);
  CHECK(logs->location == Approx(3.125));
  CHECK(logs->scale == Approx(std::sqrt(0.25 / 100 + 0.0625 / 198)).epsilon(1e-14));
  const auto exponential = exponential_mean_posterior({1, 10}, 50, 990);
  REQUIRE(exponential);
  CHECK(exponential->shape == 51);
  CHECK(exponential->scale == 1000);
  CHECK(lognormal_mean_posterior(1, 3, 1).error().code == Errc::kInsufficientData);
  CHECK(lognormal_mean_posterior(5, 3, 0).error().code == Errc::kInsufficientData);
  CHECK(exponential_mean_posterior({1, 10}, -1, 990).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Zero-inflated: what is undefined has a name") {
  const ZeroInflatedArm good{kConversionA, LognormalPosterior{3, 0.1}};
  CHECK(zero_inflated_comparison(good, {kConversionA, GammaPosterior{1, 1}}).error().code ==
        Errc::kInvalidArgument);
  CHECK(zero_inflated_comparison(good, {{0, 1}, LognormalPosterior{3, 0.1}}).error().code ==
        Errc::kInvalidArgument);
  const ZeroInflatedArm no_mean{kConversionA, InverseGammaPosterior{1, 5}};
  CHECK(zero_inflated_comparison(no_mean, no_mean).error().code == Errc::kInsufficientData);
}

TEST_CASE("Gamma-Poisson: the closed form, and an update") {
  const auto posterior = gamma_poisson_posterior({2, 1}, 40, 20.5);
  REQUIRE(posterior);
  CHECK(posterior->shape == 42);
  CHECK(posterior->rate == 21.5);
  CHECK(gamma_poisson_posterior({2, 1}, 0, 0)->shape == 2);
  CHECK(gamma_poisson_posterior({2, 1}, 1, 0).error().code == Errc::kInvalidArgument);
  CHECK(gamma_poisson_posterior({2, 1}, -1, 3).error().code == Errc::kInvalidArgument);
  // P(b > a) = I_{rate_a / (rate_a + rate_b)}(shape_a, shape_b), also where it is 1e-25.
  const auto result = gamma_poisson_comparison({.a = {300, 100}, .b = {30, 30}, .level = 0.95});
  REQUIRE(result);
  CHECK(result->probability_b_beats_a == Approx(beta_cdf(100.0 / 130, 300, 30)).epsilon(1e-9));
  CHECK(result->credible_a.lower < 3);
  CHECK(result->credible_a.upper > 3);
}

}  // namespace converge::stats
