#include "stats/effects/effect_sizes.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace converge::stats {
namespace {

constexpr EffectSizeOptions kFivePercent{.alpha = 0.05};
using Shape = NumberNeededToTreat::Shape;

}  // namespace

TEST_CASE("Standardised difference: free of units up to the ends of the range") {
  const Sample a{.n = 40, .mean = 10, .variance = 4};
  const Sample b{.n = 50, .mean = 11, .variance = 9};
  const auto plain = standardised_difference(a, b, kFivePercent);
  REQUIRE(plain);
  for (const double unit : {1e-140, 1e-9, 1e9, 1e140}) {
    const auto other = standardised_difference({40, 10 * unit, 4 * unit * unit},
                                               {50, 11 * unit, 9 * unit * unit}, kFivePercent);
    REQUIRE(other);
    CHECK(other->cohen_d == Approx(plain->cohen_d).epsilon(1e-12));
    CHECK(other->probability_of_superiority ==
          Approx(plain->probability_of_superiority).epsilon(1e-12));
  }
  // McGraw, Wong (1992): heights of 69.7 (sd 2.8) and 64.3 (sd 2.6) inches, 0.92
  const auto heights =
      standardised_difference({1000, 64.3, 2.6 * 2.6}, {1000, 69.7, 2.8 * 2.8}, kFivePercent);
  REQUIRE(heights);
  CHECK(heights->probability_of_superiority == Approx(0.92).margin(0.005));
}

TEST_CASE("Cohen's h: none against all is pi, close shares of 1e9 do not cancel") {
  CHECK(*cohen_h({0, 3}, {5, 5}) == Approx(std::acos(-1.0)).epsilon(1e-15));
  CHECK(*cohen_h({5, 5}, {0, 3}) == Approx(-std::acos(-1.0)).epsilon(1e-15));
  CHECK(*cohen_h({0, 3}, {0, 7}) == 0);
  CHECK(*cohen_h({7, 7}, {3, 3}) == 0);
  // h = 1e-9 / sqrt(p (1 - p)) for one success more of 1e9 at p = 1/2
  CHECK(*cohen_h({500'000'000, 1'000'000'000}, {500'000'001, 1'000'000'000}) ==
        Approx(2e-9).epsilon(1e-12));
}

TEST_CASE("Number needed to treat: an interval for one sign, two rays around a difference of 0") {
  const auto better = number_needed_to_treat({10, 100}, {40, 100}, kFivePercent);
  REQUIRE(better);
  CHECK(better->shape == Shape::kInterval);
  CHECK(*better->estimate == Approx(1 / 0.3));
  CHECK(better->first > 0);
  CHECK(better->first < *better->estimate);
  CHECK(better->second > *better->estimate);
  const auto worse = number_needed_to_treat({40, 100}, {10, 100}, kFivePercent);
  REQUIRE(worse);
  CHECK(worse->shape == Shape::kInterval);
  CHECK(worse->first == Approx(-better->second));
  CHECK(worse->second == Approx(-better->first));
  // Altman (1998): the interval of the difference holds 0, that of the number is two rays.
  const auto open = number_needed_to_treat({10, 100}, {12, 100}, kFivePercent);
  REQUIRE(open);
  CHECK(open->shape == Shape::kTwoRays);
  CHECK(open->first < 0);
  CHECK(open->second > 0);
  CHECK(*open->estimate > open->second);
  const auto equal = number_needed_to_treat({10, 100}, {10, 100}, kFivePercent);
  REQUIRE(equal);
  CHECK_FALSE(equal->estimate);
  CHECK(equal->shape == Shape::kTwoRays);
  const auto nothing = number_needed_to_treat({0, 100}, {0, 100}, kFivePercent);
  REQUIRE(nothing);
  CHECK(nothing->shape == Shape::kTwoRays);
}

TEST_CASE("Effect sizes: what is undefined has a name") {
  const Sample fine{.n = 5, .mean = 1, .variance = 2};
  CHECK(standardised_difference({1, 1, 0}, fine, kFivePercent).error().code ==
        Errc::kInsufficientData);
  CHECK(standardised_difference({5, 1, 0}, {5, 2, 0}, kFivePercent).error().code ==
        Errc::kInsufficientData);
  CHECK(standardised_difference({5, NAN, 1}, fine, kFivePercent).error().code ==
        Errc::kInvalidArgument);
  CHECK(standardised_difference({5, 1, -1}, fine, kFivePercent).error().code ==
        Errc::kInvalidArgument);
  CHECK(standardised_difference(fine, fine, {.alpha = 0}).error().code == Errc::kInvalidArgument);
  CHECK(cohen_h({1, 0}, {1, 2}).error().code == Errc::kInvalidArgument);
  CHECK(cohen_h({0, 0}, {1, 2}).error().code == Errc::kInsufficientData);
  CHECK(number_needed_to_treat({0, 0}, {1, 2}, kFivePercent).error().code ==
        Errc::kInsufficientData);
}

}  // namespace converge::stats
