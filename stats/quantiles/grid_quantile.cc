#include "stats/quantiles/grid_quantile.h"

#include <cmath>
#include <limits>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Result<std::int64_t> total_of(const GridCounts& grid) {
  if (grid.counts.empty() || grid.edges.size() != grid.counts.size() + 1) {
    return Error{Errc::kInvalidArgument, "edges: expected one more than counts"};
  }
  for (std::size_t i = 0; i < grid.edges.size(); ++i) {
    if (!std::isfinite(grid.edges[i]) || (i > 0 && grid.edges[i] <= grid.edges[i - 1])) {
      return Error{Errc::kInvalidArgument, "edges: expected finite numbers, each above the last"};
    }
  }
  std::int64_t total = 0;
  for (const std::int64_t count : grid.counts) {
    if (count < 0 || count > std::numeric_limits<std::int64_t>::max() - total) {
      return Error{Errc::kInvalidArgument, "counts: expected 0 or more, their sum within 64 bits"};
    }
    total += count;
  }
  if (total == 0) return Error{Errc::kInsufficientData, "counts: no values, no quantile exists"};
  return total;
}

GridQuantile interpolated(const GridCounts& grid, double q, std::int64_t total) {
  const double target = q * static_cast<double>(total);
  std::int64_t before = 0;
  std::size_t i = 0;
  std::size_t last_filled = 0;
  for (; i < grid.counts.size(); ++i) {
    if (grid.counts[i] == 0) continue;
    last_filled = i;
    if (static_cast<double>(before + grid.counts[i]) >= target) break;
    before += grid.counts[i];
  }
  const auto in_bin = static_cast<double>(grid.counts[last_filled]);
  const double share = std::min(1.0, (target - static_cast<double>(before)) / in_bin);
  const double lower = grid.edges[last_filled];
  const double upper = grid.edges[last_filled + 1];
  return {.value = lower * (1 - share) + upper * share,
          .lower = lower,
          .upper = upper,
          // All of the bin may lie on the far side of the value.
          .rank_error = std::max(share, 1 - share) * in_bin / static_cast<double>(total)};
}

}  // namespace

Result<GridQuantile> grid_quantile(const GridCounts& grid, double q) {
  if (const Status valid = require_open_unit("q", q); !valid) return valid.error();
  const Result<std::int64_t> total = total_of(grid);
  if (!total) return total.error();
  return interpolated(grid, q, *total);
}

Result<GridEstimate> grid_quantile_estimate(const GridCounts& grid, double q,
                                            const QuantileDifferenceOptions& options) {
  const Result<GridQuantile> quantile = grid_quantile(grid, q);
  if (!quantile) return quantile.error();
  const std::int64_t n = *total_of(grid);
  if (const Status enough = require_enough_for_quantile(n, q, options); !enough) {
    return enough.error();
  }
  const double rank_variance = q * (1 - q) / static_cast<double>(n);
  const double reach = normal_upper_quantile(options.alpha / 2) * std::sqrt(rank_variance);
  Result<QuantileEstimate> estimate =
      quantile_estimate({.n = n,
                         .n_star = n,
                         .q = q,
                         .value = quantile->value,
                         .lower = interpolated(grid, q - reach, n).value,
                         .upper = interpolated(grid, q + reach, n).value},
                        options);
  if (!estimate) return estimate.error();
  estimate->variance *= 1 + quantile->rank_error * quantile->rank_error / rank_variance;
  return GridEstimate{*quantile, *estimate};
}

}  // namespace converge::stats
