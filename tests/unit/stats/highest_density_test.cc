#include "stats/bayes/highest_density.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "stats/distributions.h"

namespace converge::stats {

TEST_CASE("Highest density: the narrowest intervals") {
  // scipy 1.10.1: bounded minimisation of ppf(cdf(l) + level) - l, xatol 1e-12.
  const auto beta = highest_density_interval(BetaPosterior{3, 20}, 0.95);
  REQUIRE(beta);
  CHECK(beta->lower == Approx(0.016654479055181796).epsilon(1e-7));
  CHECK(beta->upper == Approx(0.26518516577583856).epsilon(1e-8));
  const auto gamma = highest_density_interval(GammaPosterior{2.5, 4}, 0.9);
  REQUIRE(gamma);
  CHECK(gamma->lower * 4 == Approx(0.23819745447268545).epsilon(1e-7));
  CHECK(gamma->upper * 4 == Approx(4.71691190458257).epsilon(1e-8));
  const auto lognormal = highest_density_interval(LognormalPosterior{0, 0.5}, 0.95);
  REQUIRE(lognormal);
  CHECK(lognormal->lower == Approx(0.2616523027093129).epsilon(1e-7));
  CHECK(lognormal->upper == Approx(2.3180787519152894).epsilon(1e-8));
}

TEST_CASE("Highest density: one-sided where the peak is at an end, mirrored for complements") {
  const auto none = highest_density_interval(BetaPosterior{1, 101}, 0.95);
  REQUIRE(none);
  CHECK(none->lower == 0);
  CHECK(none->upper == Approx(1 - std::pow(0.05, 1.0 / 101)).epsilon(1e-12));
  const auto all = highest_density_interval(BetaPosterior{101, 1}, 0.95);
  REQUIRE(all);
  CHECK(all->upper == 1);
  CHECK(all->lower == Approx(1 - none->upper).epsilon(1e-12));
  const auto rate = highest_density_interval(GammaPosterior{0.5, 10}, 0.95);
  REQUIRE(rate);
  CHECK(rate->lower == 0);
  const auto here = highest_density_interval(BetaPosterior{3, 20}, 0.9);
  const auto there = highest_density_interval(BetaPosterior{20, 3}, 0.9);
  CHECK(here->lower == Approx(1 - there->upper).epsilon(1e-6));
}

TEST_CASE("Highest density: holds the level and is no wider than equal tails") {
  for (const double level : {0.5, 0.9, 0.999}) {
    for (const double scale : {1.0, 100.0, 1e6}) {
      const BetaPosterior posterior{1.5 * scale, 40 * scale};
      const auto narrow = highest_density_interval(posterior, level);
      const auto tails = equal_tailed_interval(posterior, level);
      REQUIRE(narrow);
      REQUIRE(tails);
      CHECK(beta_cdf(narrow->upper, posterior.alpha, posterior.beta) -
                beta_cdf(narrow->lower, posterior.alpha, posterior.beta) ==
            Approx(level).epsilon(1e-8));
      CHECK(narrow->upper - narrow->lower <= (tails->upper - tails->lower) * (1 + 1e-9));
    }
  }
}

TEST_CASE("Highest density: two peaks or none have a name") {
  const auto code = [](const BetaPosterior& posterior) {
    return highest_density_interval(posterior, 0.95).error().code;
  };
  CHECK(code({0.5, 0.5}) == Errc::kInsufficientData);
  CHECK(code({1, 1}) == Errc::kInsufficientData);
  CHECK(code({0, 1}) == Errc::kInvalidArgument);
  CHECK(highest_density_interval(GammaPosterior{2, 1}, 1).error().code == Errc::kInvalidArgument);
}

}  // namespace converge::stats
