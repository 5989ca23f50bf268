#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

struct ProportionOptions {
  double alpha;  ///< two-sided
};

/// Confidence intervals for one proportion.
/// Inputs   successes and trials; alpha two-sided in (0, 1).
/// Output   bounds in [0, 1]. Without a success the lower bound of Wilson and Clopper-Pearson is
///          exactly 0, without a failure the upper one exactly 1; Jeffreys keeps plain quantiles of
///          Beta(x + 1/2, n - x + 1/2); Agresti-Coull and normal are cut at 0 and 1. Mirroring
///          successes and failures mirrors the bounds.
/// Assumes  independent trials of one probability, one fixed look. Clopper-Pearson covers at least
///          1 - alpha always; Wilson on average; the normal interval is for comparison only: it has
///          no width at 0 or n successes and covers badly near them.
/// Errors   kInvalidArgument successes outside [0, trials], alpha; kInsufficientData no trials;
///          kTooLarge beyond 1e12 trials.
/// Cost     O(1); Clopper-Pearson and Jeffreys O(sqrt n).
/// Source   Wilson (1927) JASA 22:209-212; Clopper, Pearson (1934) Biometrika 26:404-413; Brown,
///          Cai, DasGupta (2001) Stat. Sci. 16:101-133 (Jeffreys eq. 6, Agresti-Coull eq. 5).
/// Checked  golden/calc/proportions_test.cc (proportion_one_sample.json);
///          unit/stats/proportions_test.cc; property/stats/proportions_test.cc.
Result<Interval> wilson_interval(const BinomialCount& count, const ProportionOptions& options);
Result<Interval> clopper_pearson_interval(const BinomialCount& count,
                                          const ProportionOptions& options);
Result<Interval> jeffreys_interval(const BinomialCount& count, const ProportionOptions& options);
Result<Interval> agresti_coull_interval(const BinomialCount& count,
                                        const ProportionOptions& options);
Result<Interval> normal_proportion_interval(const BinomialCount& count,
                                            const ProportionOptions& options);

}  // namespace converge::stats
