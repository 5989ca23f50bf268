#pragma once

#include <span>

#include "base/result.h"
#include "stats/effects/random_effects.h"
#include "stats/effects/shrinkage.h"

namespace converge::stats {

enum class PriorMean {
  kEstimated,
  kZero,  ///< ideas are as likely to harm as to help: one parameter less to estimate
};

struct EstimatedPrior {
  LiftPrior prior;
  double standard_error_of_mean = 0;  ///< 0 where the mean is set
  /// The spread is no more than sampling alone explains: the standard deviation is 0 and would
  /// shrink everything to the mean. Use a wider prior.
  bool no_spread = false;
};

/// A prior for lifts from the lifts of past experiments: empirical Bayes.
/// Inputs   effects of past experiments, all that were run and not just those that were shipped;
///          the choice of mean.
/// Output   mean and standard deviation of the true effects. Estimated mean: restricted maximum
///          likelihood. Mean 0: tau^2 with sum y^2 / (v + tau^2) = k, Paule-Mandel about 0.
/// Assumes  effects in one scale, about normal over experiments; a selection by significance makes
///          it too wide and too high.
/// Errors   kInsufficientData fewer than two effects; else as between_variance.
/// Cost     O(k) per iteration.
/// Source   Efron, Morris (1975); Deng (2015) WWW companion, "Objective Bayesian two sample
///          hypothesis testing for online controlled experiments".
/// Checked  unit/stats/effects_test.cc (scipy).
Result<EstimatedPrior> estimated_prior(std::span<const MeasuredEffect> effects, PriorMean mean);

}  // namespace converge::stats
