#pragma once

#include "base/result.h"
#include "stats/means/t_test.h"
#include "stats/moments.h"

namespace converge::stats {

struct WelchOptions {
  double alpha;  ///< two-sided
};

/// The test of mean(b) - mean(a).
using WelchResult = TTest;

/// Welch's interval and test for mean(b) - mean(a).
/// Inputs   samples a, b; alpha two-sided in (0, 1).
/// Output   estimate and interval in the metric's unit; dof real-valued; p from survival functions,
///          never 1 - cdf.
/// Assumes  independent units, one fixed look. Peeking voids alpha: see sequential/.
/// Errors   kInvalidArgument alpha, or a figure that is not finite; kInsufficientData n < 2 or both
///          variances 0.
/// Cost     O(1).
/// Source   Welch (1947) Biometrika 34:28-35; dof Satterthwaite (1946).
/// Checked  golden/stats/welch_test.cc, golden/calc/means_test.cc (welch_t.json);
///          property/stats/arms_test.cc, property/stats/means_test.cc.
Result<WelchResult> welch(const Sample& a, const Sample& b, const WelchOptions& options);

/// What every test of two means asks of its samples: at least 2 units and finite figures in each
/// arm, no negative variance. The error names the arm.
Status check_samples(const Sample& a, const Sample& b);

/// The estimate, standard error and Satterthwaite degrees of freedom of mean(b) - mean(a).
/// Inputs   samples a, b.
/// Output   as Welch's test uses them.
/// Errors   as welch, but for alpha.
/// Cost     O(1).
/// Source   as welch.
/// Checked  through welch.
Result<TStatistic> welch_statistic(const Sample& a, const Sample& b);

}  // namespace converge::stats
