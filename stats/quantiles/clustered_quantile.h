#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/quantiles/quantile_difference.h"

namespace converge::stats {

/// Sums over clusters (users) of their values' counts: below = values at or below the quantile, all
/// = values.
struct ClusterCounts {
  std::int64_t clusters = 0;
  std::int64_t below = 0;
  std::int64_t below_squares = 0;
  std::int64_t all = 0;
  std::int64_t all_squares = 0;
  std::int64_t products = 0;
};

/// A quantile of values that come in clusters, such as page loads of users.
/// Inputs   a summary as for independent values; the sums of the clusters.
/// Output   the variance of quantile_estimate times var(share below) / (q (1 - q) / n), the
///          share's variance by the delta method over clusters, from exact integers.
/// Assumes  independent clusters.
/// Errors   as quantile_estimate; kInsufficientData fewer than 2 clusters, no values, or a share
///          without variance.
/// Cost     O(1).
/// Source   Deng, Knoblich, Lu (2018) KDD, 4.2, eq. 4.
/// Checked  golden/calc/quantiles_test.cc (gb_quantile.json).
Result<QuantileEstimate> clustered_quantile_estimate(const QuantileSummary& summary,
                                                     const ClusterCounts& counts,
                                                     const QuantileDifferenceOptions& options);

}  // namespace converge::stats
