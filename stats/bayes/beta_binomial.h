#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

struct BetaPrior {
  double alpha;
  double beta;
};

struct BinomialCount {
  std::int64_t successes = 0;
  std::int64_t trials = 0;
};

struct BetaBinomialInputs {
  BinomialCount a;
  BinomialCount b;
  BetaPrior prior;  ///< of either arm
  double level;     ///< of the credible intervals
};

struct BetaBinomialResult {
  double probability_b_beats_a = 0;
  double expected_loss_choose_a = 0;  ///< E max(p_b - p_a, 0)
  double expected_loss_choose_b = 0;  ///< E max(p_a - p_b, 0)
  Interval credible_a;                ///< equal tails
  Interval credible_b;
};

inline constexpr double kBetaPriorMin = 0.01;
inline constexpr double kBetaPriorMax = 1e12;

/// Posterior comparison of two proportions with a Beta prior.
/// Inputs   BetaBinomialInputs; 0 <= successes <= trials; prior parameters within
///          [kBetaPriorMin, kBetaPriorMax]; level in (0, 1).
/// Output   probability and losses to about 1e-12 absolute, by deterministic quadrature; right for
///          counts from 0 to 1e12. Trials of 0 give the prior.
/// Assumes  independent trials. Stopping when a figure is good enough is not calibrated: these
///          figures are shown with their prior and decide nothing by themselves.
/// Errors   kInvalidArgument.
/// Cost     O(1): about 100 evaluations of the incomplete beta function, each up to
///          O(sqrt(trials)).
/// Source   Beta-binomial conjugacy; trapezoidal rule on the logit scale, which converges
///          geometrically: Trefethen, Weideman (2014) SIAM Review 56:385-458.
/// Checked  golden/stats/bayes_exact_test.cc (bayes_exact.json); unit/stats/beta_binomial_test.cc.
Result<BetaBinomialResult> beta_binomial_comparison(const BetaBinomialInputs& inputs);

}  // namespace converge::stats
