#include "stats/sequential/bernoulli_e_process.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace converge::stats {
namespace {

using Process = Result<EProcess> (*)(std::span<const BernoulliBlock>,
                                     const BernoulliEProcessOptions&);

BernoulliEProcessOptions with_margin(double margin) {
  return {.margin = margin, .prior_successes = 0.18, .prior_failures = 0.18};
}

double binomial(std::int64_t k, std::int64_t n, double p) {
  double coefficient = 1;
  for (std::int64_t i = 0; i < k; ++i) {
    coefficient *= static_cast<double>(n - i) / static_cast<double>(i + 1);
  }
  return coefficient * std::pow(p, static_cast<double>(k)) *
         std::pow(1 - p, static_cast<double>(n - k));
}

struct Sizes {
  std::int64_t a;
  std::int64_t b;
};

/// Expectation of the factor of a second block under p_a, p_b, over every outcome.
double expected_factor(Process process, const BernoulliBlock& first, const Sizes& sizes, double p_a,
                       double p_b, double margin) {
  double expectation = 0;
  for (std::int64_t a = 0; a <= sizes.a; ++a) {
    for (std::int64_t b = 0; b <= sizes.b; ++b) {
      const std::vector<BernoulliBlock> blocks = {
          first, {.n_a = sizes.a, .successes_a = a, .n_b = sizes.b, .successes_b = b}};
      const auto result = process(blocks, with_margin(margin));
      REQUIRE(result);
      expectation += binomial(a, sizes.a, p_a) * binomial(b, sizes.b, p_b) *
                     std::exp(result->log_e[1] - result->log_e[0]);
    }
  }
  return expectation;
}

}  // namespace

TEST_CASE("Bernoulli e-process: under the null the expected factor of a block is at most 1") {
  double largest = 0;
  for (const double margin : {0.0, 0.1, -0.2, 0.7}) {
    for (const BernoulliBlock& first :
         {BernoulliBlock{3, 0, 5, 5}, BernoulliBlock{3, 3, 5, 1}, BernoulliBlock{9, 1, 1, 1}}) {
      for (const Sizes& sizes : {Sizes{1, 1}, Sizes{7, 2}, Sizes{1, 6}, Sizes{0, 3}, Sizes{4, 0}}) {
        for (int i = 0; i <= 10; ++i) {
          for (int j = 0; j <= 10; ++j) {
            const double p_a = i / 10.0;
            const double p_b = j / 10.0;
            const double excess = p_b - p_a - margin;
            const auto expectation = [&](Process process) {
              return expected_factor(process, first, sizes, p_a, p_b, margin);
            };
            if (excess <= 1e-12) {
              largest = std::max(largest, expectation(bernoulli_e_process_greater));
            }
            if (excess >= -1e-12) {
              largest = std::max(largest, expectation(bernoulli_e_process_less));
            }
            if (std::abs(excess) <= 1e-12) {
              largest = std::max(largest, expectation(bernoulli_e_process_two_sided));
            }
          }
        }
      }
    }
  }
  CHECK(largest <= 1 + 1e-12);
  CHECK(largest > 0.99);  // and it bets all that the null allows
}

// Values of an own script in Python: the projection in closed form for margin 0, otherwise by
// scipy.optimize.minimize_scalar, which finds it to 1e-8.
TEST_CASE("Bernoulli e-process: agrees with a projection found by a general minimiser") {
  const BernoulliBlock blocks[] = {{30, 3, 25, 6}, {40, 2, 50, 9}, {5, 1, 20, 3}};
  const auto two_sided = bernoulli_e_process_two_sided(blocks, with_margin(0));
  REQUIRE(two_sided);
  CHECK(two_sided->log_e[0] == 0);
  CHECK(two_sided->log_e[1] == Approx(1.7342921142158545).epsilon(1e-9));
  CHECK(two_sided->last() == Approx(1.2027779569379635).epsilon(1e-9));
  CHECK(two_sided->log_e_max == two_sided->log_e[1]);
  CHECK(two_sided->p == Approx(std::exp(-1.7342921142158545)).epsilon(1e-9));
  const auto greater = bernoulli_e_process_greater(blocks, with_margin(-0.05));
  REQUIRE(greater);
  CHECK(greater->log_e[0] == Approx(0.45096919416497894).epsilon(1e-7));
  CHECK(greater->log_e[1] == Approx(3.589561947575773).epsilon(1e-7));
  CHECK(greater->last() == Approx(3.0392507828747894).epsilon(1e-7));
  const auto shifted = bernoulli_e_process_two_sided(blocks, with_margin(0.1));
  REQUIRE(shifted);
  CHECK(shifted->last() == Approx(-0.5913915137052624).epsilon(1e-7));
}

TEST_CASE(
    "Bernoulli e-process: nothing seen is no evidence; huge and lopsided counts stay finite") {
  const auto nothing = bernoulli_e_process_two_sided({}, with_margin(0));
  REQUIRE(nothing);
  CHECK(nothing->last() == 0);
  CHECK(nothing->p == 1);
  const BernoulliBlock empty[] = {{0, 0, 0, 0}, {5, 1, 0, 0}, {0, 0, 3, 2}};
  const auto one_armed = bernoulli_e_process_two_sided(empty, with_margin(0));
  REQUIRE(one_armed);
  CHECK(one_armed->last() == 0);
  const BernoulliBlock huge[] = {{1'000'000'000, 0, 100'000, 100'000},
                                 {1'000'000'000, 0, 100'000, 100'000}};
  for (const double margin : {0.0, -0.999, 0.999}) {
    const auto result = bernoulli_e_process_greater(huge, with_margin(margin));
    REQUIRE(result);
    CHECK(std::isfinite(result->last()));
    CHECK(result->last() > 0);
  }
}

TEST_CASE("Bernoulli e-process: bad arguments are named") {
  const BernoulliBlock good[] = {{1, 1, 1, 1}};
  const BernoulliBlock bad[] = {{1, 2, 1, 1}};
  CHECK(bernoulli_e_process_two_sided(bad, with_margin(0)).error().code == Errc::kInvalidArgument);
  CHECK(bernoulli_e_process_greater(good, with_margin(1)).error().message.find("margin") == 0);
  CHECK(bernoulli_e_process_less(good, with_margin(std::nan(""))).error().code ==
        Errc::kInvalidArgument);
  CHECK_FALSE(bernoulli_e_process_two_sided(
      good, {.margin = 0, .prior_successes = 0, .prior_failures = 1}));
}

}  // namespace converge::stats
