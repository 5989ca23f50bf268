#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "stats/moments.h"

namespace converge::stats {

/// Moments to third order of values that arrive as floating point: of x alone (y stays 0) or of
/// pairs x, y. Values are kept from the first one on (the origin), so that an offset of any size
/// costs no digits. Adding follows Welford, merging Chan and Pebay; merging two parts gives the
/// same bits in either order, regrouping more than two agrees to rounding. ExactMoments are for
/// integers and exact.
struct FloatingMoments {
  std::int64_t n = 0;
  double origin_x = 0;
  double origin_y = 0;
  double mean_x = 0;  ///< from origin_x
  double mean_y = 0;  ///< from origin_y
  // Sums of products of deviations from the means.
  double xx = 0, xy = 0, yy = 0;
  double xxx = 0, xxy = 0, xyy = 0, yyy = 0;
  bool has_third_order = true;  ///< false after an import that knew sums of squares only

  void add(double x) { add(x, 0); }
  void add(double x, double y);
  FloatingMoments& operator+=(const FloatingMoments& other);
  bool operator==(const FloatingMoments&) const = default;
};

/// The moments of values, or of pairs of equal number.
/// Inputs   finite values.
/// Output   as if added one by one.
/// Errors   kInvalidArgument a value that is not finite, x and y of unlike number.
/// Cost     O(values).
/// Source   Welford (1962) Technometrics 4:419-420; Pebay (2008) Sandia SAND2008-6212, eqs. for
///          order 3; origin at the first value: Chan, Golub, LeVeque (1983) Am. Stat. 37:242-247.
/// Checked  golden/calc/means_test.cc (moments.json), unit/stats/floating_moments_test.cc,
///          property/stats/floating_moments_test.cc.
Result<FloatingMoments> moments_of(std::span<const double> x);
Result<FloatingMoments> moments_of(std::span<const double> x, std::span<const double> y);

/// The moments of (x + factor y, y): exact algebra on the sums, no second pass.
FloatingMoments with_multiple_of_y(const FloatingMoments& moments, double factor);

/// The narrow view that the tests take: of x, or of y.
/// Inputs   moments of two or more units.
/// Output   mean, variance (ddof 1), third central moment; 0 for the third where it was not
///          imported, which only methods that do not ask for skewness may ignore.
/// Errors   kInsufficientData n of 0 or 1; kInvalidArgument a moment beyond the range of double.
/// Cost     O(1).
/// Source   definition.
/// Checked  as moments_of.
Result<Sample> sample_of_x(const FloatingMoments& moments);
Result<Sample> sample_of_y(const FloatingMoments& moments);

/// Sample covariance (ddof 1) of x and y; inputs, errors, cost and checks as sample_of_x.
Result<double> covariance_of(const FloatingMoments& moments);

/// Third central moment over variance^1.5, both divided by n: the skewness of the values.
/// Errors   kInsufficientData n below 3, variance 0, or third moments that were not imported.
Result<double> skewness_of_x(const FloatingMoments& moments);

}  // namespace converge::stats
