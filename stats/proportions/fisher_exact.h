#pragma once

#include "base/result.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

struct FisherExact {
  double p_two_sided = 0;  ///< sum of the probabilities of all tables no likelier than the observed
  double p_greater = 0;    ///< against share(b) <= share(a)
  double p_less = 0;       ///< against share(b) >= share(a)
  double mid_p_two_sided = 0;  ///< the same with half the probability of the observed table
  double mid_p_greater = 0;
  double mid_p_less = 0;
};

/// Fisher's exact test of equal proportions, conditional on the successes of both arms together,
/// and its mid-p.
/// Inputs   counts of both arms.
/// Output   p values that keep their digits down to 1e-300; no success in either arm, or no
///          failure, leaves one table, whose p is 1. Swapping the arms swaps the tails bit for bit.
/// Assumes  independent trials and arms, one fixed look. Fisher's p is conservative; the mid-p
///          holds its level on average and exceeds it little: the default for small counts.
/// Errors   kInvalidArgument successes outside [0, trials]; kInsufficientData an arm without
///          trials; kTooLarge beyond 1e12 trials.
/// Cost     O(sqrt n): about 20 ms at 1e12 trials.
/// Source   Fisher (1935); two-sided after Irwin (1935) Metron 12:83-94; mid-p Lancaster (1961)
///          JASA 56:223-234, two-sided as in Fagerland, Lydersen, Laake (2013) BMC Med. Res.
///          Methodol. 13:91.
/// Checked  golden/calc/proportions_test.cc (proportion_two_sample.json, degenerate.json);
///          unit/stats/hypergeometric_test.cc; property/stats/proportions_test.cc.
Result<FisherExact> fisher_exact(const BinomialCount& a, const BinomialCount& b);

}  // namespace converge::stats
