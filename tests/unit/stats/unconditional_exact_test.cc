#include "stats/proportions/unconditional_exact.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/distributions.h"
#include "stats/proportions/fisher_exact.h"
#include "stats/proportions/pooled_z.h"

namespace converge::stats {
namespace {

/// The definition: order all tables, then look at every half percent of the common proportion.
template <class AtLeastAsExtreme>
double by_definition(int n_a, int n_b, const AtLeastAsExtreme& extreme) {
  std::vector<std::pair<int, int>> region;
  for (int i = 0; i <= n_a; ++i) {
    for (int j = 0; j <= n_b; ++j) {
      if (extreme(i, j)) region.emplace_back(i, j);
    }
  }
  double largest = 0;
  for (int step = 1; step < 200; ++step) {
    const double p = step / 200.0;
    double sum = 0;
    for (const auto& [i, j] : region) {
      sum += binomial_probability(i, n_a, p) * binomial_probability(j, n_b, p);
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

double fisher_greater(int i, int n_a, int j, int n_b) {
  return fisher_exact({.successes = i, .trials = n_a}, {.successes = j, .trials = n_b})->p_greater;
}

double z_of(int i, int n_a, int j, int n_b) {
  const auto test = pooled_z({.successes = i, .trials = n_a}, {.successes = j, .trials = n_b});
  return test ? test->z : 0;
}

}  // namespace

TEST_CASE("Boschloo and Barnard: every table of small arms agrees with the definition") {
  for (const auto& [n_a, n_b] : {std::pair{3, 4}, {2, 9}, {6, 6}}) {
    for (int i = 0; i <= n_a; ++i) {
      for (int j = 0; j <= n_b; ++j) {
        CAPTURE(n_a, n_b, i, j);
        const int size_a = n_a;
        const int size_b = n_b;
        const BinomialCount a{.successes = i, .trials = n_a};
        const BinomialCount b{.successes = j, .trials = n_b};
        const auto boschloo = boschloo_exact(a, b);
        const auto barnard = barnard_exact(a, b);
        REQUIRE(boschloo);
        REQUIRE(barnard);
        const double fisher = fisher_greater(i, n_a, j, n_b);
        const double boschloo_expected = by_definition(n_a, n_b, [&](int k, int l) {
          return fisher_greater(k, size_a, l, size_b) <= fisher * (1 + 1e-9);
        });
        // The reference may miss the top, or the ends at 0 and 1, by what half a percent makes.
        CHECK(boschloo->p_greater >= boschloo_expected * (1 - 1e-9));
        CHECK(boschloo->p_greater <= boschloo_expected * 1.08);
        CHECK(boschloo->p_greater <= fisher * (1 + 1e-9));
        const double z = std::abs(z_of(i, n_a, j, n_b));
        const double barnard_expected = by_definition(n_a, n_b, [&](int k, int l) {
          return std::abs(z_of(k, size_a, l, size_b)) >= z * (1 - 1e-9);
        });
        CHECK(barnard->p_two_sided >= barnard_expected * (1 - 1e-9));
        CHECK(barnard->p_two_sided <= barnard_expected * 1.08);
      }
    }
  }
}

TEST_CASE("Boschloo and Barnard: swapped arms swap tails, extremes have exact values") {
  const BinomialCount a{.successes = 3, .trials = 17};
  const BinomialCount b{.successes = 11, .trials = 29};
  for (const auto test : {boschloo_exact, barnard_exact}) {
    const auto result = test(a, b);
    const auto mirror = test(b, a);
    REQUIRE(result);
    REQUIRE(mirror);
    CHECK(result->p_greater == Approx(mirror->p_less).epsilon(1e-9));
    CHECK(result->p_two_sided == Approx(mirror->p_two_sided).epsilon(1e-9));
    // All of b and none of a: one table, p^490 (1 - p)^490 at p = 1/2.
    const auto apart = test({.successes = 0, .trials = 490}, {.successes = 490, .trials = 490});
    REQUIRE(apart);
    CHECK(apart->p_greater == Approx(std::pow(2.0, -980)).epsilon(1e-9));
    // No success anywhere: every table is as extreme.
    const auto nothing = test({.successes = 0, .trials = 40}, {.successes = 0, .trials = 50});
    REQUIRE(nothing);
    CHECK(nothing->p_two_sided == 1);
  }
}

TEST_CASE("Boschloo and Barnard: the limit has a name") {
  const BinomialCount large{.successes = 5, .trials = 9'999};
  CHECK(boschloo_exact(large, {.successes = 1, .trials = 2}).error().code == Errc::kTooLarge);
  CHECK(barnard_exact(large, {.successes = 1, .trials = 2}).error().code == Errc::kTooLarge);
  CHECK(barnard_exact(large, {.successes = 0, .trials = 0}).error().code ==
        Errc::kInsufficientData);
  const auto at_limit = boschloo_exact(large, {.successes = 1, .trials = 1});
  REQUIRE(at_limit);
  CHECK(at_limit->p_greater > 0);
  CHECK(at_limit->p_greater < 6.0 / 10'000 + 1e-9);  // Fisher's p is 6 / 10000
}

}  // namespace converge::stats
