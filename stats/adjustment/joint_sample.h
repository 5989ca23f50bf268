#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stats/moments.h"

namespace converge::stats {

/// Several columns over the same units of one arm: the outcome and its covariates.
struct JointSample {
  std::int64_t n = 0;
  std::vector<double> mean;        ///< one per column
  std::vector<double> covariance;  ///< columns x columns, row by row; sample covariances, ddof 1
  /// columns^3, central, divided by n; empty where the caller does not know them.
  std::vector<double> third_moment;

  std::size_t columns() const { return mean.size(); }
  double cov(std::size_t i, std::size_t j) const { return covariance[i * columns() + j]; }
};

/// Sums over units, as a query returns them.
struct JointSums {
  std::int64_t n = 0;
  std::vector<double> sum;      ///< one per column
  std::vector<double> product;  ///< sums of products, columns x columns, row by row
};

/// A ratio of two columns, or one column as it is.
struct RatioColumn {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t numerator = 0;
  std::size_t denominator = kNone;
};

/// n of at least `units`, sizes that fit, finite figures, symmetric with variances of 0 or more and
/// correlations within [-1, 1].
Status check_joint_sample(std::string_view name, const JointSample& sample, std::int64_t units);

/// Means and covariances out of sums.
/// Inputs   sums and sums of products.
/// Output   the JointSample without third moments. Each covariance is (P - S_i S_j / n) / (n - 1)
///          with the product and the quotient in twice the precision of double; what was lost when
///          the sums were rounded does not come back: with a mean beyond 1e6 standard deviations
///          prefer exact sums.
/// Errors   kInsufficientData n of 0 or 1; kInvalidArgument sizes that differ, figures not finite,
///          a sum of squares below sum^2 / n by more than its rounding.
/// Cost     O(columns^2).
/// Source   definition; error-free products by fused multiply-add (Dekker 1971).
/// Checked  unit/stats/joint_sample_test.cc.
Result<JointSample> joint_sample_of_sums(const JointSums& sums);

/// Column 0 is x, column 1 is y, in the unit of the values; with third moments.
/// Inputs, errors and cost as sample_of (stats/moments.h).
/// Checked  unit/stats/joint_sample_test.cc.
Result<JointSample> joint_sample_of(const ExactMoments& moments, int scale_exponent_x,
                                    int scale_exponent_y);

/// Several samples as if they had been one: the spread between their means counts.
/// Inputs   samples with the same columns.
/// Output   joint n, mean, covariance; without third moments.
/// Errors   as check_joint_sample; kInsufficientData no sample.
/// Cost     O(samples columns^2).
/// Source   Chan, Golub, LeVeque (1983) Am. Stat. 37:242-247.
/// Checked  unit/stats/joint_sample_test.cc.
Result<JointSample> merged(std::span<const JointSample> samples);

/// New columns, each a ratio of sums or an old column, by the delta method.
/// Inputs   a sample; one RatioColumn per column wanted.
/// Output   mean = ratio of the means; covariances those of the residuals (x - R y) / (mean of y)
///          per unit, so that covariance / n is that of the ratios. A variance that cancels below
///          0 is 0. Third moments are carried over where known.
/// Assumes  the mean of each denominator is many standard errors away from 0.
/// Errors   as check_joint_sample; kInsufficientData a denominator of mean 0; kInvalidArgument a
///          column that does not exist.
/// Cost     O(columns^2) per pair of new columns.
/// Source   Deng, Knoblich, Lu (2018) KDD, eq. 4, for every pair of ratios.
/// Checked  golden/calc/adjustment_test.cc (gb_cuped_ratio.json); unit/stats/joint_sample_test.cc.
Result<JointSample> linearised_ratios(const JointSample& sample,
                                      std::span<const RatioColumn> wanted);

}  // namespace converge::stats
