#pragma once

#include <span>

#include "base/result.h"
#include "stats/moments.h"

namespace converge::stats {

struct WelchAnova {
  double f = 0;
  double dof_numerator = 0;    ///< groups - 1
  double dof_denominator = 0;  ///< real-valued
  double p = 0;
};

/// Welch's test that k means are equal, without equal variances. With two groups f is the square of
/// Welch's t and p the same.
/// Inputs   two or more samples.
/// Output   WelchAnova; p is the upper tail of F.
/// Assumes  independent units, one fixed look.
/// Errors   kInsufficientData fewer than two groups, n < 2 or variance 0 in a group (its weight
///          would be infinite); kInvalidArgument a figure that is not finite, a negative variance,
///          a statistic beyond the range of double.
/// Cost     O(groups).
/// Source   Welch (1951) Biometrika 38:330-336.
/// Checked  golden/calc/means_test.cc (omnibus_and_rank.json); property/stats/means_test.cc.
Result<WelchAnova> welch_anova(std::span<const Sample> groups);

}  // namespace converge::stats
