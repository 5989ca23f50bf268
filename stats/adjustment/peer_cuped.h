#pragma once

#include <span>

#include "base/result.h"
#include "stats/adjustment/joint_sample.h"
#include "stats/means/log_ratio_lift.h"
#include "stats/means/welch.h"

/// CUPED as two other programs compute it, for comparison with their figures. cuped.h is what this
/// library recommends: theta from within the arms, one adjustment for all arms, relative lift by
/// Fieller.
namespace converge::stats {

struct PeerCuped {
  double theta = 0;
  double mean_a = 0;
  double mean_b = 0;
  WelchResult absolute;
};

/// GrowthBook's CUPED for a mean or a ratio of sums.
/// Inputs   two arms with the columns outcome, covariate, or numerator, denominator, covariate
///          numerator, covariate denominator; alpha two-sided.
/// Output   theta, adjusted means (outcome - theta covariate, not centred) and Welch's test of
///          their difference. Of a mean, theta comes from the arms merged, the spread between them
///          left in; of a ratio, from the sum of the arms' own covariances. Without variance of
///          the covariate theta is 0.
/// Assumes  two arms: with more, each comparison has another theta and another control value.
/// Errors   kInsufficientData n of 0 or 1, no variance left, a denominator of mean 0;
///          kInvalidArgument as check_joint_sample, columns other than 2 or 4, alpha.
/// Cost     O(1).
/// Source   gbstats 0.8.0 @8f1db44, as documented in methods section 8.
/// Checked  golden/calc/adjustment_test.cc (gb_cuped_mean.json, gb_cuped_ratio.json).
Result<PeerCuped> growthbook_cuped(const JointSample& a, const JointSample& b,
                                   const WelchOptions& options);

/// The relative lift of growthbook_cuped: over the unadjusted control mean, by the delta method on
/// outcome and covariate, with the dof of the absolute test. Errors besides: kInsufficientData
/// control mean 0.
Result<WelchResult> growthbook_cuped_relative(const JointSample& a, const JointSample& b,
                                              const WelchOptions& options);

struct LogRatioCuped {
  PeerCuped adjusted;
  LogRatioLift lift;  ///< of the adjusted means
};

/// tea-tasting's CUPED for a mean or a ratio of sums, with the interval of the log ratio.
/// Inputs   as growthbook_cuped.
/// Output   theta and the covariate's grand mean from the arms merged; adjusted means; Welch's
///          test on the absolute scale; the lift mean_b / mean_a - 1 with the interval
///          exp(ln(mean_b / mean_a) -+ t se), Welch's dof on the relative variances.
/// Assumes  both adjusted means are far above 0.
/// Errors   as growthbook_cuped; kInsufficientData an adjusted mean of 0 or less.
/// Cost     O(1).
/// Source   tea-tasting @90306f1; Deng et al. (2013, 2018).
/// Checked  golden/calc/adjustment_test.cc (tea_tasting_mean_ratio_cuped.json).
Result<LogRatioCuped> log_ratio_lift_cuped(const JointSample& a, const JointSample& b,
                                           const WelchOptions& options);

}  // namespace converge::stats
