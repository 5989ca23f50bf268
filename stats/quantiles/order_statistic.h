#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

struct QuantileOptions {
  double q;      ///< which quantile, in (0, 1)
  double level;  ///< of the interval; at most (1 - level) / 2 lies beyond either end
};

struct OrderStatisticRanks {
  std::optional<std::int64_t> lower;  ///< 1-based; none: no order statistic is low enough
  std::optional<std::int64_t> upper;
  double coverage = 0;  ///< exact for continuous values, at least that with ties
};

/// The ranks between which the q-quantile lies, whatever the distribution.
/// Inputs   n >= 1 values; q and level in (0, 1).
/// Output   lower = max{r: P(Bin(n, q) <= r - 1) <= (1 - level) / 2}, upper = min{r: P(Bin(n, q)
///          >= r) <= (1 - level) / 2}.
/// Assumes  independent values.
/// Errors   kInvalidArgument; kInsufficientData n = 0.
/// Cost     O(log n) binomial tails.
/// Source   David, Nagaraja (2003) Order Statistics, 7.1.
/// Checked  golden/calc/quantiles_test.cc (quantile_order_statistic.json);
///          unit/stats/quantile_difference_test.cc.
Result<OrderStatisticRanks> order_statistic_ranks(std::int64_t n, const QuantileOptions& options);

struct OrderStatisticInterval {
  double estimate = 0;  ///< type 7
  Interval interval;    ///< an end without rank is infinite
  OrderStatisticRanks ranks;
};

/// Estimate and distribution-free interval of one quantile.
/// Inputs   values in rising order.
/// Errors   as above; kInvalidArgument values that are not finite or not in order.
/// Cost     O(n) to check the order.
/// Other lines as above.
Result<OrderStatisticInterval> order_statistic_interval(std::span<const double> sorted,
                                                        const QuantileOptions& options);

}  // namespace converge::stats
