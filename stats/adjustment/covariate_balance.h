#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/adjustment/joint_sample.h"

namespace converge::stats {

struct CovariateGap {
  std::size_t covariate = 0;           ///< position among the covariates: column - 1
  std::size_t arm = 0;                 ///< compared with arm 0
  double standardised_difference = 0;  ///< difference of means / pooled standard deviation
  double p = 1;
  double p_adjusted = 1;  ///< Holm over covariates and arms
};

/// Do covariates have the same mean in each arm? If not, they were measured too late or the
/// assignment is broken, and an adjustment by them is biased.
/// Inputs   arms as for cuped: column 0 is the outcome and not looked at.
/// Output   Welch's test per covariate and arm against arm 0. A covariate without variance in both
///          arms is left out if its means agree, and has p 0 if they differ: a constant that tells
///          the arms apart.
/// Assumes  one fixed look.
/// Errors   kInsufficientData fewer than two arms, no covariate, n of 0 or 1; kInvalidArgument
///          what check_joint_sample refuses.
/// Cost     O(arms covariates).
/// Source   Welch (1947); Holm (1979).
/// Checked  unit/stats/covariate_balance_test.cc (scipy ttest_ind).
Result<std::vector<CovariateGap>> covariate_balance(std::span<const JointSample> arms);

}  // namespace converge::stats
