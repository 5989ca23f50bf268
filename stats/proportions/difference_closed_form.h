#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

struct ProportionComparisonOptions {
  double alpha;  ///< two-sided
};

/// Closed-form confidence intervals for the difference of two proportions, share(b) - share(a).
/// Inputs   counts of both arms; alpha two-sided in (0, 1).
/// Output   bounds of the difference. Newcombe (method 10: square-and-add of two Wilson intervals)
///          stays in [-1, 1] and has a width at 0 or n successes: the default for display. Wald and
///          Agresti-Caffo are not cut at -1 and 1. Swapping the arms mirrors the bounds.
/// Assumes  independent trials, independent arms, one fixed look. Wald covers badly below some tens
///          of successes and failures per arm, and has no width at 0 or n: for comparison only.
/// Errors   kInvalidArgument successes outside [0, trials], alpha; kInsufficientData an arm without
///          trials; kTooLarge beyond 1e12 trials.
/// Cost     O(1).
/// Source   Newcombe (1998) Stat. Med. 17:873-890, method 10; Agresti, Caffo (2000) Am. Stat.
///          54:280-288.
/// Checked  golden/calc/proportions_test.cc (proportion_two_sample.json, degenerate.json);
///          property/stats/proportions_test.cc.
Result<Interval> newcombe_difference(const BinomialCount& a, const BinomialCount& b,
                                     const ProportionComparisonOptions& options);
Result<Interval> agresti_caffo_difference(const BinomialCount& a, const BinomialCount& b,
                                          const ProportionComparisonOptions& options);
Result<Interval> wald_difference(const BinomialCount& a, const BinomialCount& b,
                                 const ProportionComparisonOptions& options);

}  // namespace converge::stats
