#pragma once

#include "base/result.h"
#include "stats/ranks/rank_table.h"

namespace converge::stats {

struct RankSumTest {
  double z = 0;
  double p_two_sided = 0;
  double p_greater = 0;  ///< against b tending to be no larger than a
  double p_less = 0;     ///< against b tending to be no smaller than a
};

struct MannWhitney {
  double u_b = 0;                         ///< pairs in which b is larger, ties half
  double probability_of_superiority = 0;  ///< P(B > A) + P(B = A) / 2, estimated by u_b / (n_a n_b)
  RankSumTest plain;
  /// With half a pair of continuity correction towards the null; z is 0 within half a pair of it.
  RankSumTest continuity_corrected;
};

/// Mann-Whitney (Wilcoxon rank-sum) test, normal approximation with the variance corrected for
/// ties.
/// Inputs   the rank table of two samples of values or ratings.
/// Output   U and both forms of the test; swapping the arms mirrors them; any increasing
///          transformation of the values changes nothing.
/// Assumes  independent units, one fixed look; the null hypothesis is equal distributions. For
///          unequal spreads, and for an interval, use brunner_munzel. Below about 8 units in an arm
///          the normal approximation is rough.
/// Errors   kInsufficientData all values equal (variance 0).
/// Cost     O(levels); the table costs O(n log n).
/// Source   Mann, Whitney (1947) Ann. Math. Stat. 18:50-60; ties: Hollander, Wolfe, Chicken (2014),
///          sec. 4.1, here as the variance of the pooled midranks, which does not cancel.
/// Checked  golden/calc/ranks_test.cc (omnibus_and_rank.json); property/stats/ranks_test.cc.
Result<MannWhitney> mann_whitney(const RankTable& table);

}  // namespace converge::stats
