#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"
#include "stats/proportions/difference_closed_form.h"

namespace converge::stats {

/// Ratio or odds ratio, b over a, with the standard error of its logarithm.
struct LogScaleRatio {
  double estimate = 0;
  double log_standard_error = 0;
  Interval interval;
};

/// Intervals for the ratio of two proportions and for the odds ratio, normal on the log scale.
/// Inputs   counts of both arms; alpha two-sided in (0, 1).
/// Output   ratio or odds ratio of b over a; swapping the arms gives the reciprocals. The adjusted
///          forms add half a success (ratio: and half a trial; odds ratio: and half a failure) to
///          each arm, are defined for every count, and their estimate carries the addition.
/// Assumes  independent trials, independent arms, counts that are not tiny; the score intervals of
///          score_ratio.h hold at small counts too.
/// Errors   kInvalidArgument successes outside [0, trials], alpha; kInsufficientData an arm without
///          trials, and for the forms without addition a count of 0 (odds ratio: also of failures);
///          kTooLarge beyond 1e12 trials.
/// Cost     O(1).
/// Source   Katz, Baptista, Azen, Pike (1978) Biometrics 34:469-474 (ratio); Walter (1975)
///          Biometrika 62:371-374 (half added); Woolf (1955), Gart (1966) (odds ratio).
/// Checked  golden/calc/proportions_test.cc (proportion_two_sample.json);
///          property/stats/proportions_test.cc.
Result<LogScaleRatio> log_ratio(const BinomialCount& a, const BinomialCount& b,
                                const ProportionComparisonOptions& options);
Result<LogScaleRatio> log_ratio_adjusted(const BinomialCount& a, const BinomialCount& b,
                                         const ProportionComparisonOptions& options);
Result<LogScaleRatio> logit_odds_ratio(const BinomialCount& a, const BinomialCount& b,
                                       const ProportionComparisonOptions& options);
Result<LogScaleRatio> logit_odds_ratio_adjusted(const BinomialCount& a, const BinomialCount& b,
                                                const ProportionComparisonOptions& options);

}  // namespace converge::stats
