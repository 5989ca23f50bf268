// Edges of stats/rates.
#include <catch2/catch.hpp>
#include <cmath>

#include "stats/rates/poisson_interval.h"
#include "stats/rates/poisson_two_sample.h"
#include "stats/rates/rate_ratio_exact.h"

namespace converge::stats {
namespace {

constexpr RateRatioOptions kEqualRates{.alpha = 0.05, .null_ratio = 1};

}  // namespace

TEST_CASE("Poisson interval: R's qgamma from 0 to 1e12 events") {
  const struct {
    std::int64_t events;
    double lower, upper;
  } cases[] = {{0, 0, 3.688879454113934},
               {1, 0.02531780798428988, 5.571643390938899},
               {30, 20.24087402142091, 42.82686539480767},
               {10000, 9804.952467260184, 10197.95162466147},
               {1000000, 998040.9833402939, 1001961.911945432},
               {1000000000, 999938021.4439279, 1000061981.450409},
               {1000000000000, 999998040036.9626, 1000001959965.932}};
  for (const auto& c : cases) {
    CAPTURE(c.events);
    const auto interval = poisson_exact_interval({c.events, 2}, {.alpha = 0.05});
    REQUIRE(interval);
    CHECK(interval->lower == Approx(c.lower / 2).epsilon(1e-13));
    CHECK(interval->upper == Approx(c.upper / 2).epsilon(1e-13));
  }
}

TEST_CASE("Rate ratio, mid-p: scipy's brentq on binom.sf and binom.pmf") {
  const struct {
    EventCount a, b;
    double lower, upper;
  } cases[] = {{{5, 100}, {9, 90}, 0.6696122254574839, 6.584993581806172},
               {{0, 10}, {3, 10}, 0.5832884533618777, INFINITY},
               {{60, 51477.5}, {30, 54308.7}, 0.30236174255086956, 0.7309387678392774}};
  for (const auto& c : cases) {
    const auto ratio = rate_ratio_mid_p(c.a, c.b, kEqualRates);
    REQUIRE(ratio);
    CAPTURE(c.a.events, c.b.events);
    CHECK(ratio->interval.lower == Approx(c.lower).epsilon(1e-8));
    if (std::isinf(c.upper)) {
      CHECK(std::isinf(ratio->interval.upper));
    } else {
      CHECK(ratio->interval.upper == Approx(c.upper).epsilon(1e-8));
    }
  }
}

TEST_CASE("Rate ratio at 1e9 events: exact, mid-p and normal forms agree to what they differ in") {
  const EventCount a{1'000'000'000, 10};
  const EventCount b{1'000'100'000, 10};
  const auto exact = rate_ratio_exact(a, b, kEqualRates);
  const auto mid_p = rate_ratio_mid_p(a, b, kEqualRates);
  const auto score = rate_score_test(a, b, {.null_ratio = 1});
  REQUIRE(exact);
  REQUIRE(mid_p);
  REQUIRE(score);
  CHECK(mid_p->p_greater == Approx(score->p_greater).epsilon(1e-6));
  CHECK(exact->p_greater == Approx(score->p_greater).epsilon(1e-3));
  CHECK(exact->p_greater > mid_p->p_greater);
  const double half = 1.959963984540054 * std::sqrt(2e-9);
  CHECK(std::log(exact->interval.lower / exact->estimate) == Approx(-half).epsilon(1e-3));
  CHECK(std::log(exact->interval.upper / exact->estimate) == Approx(half).epsilon(1e-3));
}

TEST_CASE("Rates: exposures of 1 to 10000 and null ratios other than 1") {
  const auto ratio = rate_ratio_exact({10'000, 10'000}, {4, 1}, {.alpha = 0.05, .null_ratio = 4});
  REQUIRE(ratio);
  CHECK(ratio->estimate == Approx(4));
  CHECK(ratio->p_two_sided > 0.99);
  CHECK(ratio->interval.contains(4));
  const auto equal = rate_ratio_exact({10'000, 10'000}, {4, 1}, kEqualRates);
  REQUIRE(equal);
  // Against a rate known to be 1: P(Poisson(1) >= 4) = 0.0190, and a little more.
  CHECK(equal->p_greater == Approx(0.0190).epsilon(0.01));
}

TEST_CASE("Rates: what is undefined has a name") {
  CHECK(rate_ratio_exact({0, 1}, {0, 1}, kEqualRates).error().code == Errc::kInsufficientData);
  CHECK(rate_score_test({0, 1}, {0, 1}, {.null_ratio = 1}).error().code == Errc::kInsufficientData);
  CHECK(rate_wald_test({1, 0}, {0, 1}, {.null_ratio = 1}).error().code == Errc::kInvalidArgument);
  CHECK(rate_square_root_test({1, 1}, {-1, 1}, {.null_ratio = 1}).error().code ==
        Errc::kInvalidArgument);
  CHECK(rate_ratio_mid_p({1, 1}, {1, INFINITY}, kEqualRates).error().code ==
        Errc::kInvalidArgument);
  CHECK(rate_ratio_exact({1, 1e-200}, {1, 1e200}, kEqualRates).error().code ==
        Errc::kInvalidArgument);
  CHECK(rate_ratio_exact({1, 1}, {1, 1}, {.alpha = 0.05, .null_ratio = 0}).error().code ==
        Errc::kInvalidArgument);
  CHECK(poisson_exact_interval({2'000'000'000'000, 1}, {.alpha = 0.05}).error().code ==
        Errc::kTooLarge);
  CHECK(poisson_exact_interval({1, 1}, {.alpha = 2}).error().code == Errc::kInvalidArgument);
}

}  // namespace converge::stats
