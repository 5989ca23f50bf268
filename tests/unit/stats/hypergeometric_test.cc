#include "stats/proportions/hypergeometric.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "stats/proportions/fisher_exact.h"

namespace converge::stats {

TEST_CASE("Hypergeometric: 60-digit references from 1e2 to 1e12 units, p down to 1e-97") {
  // mpmath 1.2.1, 60 digits: log gamma for the point, term-by-term sum for the tail.
  const struct {
    std::int64_t n_a, n_b, successes, x;
    double log_probability, at_least;
  } cases[] = {
      {1000000000, 1000000000, 200050000, 100050000, -16.673037812786954, 9.71588545234492e-5},
      {1000000000, 1000000000, 200300000, 100290000, -227.21860234621496, 6.72296551305222e-97},
      {1000000, 1000000, 5, 4, -1.8562989903688762, 0.187499687499609},
      {1000, 1000, 150, 148, -100.37562554162858, 2.58458620536801e-44},
      {1000000000, 1000000000, 40, 39, -24.037008119283883, 3.72892696486836e-11},
      {1000000000000, 1000000000000, 200000000000, 100001200000, -29.183902696837487,
       7.70873476680695e-9},
      {10000, 1, 100, 1, -4.6052701809884247, 0.00999900009999},
      {100000000, 10000, 1000000, 190, -35.908961279414999, 5.2473218454414e-16},
  };
  for (const auto& c : cases) {
    CAPTURE(c.n_a, c.n_b, c.successes, c.x);
    const Hypergeometric distribution(c.n_a, c.n_b, c.successes);
    CHECK(distribution.log_probability(c.x) == Approx(c.log_probability).epsilon(1e-12));
    CHECK(distribution.at_least(c.x) == Approx(c.at_least).epsilon(1e-10));
    const Hypergeometric other(c.n_b, c.n_a, c.successes);
    CHECK(other.at_most(c.successes - c.x) == distribution.at_least(c.x));
  }
}

TEST_CASE("Hypergeometric: all outcomes add up to 1, and tails to each other") {
  for (const auto& [n_a, n_b, successes] :
       {std::tuple{7, 5, 6}, {40, 3, 20}, {3, 40, 42}, {1, 1, 1}, {200, 300, 450}}) {
    const Hypergeometric distribution(n_a, n_b, successes);
    double sum = 0;
    for (std::int64_t x = distribution.least(); x <= distribution.most(); ++x) {
      CAPTURE(n_a, n_b, successes, x);
      sum += std::exp(distribution.log_probability(x));
      CHECK(distribution.at_most(x) == Approx(sum).epsilon(1e-11));
      CHECK(distribution.at_least(x + 1) == Approx(1 - sum).margin(1e-12));
    }
    CHECK(sum == Approx(1).epsilon(1e-12));
    CHECK(distribution.log_probability(distribution.most() + 1) ==
          -std::numeric_limits<double>::infinity());
    CHECK(distribution.at_least(distribution.most() + 1) == 0);
    CHECK(distribution.at_most(distribution.least() - 1) == 0);
  }
}

TEST_CASE("Hypergeometric: outcomes no likelier than one, by listing them all") {
  for (const auto& [n_a, n_b, successes] :
       {std::tuple{10, 10, 7}, {12, 30, 11}, {30, 12, 25}, {5, 90, 50}, {50, 50, 50}}) {
    const Hypergeometric distribution(n_a, n_b, successes);
    for (std::int64_t x = distribution.least(); x <= distribution.most(); ++x) {
      double expected = 0;
      for (std::int64_t k = distribution.least(); k <= distribution.most(); ++k) {
        const double log_probability = distribution.log_probability(k);
        if (log_probability <= distribution.log_probability(x) + 1e-9) {
          expected += std::exp(log_probability);
        }
      }
      CAPTURE(n_a, n_b, successes, x);
      CHECK(distribution.no_likelier_than(x) == Approx(expected).epsilon(1e-10));
    }
  }
}

TEST_CASE("Fisher: p keeps its digits down to 1e-300, and one table alone has p 1") {
  // 1 / C(1000, 500), mpmath 1.2.1
  const auto apart =
      fisher_exact({.successes = 0, .trials = 500}, {.successes = 500, .trials = 500});
  REQUIRE(apart);
  CHECK(apart->p_greater == Approx(3.6997539978140272e-300).epsilon(1e-9));
  CHECK(apart->p_two_sided == Approx(2 * 3.6997539978140272e-300).epsilon(1e-9));
  const auto nothing = fisher_exact({.successes = 0, .trials = 9}, {.successes = 0, .trials = 4});
  REQUIRE(nothing);
  CHECK(nothing->p_two_sided == 1);
  CHECK(nothing->mid_p_two_sided == 0.5);
  const auto large = fisher_exact({.successes = 100'000'000, .trials = 1'000'000'000},
                                  {.successes = 100'050'000, .trials = 1'000'000'000});
  REQUIRE(large);
  CHECK(large->p_greater == Approx(9.71588545234492e-5).epsilon(1e-9));
}

}  // namespace converge::stats
