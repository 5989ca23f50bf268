#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/moments.h"

namespace converge::stats {

struct WelchOptions {
  double alpha;  ///< two-sided
};

struct WelchResult {
  double estimate = 0;  ///< mean(b) - mean(a)
  double standard_error = 0;
  double dof = 0;
  double t = 0;
  double p_two_sided = 0;
  double p_greater = 0;  ///< against mean(b) <= mean(a)
  double p_less = 0;     ///< against mean(b) >= mean(a)
  Interval interval;
};

/// Welch's interval and test for mean(b) - mean(a).
/// Inputs   samples a, b; alpha two-sided in (0, 1).
/// Output   estimate and interval in the metric's unit; dof real-valued; p from survival functions,
///          never 1 - cdf.
/// Assumes  independent units, one fixed look. Peeking voids alpha: see sequential/.
/// Errors   kInvalidArgument alpha, or a figure that is not finite; kInsufficientData n < 2 or both
///          variances 0.
/// Cost     O(1).
/// Source   Welch (1947) Biometrika 34:28-35; dof Satterthwaite (1946).
/// Checked  golden/stats/welch_test.cc (welch_t.json); property/stats/arms_test.cc.
Result<WelchResult> welch(const Sample& a, const Sample& b, const WelchOptions& options);

}  // namespace converge::stats
