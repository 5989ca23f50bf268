#pragma once

#include "base/result.h"
#include "stats/means/fieller.h"
#include "stats/means/welch.h"

namespace converge::stats {

struct WelchLift {
  WelchResult absolute;  ///< the decision: mean(b) - mean(a) against 0
  double multiplier;     ///< t quantile: half-width of both intervals in standard errors
  /// kInsufficientData where the control mean is 0 or too near to it; the absolute test remains.
  Result<RelativeLift> relative;
};

/// The difference of two means and the same as a lift relative to the control, by one inversion of
/// Welch's test: both intervals give one verdict.
/// Inputs   samples a, b; alpha two-sided in (0, 1).
/// Output   WelchLift. The relative interval excludes 0 if and only if the absolute one does; it is
///          none where the control mean is not told apart from 0. Relative to |mean(a)|: see
///          fieller.h.
/// Assumes  independent units, one fixed look; means about normal.
/// Errors   as welch.
/// Cost     O(1).
/// Source   Fieller (1954) with the quantile of Welch's test.
/// Checked  property/stats/lift_test.cc; golden/calc/lifts_test.cc (degenerate.json).
Result<WelchLift> welch_relative_lift(const Sample& a, const Sample& b,
                                      const WelchOptions& options);

}  // namespace converge::stats
