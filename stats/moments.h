#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/wide_int.h"

namespace converge::stats {

/// Exact sums of integer unit totals to third order: of x alone (y stays 0) or of a pair x, y.
/// Adding, removing and merging are exact, associative and commutative, so no order, batching or
/// sharding shows in the sums. A value is removed by the same x and y that added it.
struct ExactMoments {
  std::int64_t n = 0;
  Int128 x, y;
  Int192 xx, xy, yy;
  Int256 xxx, xxy, xyy, yyy;

  void add(std::int64_t x_total, std::int64_t y_total);
  void remove(std::int64_t x_total, std::int64_t y_total);
  ExactMoments& operator+=(const ExactMoments& other);
  ExactMoments& operator-=(const ExactMoments& other);
  bool operator==(const ExactMoments&) const = default;
};

/// What a test needs to know of one arm, in the unit of the values.
struct Sample {
  std::int64_t n = 0;
  double mean = 0;
  double variance = 0;              ///< sample variance, ddof 1
  double third_central_moment = 0;  ///< sum of (x - mean)^3 / n
  bool operator==(const Sample&) const = default;
};

/// Mean, variance and third central moment of x * 10^scale_exponent_x.
/// Inputs   exact sums; the scale of one integer step.
/// Output   each figure rounded once, from exact integers, to the nearest double.
/// Errors   kInsufficientData n of 0 or 1: the variance is undefined.
/// Cost     O(1).
/// Source   definition; variance = (n Sxx - Sx^2) / (n (n - 1)).
/// Checked  golden/stats/moments_test.cc (moments.json); property/stats/moments_test.cc.
Result<Sample> sample_of(const ExactMoments& moments, int scale_exponent_x);

/// Sample covariance (ddof 1) of x * 10^scale_exponent_x and y * 10^scale_exponent_y.
/// Inputs, output, errors, cost and checks as sample_of.
Result<double> covariance_of(const ExactMoments& moments, int scale_exponent_x,
                             int scale_exponent_y);

struct ThirdCoMoments {
  double xxy = 0;  ///< sum of (x - mean)^2 (y - mean) / n
  double xyy = 0;  ///< sum of (x - mean) (y - mean)^2 / n
};

/// The mixed third central moments of x * 10^scale_exponent_x and y * 10^scale_exponent_y.
/// Inputs, output, errors and cost as sample_of.
/// Checked  unit/stats/joint_sample_test.cc.
Result<ThirdCoMoments> third_co_moments_of(const ExactMoments& moments, int scale_exponent_x,
                                           int scale_exponent_y);

/// The ratio of sums R = sum x / sum y as if it were a mean, by the delta method.
/// Inputs   exact sums of pairs; the scales of one step of x and of y.
/// Output   mean R; variance and third central moment of the residual (x - R y) / (mean of y) per
///          unit, so that variance / n is the variance of R. Residual sums are exact integers, each
///          figure is rounded once: no cancellation where x is close to R y.
/// Assumes  units are independent; what a unit's numerator and denominator hold may depend on each
///          other. The sum of y is far from 0 in its standard errors.
/// Errors   kInsufficientData n of 0 or 1, or sum of y 0.
/// Cost     O(1).
/// Source   Deng, Knoblich, Lu (2018) KDD, eq. 4; equals cluster-robust CR0 times n / (n - 1).
/// Checked  golden/stats/moments_test.cc (ratio_cluster_robust.json).
Result<Sample> ratio_sample_of(const ExactMoments& moments, int scale_exponent_x,
                               int scale_exponent_y);

}  // namespace converge::stats
