#pragma once

#include "base/result.h"
#include "stats/planning/power_function.h"
#include "stats/planning/z_power.h"

namespace converge::stats {

struct LiftDesign {
  double lift;    ///< mean_b / mean_a - 1
  double mean_a;  ///< not 0
  double variance_a;
  double variance_b;
};

/// Power of the test of a relative lift by the delta method, whose variance contains the lift.
/// Inputs   a LiftDesign: lift not 0, variances 0 or more and not both 0; a PowerTest.
/// Output   power as a function of the arms' units. A test on the absolute scale, which Converge
///          decides by, is planned by mean_power_normal with effect = lift * mean_a.
/// Assumes  the control mean is far from 0 in its standard errors; one look.
/// Errors   kInvalidArgument alpha, a figure that is not finite, a negative variance, mean_a 0;
///          kInsufficientData lift 0 or no variance.
/// Cost     O(1) a call.
/// Source   delta method for a ratio of independent means: variance of the lift =
///          (v_b / n_b + (1 + lift)^2 v_a / n_a) / mean_a^2; Deng, Knoblich, Lu (2018) KDD, sec. 2.
/// Checked  golden/calc/planning_test.cc; property/stats/planning_test.cc.
Result<PowerFunction> lift_power(const LiftDesign& design, const PowerTest& test);

}  // namespace converge::stats
