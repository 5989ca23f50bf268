#include "stats/bayes/beta_pair.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "stats/bayes/best_of_k.h"

namespace converge::stats {
namespace {

BetaPair run(const BetaPosterior& a, const BetaPosterior& b) {
  const Result<BetaPair> pair = beta_pair(a, b);
  REQUIRE(pair);
  return *pair;
}

bool agrees(double got, double wanted) {
  return std::abs(got - wanted) <= 1e-11;
}

}  // namespace

TEST_CASE("Beta pair: closed forms of small shapes") {
  // A uniform, B ~ Beta(k, 1): P(B > A) = k / (k + 1), E B - E A the difference of the losses.
  for (const double k : {0.01, 0.5, 1.0, 2.0, 100.0, 1e6}) {
    const BetaPair pair = run({1, 1}, {k, 1});
    CHECK(pair.probability_b_beats_a == Approx(k / (k + 1)).margin(1e-12));
    CHECK(pair.expected_loss_choose_a - pair.expected_loss_choose_b ==
          Approx(k / (k + 1) - 0.5).margin(1e-12));
  }
}

TEST_CASE("Beta pair: agrees with the quadrature for any number of arms") {
  const std::array<BetaPosterior, 9> posteriors{{{1, 1},
                                                 {0.01, 3},
                                                 {0.5, 0.02},
                                                 {3, 900'000},
                                                 {120, 880},
                                                 {100, 900},
                                                 {2001, 18'001},
                                                 {2'050'000, 18'000'000},
                                                 {1e9, 1e9}}};
  for (const BetaPosterior& a : posteriors) {
    for (const BetaPosterior& b : posteriors) {
      const std::array<BetaPosterior, 2> arms{a, b};
      const Result<BestOfK> best =
          best_of_betas(arms, {.best_is = BestIs::kLargest, .precision = TailPrecision::kRelative});
      REQUIRE(best);
      const BetaPair pair = run(a, b);
      CAPTURE(a.alpha, a.beta, b.alpha, b.beta, pair.probability_b_beats_a,
              best->probability_best[1], pair.expected_loss_choose_a, best->expected_loss[0],
              pair.expected_loss_choose_b, best->expected_loss[1]);
      CHECK(agrees(pair.probability_b_beats_a, best->probability_best[1]));
      CHECK(agrees(pair.expected_loss_choose_a, best->expected_loss[0]));
      CHECK(agrees(pair.expected_loss_choose_b, best->expected_loss[1]));
    }
  }
}

TEST_CASE("Beta pair: swapping the arms mirrors every figure") {
  const BetaPair pair = run({120, 1000}, {3, 17});
  const BetaPair mirror = run({3, 17}, {120, 1000});
  CHECK(pair.probability_b_beats_a == Approx(1 - mirror.probability_b_beats_a).margin(1e-12));
  CHECK(pair.expected_loss_choose_a == Approx(mirror.expected_loss_choose_b).margin(1e-13));
}

TEST_CASE("Beta pair: shapes outside double precision are refused by name") {
  CHECK(beta_pair({0, 1}, {1, 1}).error().code == Errc::kInvalidArgument);
  CHECK(beta_pair({1, 1}, {1, std::nan("")}).error().code == Errc::kInvalidArgument);
  CHECK(beta_pair({1, 1}, {1e14, 1}).error().code == Errc::kInvalidArgument);
}

}  // namespace converge::stats
