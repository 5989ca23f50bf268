#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/ranks/rank_table.h"

namespace converge::stats {

struct BrunnerMunzelOptions {
  double alpha;  ///< two-sided
};

struct BrunnerMunzel {
  double probability_of_superiority = 0;  ///< P(B > A) + P(B = A) / 2
  double standard_error = 0;
  double dof = 0;
  double t = 0;  ///< of the probability against 1/2
  double p_two_sided = 0;
  double p_greater = 0;  ///< against a probability of at most 1/2
  double p_less = 0;     ///< against a probability of at least 1/2
  Interval interval;     ///< of the probability, cut at 0 and 1
};

/// Brunner-Munzel test and interval for the probability that a unit of b exceeds one of a, ties
/// half.
/// Inputs   the rank table of two samples of values or ratings; alpha two-sided in (0, 1).
/// Output   t with Satterthwaite's degrees of freedom; the interval excludes 1/2 exactly when
///          p_two_sided < alpha. Swapping the arms mirrors around 1/2; any increasing
///          transformation of the values changes nothing.
/// Assumes  independent units, one fixed look; spreads may differ, ties may be many. Below about 10
///          units in an arm the level is rough.
/// Errors   kInvalidArgument alpha; kInsufficientData fewer than 2 units in an arm, or no overlap
///          of the arms (every unit of one at or above every unit of the other without variation),
///          where the variance is 0.
/// Cost     O(levels); the table costs O(n log n).
/// Source   Brunner, Munzel (2000) Biom. J. 42:17-25.
/// Checked  golden/calc/ranks_test.cc (scipy.stats.brunnermunzel); property/stats/ranks_test.cc.
Result<BrunnerMunzel> brunner_munzel(const RankTable& table, const BrunnerMunzelOptions& options);

}  // namespace converge::stats
