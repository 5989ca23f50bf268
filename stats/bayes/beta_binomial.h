#pragma once

#include "base/result.h"
#include "stats/bayes/posteriors.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

using BetaPrior = BetaPosterior;  ///< what is known before the data

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
/// Inputs   BetaBinomialInputs; 0 <= successes <= trials; prior parameters within [kBetaPriorMin,
///          kBetaPriorMax]; level in (0, 1).
/// Output   probability and losses by deterministic quadrature, right to about 1e-9 of themselves
///          also where they are as small as 1e-300; for counts from 0 to 1e12. Trials of 0 give
///          the prior.
/// Assumes  independent trials. Stopping when a figure is good enough is not calibrated: these
///          figures are shown with their prior and decide nothing by themselves.
/// Errors   kInvalidArgument.
/// Cost     O(1): some 1 ms whatever the counts.
/// Source   Beta-binomial conjugacy; best_of_betas of two.
/// Checked  golden/calc/bayes_test.cc (bayes_exact.json); unit/stats/beta_binomial_test.cc.
Result<BetaBinomialResult> beta_binomial_comparison(const BetaBinomialInputs& inputs);

}  // namespace converge::stats
