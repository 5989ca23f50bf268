#pragma once

#include "base/result.h"

namespace converge::stats {

/// Which rejections count.
enum class Alternative {
  kTwoSided,                  ///< alpha / 2 on each side, on either side
  kTwoSidedTowardsTheEffect,  ///< alpha / 2 on each side, on the side of the effect only
  kGreater,                   ///< alpha on the upper side
  kLess,                      ///< alpha on the lower side
};

struct PowerTest {
  double alpha;  ///< of the whole test
  Alternative alternative;
};

/// alpha in (0, 1), below 0.5 for a one-sided test: from there on it rejects in favour of nothing.
Status check_power_test(const PowerTest& test);

/// alpha / 2 or alpha: what one side of the test may err.
double alpha_of_one_side(const PowerTest& test);

/// The effect seen from the side on which the test looks: its size, or its signed value for a
/// one-sided test.
double effect_towards_the_test(double effect, const PowerTest& test);

struct ZTest {
  double effect;               ///< expected estimate, b - a
  double standard_error_null;  ///< what the test divides by
  double standard_error;       ///< what the estimate varies by; the same but for a pooled null
};

/// Power of a z test: P(|estimate| > z * standard_error_null) or one side of it.
/// Inputs   a ZTest with standard errors above 0; a PowerTest.
/// Output   power in [0, 1]; alpha where the effect is 0 and both standard errors agree.
/// Assumes  a normal estimate with known standard errors.
/// Errors   kInvalidArgument alpha, a figure that is not finite, a standard error of 0 or less.
/// Cost     O(1).
/// Source   Lachin (1981) Control. Clin. Trials 2:93-113 with both tails.
/// Checked  golden/calc/planning_test.cc (power_fixed.json); property/stats/planning_test.cc.
Result<double> z_test_power(const ZTest& z_test, const PowerTest& test);

}  // namespace converge::stats
