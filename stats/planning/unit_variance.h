#pragma once

#include "base/result.h"

/// The variance that one unit contributes to an estimate, for kinds of metrics that are then
/// planned as a difference of means: variance of the estimate = unit variance / units.
namespace converge::stats {

struct RatioUnit {
  double mean_numerator;
  double variance_numerator;
  double mean_denominator;  ///< not 0
  double variance_denominator;
  double covariance;
};

/// Of a ratio of sums, sum x / sum y, by the delta method.
/// Inputs   moments per unit; |covariance| within the variances.
/// Output   (v_x - 2 R c + R^2 v_y) / mean_y^2, of R = mean_x / mean_y.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Deng, Knoblich, Lu (2018) KDD, eq. 4.
/// Checked  golden/calc/planning_test.cc.
Result<double> ratio_unit_variance(const RatioUnit& unit);

/// Of a quantile.
/// Inputs   q in (0, 1); the density of the values at that quantile, above 0.
/// Output   q (1 - q) / density^2.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   asymptotic variance of a sample quantile: van der Vaart (1998) Asymptotic Statistics,
///          cor. 21.5.
/// Checked  golden/calc/planning_test.cc.
Result<double> quantile_unit_variance(double q, double density);

/// The density at a quantile from two quantiles around it: (q_high - q_low) / (x_high - x_low).
/// Inputs   0 <= q_low < q_high <= 1; x_low < x_high, the values there.
/// Errors   kInvalidArgument.
/// Source   Siddiqui (1960) J. Res. Natl. Bur. Stand. 64B:145-150.
/// Checked  golden/calc/planning_test.cc.
struct QuantilePair {
  double q_low;
  double x_low;
  double q_high;
  double x_high;
};
Result<double> density_between(const QuantilePair& pair);

/// After adjustment by a covariate (CUPED).
/// Inputs   variance 0 or more; correlation with the covariate within arms, in (-1, 1).
/// Output   variance * (1 - correlation^2).
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Deng, Xu, Kohavi, Walker (2013) WSDM.
/// Checked  golden/calc/planning_test.cc.
Result<double> adjusted_unit_variance(double variance, double correlation);

}  // namespace converge::stats
