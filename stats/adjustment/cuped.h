#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/adjustment/adjusted_difference.h"
#include "stats/adjustment/joint_sample.h"

namespace converge::stats {

enum class CupedCoefficients {
  kPooled,  ///< one theta, from the covariances within all arms together
  kPerArm,  ///< a theta for each arm: the fully interacted regression
};

/// Per arm where every arm has at least 500 units, pooled below.
CupedCoefficients coefficients_by_size(std::span<const JointSample> arms);

constexpr double kCupedRidge = 1e-10;

struct CupedOptions {
  CupedCoefficients coefficients;
  double ridge;  ///< on the diagonal of the correlation matrix; kCupedRidge
};

struct AdjustedArm {
  std::int64_t n = 0;
  double mean = 0;      ///< of the outcome, at the covariates' grand mean
  double variance = 0;  ///< residual variance of a unit
  double dof = 0;       ///< n - 1 - covariates
  double unadjusted_mean = 0;
  double unadjusted_variance = 0;
  std::vector<double> theta;          ///< one per covariate, 0 where left out
  std::vector<double> covariate_gap;  ///< mean in this arm - grand mean
  std::vector<double> leverage;       ///< S_xx^-1 gap / (n - 1), of the matrix that theta used
  std::vector<double> score;          ///< covariance of residual and covariates within the arm
  std::vector<double> covariate_covariance;
  double third_moment = 0;  ///< of the residual; 0 where not known
};

struct CupedResult {
  std::vector<AdjustedArm> arms;
  std::vector<double> grand_mean;     ///< of the covariates, over all arms by units
  std::vector<std::size_t> left_out;  ///< covariates without variance or collinear, by position
  CupedCoefficients coefficients = CupedCoefficients::kPooled;
  bool third_moments_known = false;
};

/// Means adjusted for covariates that were measured before the treatment could act.
/// Inputs   one JointSample per arm, at least two: column 0 is the outcome, the rest are
///          covariates, the same in each arm. A ratio metric comes linearised (linearised_ratios),
///          its covariates too. A unit without covariate value is the caller's: give it the pooled
///          mean of the covariate and add a column that is 1 for it and 0 else.
/// Output   adjusted means, mean_g - theta' (covariates_g - grand mean), from one adjustment of
///          all arms, so that the control has one value in every comparison. A covariate without
///          variance within the arms, or collinear with those before it, has theta 0 and is named.
/// Assumes  covariates precede exposure (covariate_balance tests what can be tested) and were
///          winsorised by the same rule as the outcome. Arms may differ in variance.
/// Errors   kInsufficientData fewer than two arms, or n < covariates + 3 in one; kInvalidArgument
///          columns that differ, ridge below 0, what check_joint_sample refuses.
/// Cost     O(arms covariates^2 + covariates^3).
/// Source   Deng, Xu, Kohavi, Walker (2013) WSDM (theta); within-arm pooling is analysis of
///          covariance; Lin (2013) Ann. Appl. Stat. 7:295-318 (per arm).
/// Checked  golden/calc/adjustment_test.cc (statsmodels OLS); unit/stats/cuped_test.cc;
///          property/stats/adjustment_test.cc.
Result<CupedResult> cuped(std::span<const JointSample> arms, const CupedOptions& options);

/// Two arms of one adjustment, compared.
/// Inputs   the result of cuped; positions of the arms.
/// Output   AdjustedDifference. Its variance: residual variances / n, with p degrees of freedom
///          taken off the residuals; the uncertainty of theta times the covariates' imbalance,
///          which is what HC2's leverages add; and, per arm, that of the grand mean times the
///          difference of thetas (units are a sample of a population). Degrees of freedom:
///          Satterthwaite on n - 1 - p.
/// Errors   kInvalidArgument positions; kInsufficientData no residual variance in either arm.
/// Cost     O(covariates^2).
/// Source   Lin (2013); Negi, Wooldridge (2021) Econom. Rev. 40:504-534 (grand mean).
/// Checked  as cuped.
Result<AdjustedDifference> adjusted_difference(const CupedResult& adjusted, std::size_t control,
                                               std::size_t treatment);

}  // namespace converge::stats
