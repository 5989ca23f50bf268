#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/interval.h"
#include "stats/sequential/mixture.h"

namespace converge::stats {

/// A mixture for sums of increments in [-g, h] of mean 0, whose intrinsic time is v = g h n.
struct BetaBinomialOptions {
  double g;
  double h;
  MixtureTuning tuning;
};

struct BetaBinomialBoundOptions {
  double alpha;
  BetaBinomialOptions mixture;
};

/// The log e-value of "the increments have mean 0" (two-sided) or "0 or less" (one-sided).
/// Inputs   s in [-v / h, v / g], v >= 0; options.
/// Output   ln of the mixture at (s, v). Stable to v of 1e15: differences of log-gamma are taken
///          analytically.
/// Assumes  independent increments within [-g, h]; one-sided also for smaller means.
/// Errors   kInvalidArgument.
/// Cost     O(1); one-sided an incomplete beta function.
/// Source   Howard et al. (2021) Ann. Stat. 49:1055-1080, propositions 7 and 8.
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json);
///          unit/stats/boundaries_test.cc.
Result<double> beta_binomial_mixture_two_sided(const SumAtTime& sum,
                                               const BetaBinomialOptions& options);
Result<double> beta_binomial_mixture_one_sided(const SumAtTime& sum,
                                               const BetaBinomialOptions& options);

/// The boundary that s ever crosses with a chance of at most alpha, v / g (the largest sum there
/// is) where the mixture cannot reach it. Two-sided: the other side has g and h exchanged, and both
/// together have alpha.
Result<double> beta_binomial_bound_two_sided(double v, const BetaBinomialBoundOptions& options);
Result<double> beta_binomial_bound_one_sided(double v, const BetaBinomialBoundOptions& options);

struct BernoulliCsInputs {
  double successes;  ///< or the sum of values in [0, 1]
  std::int64_t n;
};

struct BernoulliCsOptions {
  double alpha;
  double t_opt;  ///< units at which it is tightest
  double alpha_opt;
};

/// Confidence sequence for the mean of independent values in [0, 1]: valid at every look at once.
/// Inputs   0 <= successes <= n, n >= 1; options.
/// Output   interval within [0, 1]; a side without evidence ends at 0 or 1.
/// Assumes  equal means; no limit theorem.
/// Errors   kInvalidArgument.
/// Cost     O(1), two root searches.
/// Source   the two-sided mixture above with g = p, h = 1 - p for every p.
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json);
/// property/stats/boundaries_test.cc.
Result<Interval> bernoulli_cs(const BernoulliCsInputs& inputs, const BernoulliCsOptions& options);

}  // namespace converge::stats
