#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/bayes/posteriors.h"

namespace converge::stats {

/// Mean and variance of a normal: mean | variance ~ N(location, variance / mean_weight),
/// variance ~ InverseGamma(variance_shape, variance_scale). A mean weight of 0, a shape of -1/2 and
/// a scale of 0 are the reference prior 1 / variance.
struct NormalInverseGamma {
  double location = 0;
  double mean_weight = 0;  ///< in units: as if so many had been seen
  double variance_shape = 0;
  double variance_scale = 0;
};

struct NormalSample {
  std::int64_t n = 0;
  double mean = 0;
  double variance = 0;  ///< sample variance, ddof 1; not read where n < 2
};

/// What a sample makes of the prior.
/// Inputs   prior: mean_weight >= 0, variance_shape >= -1/2, variance_scale >= 0; sample of any n
///          >= 0.
/// Output   the posterior, same form.
/// Assumes  independent values, nearly normal (or many).
/// Errors   kInvalidArgument; the result may still be improper: see marginal_of_mean.
/// Cost     O(1).
/// Source   Gelman et al. (2013) Bayesian Data Analysis, 3.3.
/// Checked  unit/stats/behrens_fisher_test.cc.
Result<NormalInverseGamma> normal_inverse_gamma_posterior(const NormalInverseGamma& prior,
                                                          const NormalSample& sample);

/// The marginal of the mean: Student t with dof = 2 variance_shape and scale^2 = variance_scale /
/// (variance_shape mean_weight).
/// Errors   kInsufficientData where mean_weight, variance_shape or variance_scale is not above 0:
///          too few units, or no variance, for the prior given.
/// Other lines as above.
Result<StudentPosterior> marginal_of_mean(const NormalInverseGamma& posterior);

}  // namespace converge::stats
