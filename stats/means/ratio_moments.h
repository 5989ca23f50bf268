#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "stats/floating_moments.h"

namespace converge::stats {

/// Moments of pairs for the ratio sum x / sum y. What is summed is the residual x - reference y:
/// where x follows y closely, sums of x and of y would leave nothing of it. Any reference near the
/// ratio serves; add() takes the first unit's, and merging carries one over to the other.
struct RatioMoments {
  std::optional<double> reference;  ///< none as long as every y is 0
  FloatingMoments pairs;            ///< of (x - reference y, y)

  void add(double x, double y);
  RatioMoments& operator+=(const RatioMoments& other);
  bool operator==(const RatioMoments&) const = default;
};

/// Two passes: the reference is the ratio itself.
/// Inputs   finite values, as many x as y.
/// Output   moments of all pairs.
/// Errors   kInvalidArgument a value that is not finite, x and y of unlike number.
/// Cost     O(values).
/// Source   definition.
/// Checked  golden/calc/lifts_test.cc (ratio_cluster_robust.json);
///          unit/stats/floating_moments_test.cc.
Result<RatioMoments> ratio_moments_of(std::span<const double> x, std::span<const double> y);

/// The ratio R = sum x / sum y as if it were a mean, so that every test of means serves it.
/// Inputs   moments of pairs; imported pair moments with reference 0.
/// Output   mean R; variance (ddof 1) and third central moment of (x - R y) / (mean of y) per unit,
///          so that variance / n is the variance of R by the delta method. Residuals within the
///          rounding of x count as 0.
/// Assumes  units are independent, pairs within a unit are not; the mean of y is far from 0 in its
///          standard errors (denominator_cv below 0.1), 30 units or more.
/// Errors   kInsufficientData n of 0 or 1, sum of y 0, or residuals that imported sums have lost;
///          kInvalidArgument a moment beyond the range of double.
/// Cost     O(1).
/// Source   Deng, Knoblich, Lu (2018) KDD, eq. 4.
/// Checked  golden/calc/lifts_test.cc (gb_ratio_delta.json, ratio_cluster_robust.json,
///          tea_tasting_mean_ratio_cuped.json); property/stats/floating_moments_test.cc.
Result<Sample> ratio_sample_of(const RatioMoments& moments);

/// Standard error of the mean of y over that mean, without sign: how far the delta method may be
/// trusted. Errors as ratio_sample_of.
Result<double> denominator_cv(const RatioMoments& moments);

}  // namespace converge::stats
