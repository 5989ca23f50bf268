#pragma once

#include "base/result.h"
#include "stats/planning/power_function.h"
#include "stats/planning/z_power.h"

namespace converge::stats {

/// A difference of means by what one unit contributes. Whatever has a variance per unit is planned
/// like this: see unit_variance.h for proportions, ratios, quantiles and adjusted metrics.
struct MeanDesign {
  double effect;  ///< mean_b - mean_a, at which power is wanted
  double variance_a;
  double variance_b;
};

/// Power of the normal test of a difference of means.
/// Inputs   a MeanDesign: effect not 0, variances 0 or more and not both 0; a PowerTest.
/// Output   power as a function of the arms' units.
/// Assumes  independent units, one look, variances that the test knows.
/// Errors   kInvalidArgument alpha, a figure that is not finite, a negative variance;
///          kInsufficientData effect 0 or both variances 0: no size has a power to solve for.
/// Cost     O(1) a call.
/// Source   Lachin (1981) Control. Clin. Trials 2:93-113.
/// Checked  golden/calc/planning_test.cc (power_fixed.json); property/stats/planning_test.cc.
Result<PowerFunction> mean_power_normal(const MeanDesign& design, const PowerTest& test);

/// Power of Student's pooled t test, exactly, by the noncentral t distribution.
/// Inputs, errors and cost as above; one variance, common to both arms and above 0.
/// Output   as above; 0 below two units more than none to spare (n_a + n_b <= 2).
/// Assumes  normal values of one variance.
/// Source   Johnson, Kotz, Balakrishnan (1995) Continuous Univariate Distributions 2, ch. 31;
///          dof n_a + n_b - 2, noncentrality effect / (sd sqrt(1 / n_a + 1 / n_b)).
/// Checked  golden/calc/planning_test.cc (power_fixed.json, power_r.json).
Result<PowerFunction> mean_power_student(double effect, double variance, const PowerTest& test);

/// Power of Welch's t test, exactly: given the ratio of the two estimated variances, which fixes
/// the dof of the test, its statistic is noncentral t with n_a + n_b - 2 dof.
/// Inputs and errors as mean_power_normal.
/// Output   as above; 0 where an arm has less than two units.
/// Assumes  normal values.
/// Cost     100 noncentral t a call, some 0.5 ms; O(1) where both arms have more than 10,000 units,
///          by Satterthwaite's dof of the true variances (there it differs by less than 1e-8).
/// Source   Welch (1947) Biometrika 34:28-35; conditioning as in Lee, Gurland (1975) J. Am. Stat.
///          Assoc. 70:933-941.
/// Checked  golden/calc/planning_test.cc (simulation by NumPy).
Result<PowerFunction> mean_power_welch(const MeanDesign& design, const PowerTest& test);

}  // namespace converge::stats
