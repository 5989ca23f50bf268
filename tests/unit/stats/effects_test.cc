// Roots and tails from scipy 1.10, 2026-11-27.
#include <catch2/catch.hpp>
#include <cmath>

#include "stats/effects/heterogeneity.h"
#include "stats/effects/lift_prior.h"
#include "stats/effects/random_effects.h"
#include "stats/effects/shrinkage.h"

namespace converge::stats {
namespace {

const std::vector<MeasuredEffect> kEight{
    {1.04081, 0.08835},  {-0.41765, 0.02225}, {0.31236, 0.08353}, {0.1689, 0.08924},
    {-0.42611, 0.00477}, {-0.08725, 0.0293},  {-0.24086, 0.0779}, {0.07259, 0.04281}};

double tau_squared(std::span<const MeasuredEffect> effects, BetweenVariance method) {
  const auto result = between_variance(effects, method, kExactTolerance);
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("Paule-Mandel and REML solve their equations to full precision") {
  // scipy brentq on Q(tau^2) = 7 for meta_analysis-s002; a fine grid with bounded minimisation of
  // the restricted likelihood agrees to 1e-9.
  CHECK(tau_squared(kEight, BetweenVariance::kPauleMandel) ==
        Approx(0.16769385208937404).epsilon(1e-13));
  CHECK(tau_squared(kEight, BetweenVariance::kReml) == Approx(0.1586916481558).epsilon(1e-7));
}

TEST_CASE("Between two effects every estimate of tau^2 is the same") {
  const std::vector<MeasuredEffect> two{{-0.09347, 0.02}, {0.33637, 0.02}};
  const double expected = 0.42984 * 0.42984 / 2 - 0.02;
  for (const BetweenVariance method : {BetweenVariance::kDerSimonianLaird,
                                       BetweenVariance::kPauleMandel, BetweenVariance::kReml}) {
    CHECK(tau_squared(two, method) == Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("No more spread than sampling explains is exactly 0, in any unit") {
  for (const double unit : {1e-9, 1.0, 1e9}) {
    const std::vector<MeasuredEffect> same{{0.10 * unit, 0.04 * unit * unit},
                                           {0.12 * unit, 0.05 * unit * unit},
                                           {0.30 * unit, 0.05 * unit * unit},
                                           {0.09 * unit, 0.002 * unit * unit}};
    for (const BetweenVariance method : {BetweenVariance::kDerSimonianLaird,
                                         BetweenVariance::kPauleMandel, BetweenVariance::kReml}) {
      CHECK(tau_squared(same, method) == 0);
    }
  }
}

TEST_CASE("Meta-analysis: what is undefined has a name") {
  const auto code = [](const std::vector<MeasuredEffect>& effects) {
    return between_variance(effects, BetweenVariance::kReml, kExactTolerance).error().code;
  };
  CHECK(code({}) == Errc::kInsufficientData);
  CHECK(code({{1, 1}}) == Errc::kInsufficientData);
  CHECK(code({{1, 1}, {1, 0}}) == Errc::kInvalidArgument);
  CHECK(code({{1, 1}, {NAN, 1}}) == Errc::kInvalidArgument);
  const std::vector<MeasuredEffect> one{{0.5, 0.04}};
  CHECK(pooled_effect(one, 0, 0.05)->estimate == 0.5);
  CHECK(pooled_effect(one, 0, 0.05)->i_squared == 0);
  CHECK(pooled_effect({}, 0, 0.05).error().code == Errc::kInsufficientData);
  CHECK(pooled_effect(one, -1, 0.05).error().code == Errc::kInvalidArgument);
  CHECK(pooled_effect(one, 0, 0).error().code == Errc::kInvalidArgument);
  CHECK(pooled_effect_knapp_hartung(one, 0, 0.05).error().code == Errc::kInsufficientData);
  const std::vector<MeasuredEffect> equal{{0.5, 0.04}, {0.5, 0.04}};
  CHECK(pooled_effect_knapp_hartung(equal, 0, 0.05).error().code == Errc::kInsufficientData);
  CHECK(between_variance(equal, BetweenVariance::kReml,
                         {.paule_mandel = -1, .tau_squared_most = 0, .reml = 0})
            .error()
            .code == Errc::kInvalidArgument);
}

TEST_CASE("A prior shrinks by the share of sampling variance") {
  // s^2 = 0.0004, tau^2 = 0.0001: B = 0.8; posterior variance 0.0004 * 0.0001 / 0.0005.
  const auto shrunk = shrunk_effect({0.06, 0.0004}, {0.01, 0.01}, 0.05);
  REQUIRE(shrunk);
  CHECK(shrunk->weight_of_prior == Approx(0.8).epsilon(1e-14));
  CHECK(shrunk->estimate == Approx(0.02).epsilon(1e-13));
  CHECK(shrunk->standard_error == Approx(std::sqrt(0.00008)).epsilon(1e-13));
  CHECK(shrunk->interval.upper ==
        Approx(0.02 + 1.959963984540054 * std::sqrt(0.00008)).epsilon(1e-12));
  CHECK(shrunk_effect({0.06, 0.0004}, {0.01, 0}, 0.05)->estimate == Approx(0.01).epsilon(1e-14));
  CHECK(shrunk_effect({0.06, 1e-300}, {0.01, 1e200}, 0.05)->estimate == 0.06);
  CHECK(shrunk_effect({0.06, 0}, {0.01, 0.01}, 0.05).error().code == Errc::kInvalidArgument);
  CHECK(shrunk_effect({0.06, 1}, {0.01, -1}, 0.05).error().code == Errc::kInvalidArgument);
}

TEST_CASE("A prior out of past experiments") {
  const std::vector<MeasuredEffect> past{{0.02, 1e-4},  {-0.01, 2e-4},   {0.05, 3e-4},
                                         {0.004, 1e-4}, {-0.03, 1.5e-4}, {0.012, 5e-5}};
  const auto about_zero = estimated_prior(past, PriorMean::kZero);
  REQUIRE(about_zero);
  CHECK(about_zero->prior.mean == 0);
  CHECK(about_zero->prior.standard_deviation == Approx(0.02129489449786159).epsilon(1e-10));
  const auto free = estimated_prior(past, PriorMean::kEstimated);
  REQUIRE(free);
  CHECK(free->prior.standard_deviation ==
        Approx(std::sqrt(tau_squared(past, BetweenVariance::kReml))).epsilon(1e-14));
  CHECK(free->standard_error_of_mean > 0);
  CHECK_FALSE(free->no_spread);
  const std::vector<MeasuredEffect> noise{{0.001, 1e-4}, {-0.002, 1e-4}, {0.001, 1e-4}};
  CHECK(estimated_prior(noise, PriorMean::kZero)->no_spread);
  CHECK(estimated_prior(noise, PriorMean::kEstimated)->no_spread);
  CHECK(estimated_prior({}, PriorMean::kZero).error().code == Errc::kInsufficientData);
}

TEST_CASE("Segments: the interaction test, and each segment against the rest") {
  const std::vector<MeasuredEffect> segments{
      {0.1, 0.004}, {0.3, 0.01}, {-0.05, 0.003}, {0.2, 0.02}};
  const auto result = heterogeneity(segments, 0.05);
  REQUIRE(result);
  CHECK(result->q == Approx(11.147727272727272).epsilon(1e-12));
  CHECK(result->p == Approx(0.010953299096066633).epsilon(1e-11));
  CHECK(result->dof == 3);
  const double z[] = {0.6639508423092292, 2.51894733842927, -2.865349415468779, 0.9822425583627398};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(result->segments[i].z_from_rest == Approx(z[i]).epsilon(1e-11));
    const double shrunk = result->segments[i].shrunk.estimate;
    CHECK(std::abs(shrunk - result->pooled.estimate) <
          std::abs(segments[i].effect - result->pooled.estimate));
  }
  CHECK(result->segments[2].p_adjusted == Approx(4 * 0.004165493337414935).epsilon(1e-10));
  CHECK(heterogeneity({}, 0.05).error().code == Errc::kInsufficientData);
  CHECK(heterogeneity(segments, 2).error().code == Errc::kInvalidArgument);
}

}  // namespace converge::stats
