#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace converge::stats {

struct QuantileTestOptions {
  double quantile;   ///< in (0, 1)
  double t_opt;      ///< units of an arm at which the test is tightest
  double alpha_opt;  ///< error for which it is
};

struct QuantileTest {
  double log_e = 0;  ///< lower bound of the evidence against equal quantiles
  double p = 1;      ///< at this look: min(1, 1 / e); always-valid is the running minimum
};

/// Two-sided test of equal quantiles of two arms, valid at every look at once.
/// Inputs   the values of each arm so far, in any order; options.
/// Output   QuantileTest: the smallest sum of both arms' log mixtures over every common quantile x.
/// Assumes  independent values, one per unit, of one distribution per arm, with or without ties.
///          Several events of one unit are not independent: quantile_test_clustered.
/// Errors   kInvalidArgument options, values that are not finite; kInsufficientData an empty arm.
/// Cost     O(n log n) to sort, O(n) mixtures at worst.
/// Source   Howard, Ramdas (2022) Bernoulli 28:1704-1728, theorem 5 with the two-sided
/// beta-binomial
///          mixture of either arm.
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json);
///          property/stats/boundaries_test.cc.
Result<QuantileTest> quantile_test(std::span<const double> values_a,
                                   std::span<const double> values_b,
                                   const QuantileTestOptions& options);

/// Events of one arm: units[i] is whose event values[i] is.
struct ClusteredValues {
  std::span<const double> values;
  std::span<const std::int64_t> units;
};

/// The same for events within units, where the unit is what is independent.
/// Output   as above, for the quantile of the unit-weighted distribution: F(x) is the mean over
///          units of the share of a unit's events at or below x, so that every unit counts once.
///          t_opt counts units.
/// Assumes  independent units; events of a unit may depend on each other and on their number. Valid
///          without a limit theorem, because a unit's share lies in [0, 1]; conservative the more,
///          the less a unit's events agree. The quantile over all events pooled, where a unit
///          weighs as it has events, has no such guarantee: no always-valid test of it is offered.
/// Errors   as above; kInvalidArgument also lists of different length.
/// Source   as above: sums of values in [0, 1] with mean q are sub-Bernoulli like 0/1 values.
/// Checked  unit/stats/quantile_test_test.cc; property/stats/boundaries_test.cc.
Result<QuantileTest> quantile_test_clustered(const ClusteredValues& a, const ClusteredValues& b,
                                             const QuantileTestOptions& options);

}  // namespace converge::stats
