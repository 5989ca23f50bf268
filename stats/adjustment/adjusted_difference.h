#pragma once

#include <span>

#include "base/result.h"
#include "stats/difference.h"
#include "stats/means/fieller.h"
#include "stats/means/welch.h"

namespace converge::stats {

/// A difference of adjusted means, in the shape that the tests of this library take.
struct AdjustedDifference {
  /// estimate, variance, counts and adjusted means. The variance is that of the difference; it is
  /// split over the arms in proportion to their residual variances.
  Difference difference;
  double dof = 0;
  /// Adjusted means share the covariates' grand mean and so are correlated. These, with the
  /// covariance, add up to the variance of the difference; a relative lift needs them.
  double variance_of_mean_a = 0;
  double variance_of_mean_b = 0;
  double covariance_of_means = 0;
  double unadjusted_mean_a = 0;
  double unadjusted_mean_b = 0;
  double variance_unadjusted = 0;  ///< of the difference of the unadjusted means
  /// The skewness figures of `difference` mean something: third moments were given.
  bool skewness_known = false;
};

/// Interval and test of an adjusted difference at one fixed look.
/// Inputs   AdjustedDifference; alpha two-sided in (0, 1).
/// Output   as welch, with the dof of the adjustment.
/// Assumes  as welch. Confidence sequences take .difference directly.
/// Errors   kInvalidArgument alpha, a figure that is not finite; kInsufficientData variance or dof
///          0.
/// Cost     O(1).
/// Source   Student's t with Satterthwaite's dof.
/// Checked  golden/calc/adjustment_test.cc; property/stats/adjustment_test.cc.
Result<WelchResult> t_test(const AdjustedDifference& adjusted, const WelchOptions& options);

/// The same from an estimate, its standard error and dof.
Result<WelchResult> t_test(double estimate, double standard_error, double dof,
                           const WelchOptions& options);

/// Satterthwaite's degrees of freedom of a sum of two independent estimated variances.
double satterthwaite_dof(double variance_a, double dof_a, double variance_b, double dof_b);

/// What Fieller takes: the relative lift then excludes 0 exactly when the absolute test rejects.
FiellerInputs fieller_inputs(const AdjustedDifference& adjusted, double z, double level);

enum class StratumWeights {
  kHarmonic,   ///< n_a n_b / (n_a + n_b): as combine_strata
  kPrecision,  ///< 1 / variance: least variance if the effect is the same in each stratum
  kSize,       ///< n_a + n_b: the effect in the population that the strata make up together
};

/// Differences within strata (phases, say), combined.
/// Inputs   one adjusted difference per stratum; the weights.
/// Output   one adjusted difference: weighted estimate and means, dof by Satterthwaite over
///          strata.
/// Assumes  strata independent of each other. Precision weights depend on the estimated variances:
///          with few units per stratum the standard error is too small.
/// Errors   kInsufficientData no stratum or one without variance; kInvalidArgument figures that
///          are not finite.
/// Cost     O(strata).
/// Source   Cochran (1954) Biometrics 10:417-451 (harmonic); inverse-variance and
///          post-stratification weights.
/// Checked  unit/stats/adjusted_difference_test.cc.
Result<AdjustedDifference> combine_adjusted(std::span<const AdjustedDifference> strata,
                                            StratumWeights weights);

}  // namespace converge::stats
