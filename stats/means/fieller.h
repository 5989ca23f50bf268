#pragma once

#include <optional>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

struct FiellerInputs {
  double mean_a;
  double variance_of_mean_a;
  double mean_b;
  double variance_of_mean_b;
  double covariance;  ///< of the two means; 0 for independent arms
  double z;           ///< half-width of the absolute interval in standard errors
  double level;       ///< what the interval calls itself
};

struct RelativeLift {
  double estimate = 0;  ///< (mean_b - mean_a) / |mean_a|
  /// None when the set is unbounded: the control mean itself is not told apart from 0 (g >= 1).
  std::optional<Interval> interval;
};

/// Relative lift by exact inversion of the absolute test, with any multiplier z: a normal or t
/// quantile, or that of a confidence sequence (then the interval is as valid as the sequence).
/// Inputs   FiellerInputs.
/// Output   lift relative to |mean_a|: a higher mean_b is a positive lift, also where the control
///          mean is negative. The interval excludes 0 if and only if |mean_b - mean_a| > z * se.
/// Assumes  the means are about jointly normal.
/// Errors   kInsufficientData control mean 0; kInvalidArgument a figure that is not finite, a
///          negative variance, a covariance beyond the variances, z < 0, level outside (0, 1).
/// Cost     O(1).
/// Source   Fieller (1954) J. R. Stat. Soc. B 16:175-185; here as the quadratic in the lift.
/// Checked  golden/stats/fieller_test.cc (fieller.json); property/stats/relative_test.cc.
Result<RelativeLift> fieller_relative_lift(const FiellerInputs& inputs);

}  // namespace converge::stats
