#pragma once

#include "base/result.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

struct PooledZ {
  double z = 0;  ///< of share(b) - share(a)
  double p_two_sided = 0;
  double p_greater = 0;  ///< against share(b) <= share(a)
  double p_less = 0;     ///< against share(b) >= share(a)
};

/// z test of equal proportions with the pooled variance p (1 - p) (1/n_a + 1/n_b); its square is
/// Pearson's chi-square of the fourfold table.
/// Inputs   counts of both arms.
/// Output   z and tails; swapping the arms changes the sign of z and swaps the tails.
/// Assumes  independent trials and arms, expected counts of at least about 5: two_proportions.h
///          chooses an exact test below that.
/// Errors   kInvalidArgument successes outside [0, trials]; kInsufficientData an arm without
///          trials, no success in either arm or no failure (variance 0); kTooLarge beyond 1e12
///          trials.
/// Cost     O(1).
/// Source   Pearson (1900); Fleiss, Levin, Paik (2003) Statistical Methods for Rates and
///          Proportions, sec. 3.1, without continuity correction.
/// Checked  golden/calc/proportions_test.cc (proportion_two_sample.json).
Result<PooledZ> pooled_z(const BinomialCount& a, const BinomialCount& b);

}  // namespace converge::stats
