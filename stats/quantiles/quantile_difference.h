#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "stats/interval.h"
#include "stats/quantiles/sample_quantile.h"

namespace converge::stats {

/// One arm's quantile with the ordinates from which its variance follows.
struct QuantileSummary {
  std::int64_t n = 0;       ///< values
  std::int64_t n_star = 0;  ///< values at which the ordinates were placed, usually n
  double q = 0;
  double value = 0;
  double lower = 0;  ///< the quantile at q - z sqrt(q (1 - q) / n_star), z for alpha / 2
  double upper = 0;  ///< the quantile at q + z sqrt(q (1 - q) / n_star)
};

struct QuantileEstimate {
  std::int64_t n = 0;
  double value = 0;
  double variance = 0;  ///< of `value`
};

struct QuantileDifferenceOptions {
  double alpha;  ///< two-sided
};

/// A quantile and its variance from the width of its own interval.
/// Inputs   a summary whose ordinates belong to alpha.
/// Output   variance (n_star / n) ((n - 1) / n) ((upper - lower) / (2 z))^2.
/// Assumes  independent values; a density at the quantile that is smooth over the ordinates.
/// Errors   kInvalidArgument; kInsufficientData where n <= z^2 max(q / (1 - q), (1 - q) / q), so
///          that an ordinate would lie outside (0, 1), or both ordinates are equal: the quantile
///          is an atom.
/// Cost     O(1).
/// Source   Deng, Knoblich, Lu (2018) KDD, 4.2, as GrowthBook's gbstats scales it.
/// Checked  golden/calc/quantiles_test.cc (gb_quantile.json).
Result<QuantileEstimate> quantile_estimate(const QuantileSummary& summary,
                                           const QuantileDifferenceOptions& options);

/// The same from the values, n_star = n, ordinates by the rule for ties.
/// Inputs   values in rising order.
/// Cost     O(n).
/// Checked  unit/stats/quantile_difference_test.cc, property/stats/quantiles_test.cc.
Result<QuantileSummary> quantile_summary(std::span<const double> sorted, double q, TieRule ties,
                                         const QuantileDifferenceOptions& options);

/// An error where n <= z^2 max(q / (1 - q), (1 - q) / q).
Status require_enough_for_quantile(std::int64_t n, double q,
                                   const QuantileDifferenceOptions& options);

struct QuantileDifference {
  double estimate = 0;
  double standard_error = 0;
  double dof = 0;
  double p_two_sided = 0;
  Interval interval;
};

/// value(b) - value(a), and that as a share of |value(a)| by the delta method.
/// Inputs   estimates of either arm.
/// Output   interval and p from Student t with Satterthwaite's dof (n - 1 of each arm).
/// Assumes  quantiles nearly normal; relative: value(a) many standard errors away from 0.
/// Errors   kInvalidArgument; kInsufficientData n < 2, a variance of 0, or relative to 0.
/// Cost     O(1).
/// Source   Welch (1947) on the variances above.
/// Checked  as quantile_estimate.
Result<QuantileDifference> quantile_difference(const QuantileEstimate& a, const QuantileEstimate& b,
                                               const QuantileDifferenceOptions& options);
Result<QuantileDifference> relative_quantile_difference(const QuantileEstimate& a,
                                                        const QuantileEstimate& b,
                                                        const QuantileDifferenceOptions& options);

}  // namespace converge::stats
