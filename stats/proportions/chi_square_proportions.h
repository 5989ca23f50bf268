#pragma once

#include <span>

#include "base/result.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

struct ChiSquareProportions {
  double chi_squared = 0;
  int dof = 0;
  double p = 0;
  double smallest_expected = 0;  ///< of all cells; below 5 the p is rough
};

/// Pearson's omnibus test that k arms convert alike.
/// Inputs   counts of at least two arms.
/// Output   chi-square with k - 1 degrees of freedom and its upper tail; for two arms the square of
///          pooled_z. The order of arms does not matter.
/// Assumes  independent trials and arms, one fixed look, expected counts of at least about 5.
/// Errors   kInvalidArgument fewer than two arms, successes outside [0, trials]; kInsufficientData
///          an arm without trials, no success in any arm or no failure; kTooLarge beyond 1e12
///          trials.
/// Cost     O(k).
/// Source   Pearson (1900) Phil. Mag. 50:157-175; Fisher (1922) for the degrees of freedom.
/// Checked  golden/calc/proportions_test.cc (omnibus_and_rank.json);
///          unit/stats/proportions_test.cc.
Result<ChiSquareProportions> chi_square_proportions(std::span<const BinomialCount> arms);

}  // namespace converge::stats
