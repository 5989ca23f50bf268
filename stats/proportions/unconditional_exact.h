#pragma once

#include "base/result.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

struct UnconditionalExact {
  double p_two_sided = 0;
  double p_greater = 0;  ///< against share(b) <= share(a)
  double p_less = 0;     ///< against share(b) >= share(a)
};

/// Exact tests of equal proportions that condition on nothing: the largest probability, over the
/// common proportion, of all tables at least as extreme as the observed one.
/// Inputs   counts of both arms, at most 10 000 trials together.
/// Output   Boschloo orders tables by Fisher's one-sided p, and its two-sided p is twice the
///          smaller one, at most 1. Barnard orders them by the pooled z (two-sided by its absolute
///          value). Swapping the arms swaps the tails.
/// Assumes  independent trials and arms, one fixed look. Both hold their level whatever the common
///          proportion is; Boschloo is never above Fisher's one-sided p.
/// Errors   kInvalidArgument successes outside [0, trials]; kInsufficientData an arm without
///          trials; kTooLarge more than 10 000 trials.
/// Cost     O(n^1.5): about 8 sqrt(n) values of the common proportion, O(n) each; about a second at
///          the limit. The largest value is refined around the best points of that grid, whose
///          spacing is a fraction of the standard error everywhere.
/// Source   Boschloo (1970) Stat. Neerl. 24:1-9; Barnard (1947) Biometrika 34:123-138; Suissa,
///          Shuster (1985) JRSS A 148:317-327 (pooled z).
/// Checked  golden/calc/proportions_test.cc (proportion_two_sample.json);
///          unit/stats/unconditional_exact_test.cc (every table by brute force).
Result<UnconditionalExact> boschloo_exact(const BinomialCount& a, const BinomialCount& b);
Result<UnconditionalExact> barnard_exact(const BinomialCount& a, const BinomialCount& b);

}  // namespace converge::stats
