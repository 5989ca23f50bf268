#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "stats/quantiles/quantile_difference.h"

namespace converge::stats {

/// Counts of values on a grid: counts[i] values lie in [edges[i], edges[i + 1]].
struct GridCounts {
  std::span<const double> edges;         ///< rising, one more than counts
  std::span<const std::int64_t> counts;  ///< 0 or more
};

struct GridQuantile {
  double value = 0;  ///< linear within its bin
  double lower = 0;  ///< the bin: the sample's quantile lies within
  double upper = 0;
  double rank_error = 0;  ///< largest |F(value) - q| over all samples with these counts
};

/// The q-quantile from counts on a grid.
/// Inputs   a grid; q in (0, 1).
/// Output   the value by linear interpolation, and how wrong it can be.
/// Assumes  nothing for the bounds; values spread evenly within a bin for the estimate. An atom
///          belongs in a bin of its own.
/// Errors   kInvalidArgument a malformed grid; kInsufficientData no values.
/// Cost     O(bins).
/// Source   definition.
/// Checked  unit/stats/quantile_difference_test.cc; property/stats/quantiles_test.cc.
Result<GridQuantile> grid_quantile(const GridCounts& grid, double q);

struct GridEstimate {
  GridQuantile quantile;
  QuantileEstimate estimate;
};

/// The same with its variance, for quantile_difference.
/// Output   the variance of quantile_estimate times 1 + rank_error^2 / (q (1 - q) / n), so that
///          the interval allows for the grid: coarse bins widen it.
/// Errors   as above and as quantile_estimate.
/// Source   rank variance q (1 - q) / n + rank_error^2, as for quantile sketches.
/// Other lines as above.
Result<GridEstimate> grid_quantile_estimate(const GridCounts& grid, double q,
                                            const QuantileDifferenceOptions& options);

}  // namespace converge::stats
