#pragma once

#include <span>

#include "base/result.h"

namespace converge::stats {

enum class TieRule {
  kOrderStatistics,  ///< type 7: linear between order statistics, as if values were continuous
  kMidRank,          ///< linear between distinct values at their mid-ranks: smooth across atoms
};

/// The q-quantile of a sample.
/// Inputs   values in rising order; q in (0, 1); what to do with ties.
/// Output   in the unit of the values, between the smallest and the largest.
/// Assumes  nothing.
/// Errors   kInvalidArgument values not finite or not in order; kInsufficientData no value.
/// Cost     O(n).
/// Source   type 7: Hyndman, Fan (1996) Am. Stat. 50:361-365; mid-rank: Ma, Genton, Parzen (2011)
///          Ann. Inst. Stat. Math. 63:227-243.
/// Checked  golden/calc/quantiles_test.cc (numpy); unit/stats/quantile_difference_test.cc.
Result<double> sample_quantile(std::span<const double> sorted, double q, TieRule ties);

}  // namespace converge::stats
