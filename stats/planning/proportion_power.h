#pragma once

#include "base/result.h"
#include "stats/planning/power_function.h"
#include "stats/planning/z_power.h"

namespace converge::stats {

enum class ProportionTestForm {
  kPooledNull,  ///< the score test: the null's standard error from the pooled proportion
  kUnpooled,    ///< Wald: each arm's own variance, as a difference of means
  kArcsine,     ///< Cohen's h, the variance-stabilised difference
};

struct ProportionDesign {
  double p_a;
  double p_b;
  ProportionTestForm form;
};

/// Cohen's h = 2 asin(sqrt(p_b)) - 2 asin(sqrt(p_a)).
/// Inputs   proportions in [0, 1]: outside, the answer is NaN.
/// Source   Cohen (1988) Statistical Power Analysis, eq. 6.2.1.
/// Checked  golden/calc/planning_test.cc (power_fixed.json).
double cohen_h(double p_a, double p_b);

/// Power of a test of two proportions.
/// Inputs   p_a, p_b in [0, 1], unequal; the form of the test; a PowerTest.
/// Output   power as a function of the arms' units.
/// Assumes  a normal limit: some ten successes and failures expected in each arm.
/// Errors   kInvalidArgument alpha or a proportion outside [0, 1]; kInsufficientData equal
///          proportions, or an unpooled test of 0 against 1, which has no variance.
/// Cost     O(1) a call.
/// Source   pooled null: Fleiss, Tytun, Ury (1980) Biometrics 36:343-346, without continuity
///          correction; arcsine: Cohen (1988) ch. 6.
/// Checked  golden/calc/planning_test.cc (power_fixed.json, power_r.json);
///          property/stats/planning_test.cc.
Result<PowerFunction> proportion_power(const ProportionDesign& design, const PowerTest& test);

}  // namespace converge::stats
