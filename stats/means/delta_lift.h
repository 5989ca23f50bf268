#pragma once

#include "base/result.h"
#include "stats/means/t_test.h"
#include "stats/moments.h"

namespace converge::stats {

struct DeltaLiftOptions {
  double alpha;  ///< two-sided
};

/// Relative lift by the delta method, for comparison with peers that decide by it. It is not the
/// decision here: swapping the arms changes its verdict, and under peeking it errs far too often
/// where the control mean is within some ten standard errors of 0 (methods.md, 0.4 and 10.1). Use
/// welch_relative_lift.
/// Inputs   samples a, b; alpha two-sided in (0, 1).
/// Output   TTest of (mean(b) - mean(a)) / |mean(a)|, with the degrees of freedom of Welch's test.
/// Assumes  independent units, one fixed look; mean(a) many standard errors from 0.
/// Errors   as welch; kInsufficientData also a control mean of 0, or so near to 0 that the lift
///          exceeds the range of double.
/// Cost     O(1).
/// Source   delta method; Deng, Knoblich, Lu (2018) KDD, as GrowthBook applies it.
/// Checked  golden/calc/lifts_test.cc (gb_welch_relative_absolute.json, gb_ratio_delta.json);
///          property/stats/lift_test.cc.
Result<TTest> delta_relative_lift(const Sample& a, const Sample& b,
                                  const DeltaLiftOptions& options);

}  // namespace converge::stats
