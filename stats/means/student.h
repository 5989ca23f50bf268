#pragma once

#include "base/result.h"
#include "stats/means/t_test.h"
#include "stats/moments.h"

namespace converge::stats {

struct StudentOptions {
  double alpha;  ///< two-sided
};

/// Student's test for mean(b) - mean(a) with one variance for both arms. Welch's test is the one to
/// use: this one errs where the larger arm is not the one with the larger variance.
/// Inputs   samples a, b; alpha two-sided in (0, 1).
/// Output   estimate and interval in the metric's unit; n_a + n_b - 2 degrees of freedom.
/// Assumes  independent units, equal variances, one fixed look.
/// Errors   kInvalidArgument alpha, or a figure that is not finite; kInsufficientData n < 2 or both
///          variances 0.
/// Cost     O(1).
/// Source   Student (1908) Biometrika 6:1-25; Fisher (1925) Metron 5:90-104.
/// Checked  golden/calc/means_test.cc (student_tost.json); property/stats/means_test.cc.
Result<TTest> student_pooled(const Sample& a, const Sample& b, const StudentOptions& options);

}  // namespace converge::stats
