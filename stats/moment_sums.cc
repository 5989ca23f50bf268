#include "stats/moment_sums.h"

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <string>

#include "stats/domain.h"

namespace converge::stats {
namespace {

/// 113 bits: the product of two doubles is exact.
using Quad = boost::multiprecision::cpp_bin_float_quad;

constexpr double kLargestLoss = 1e12;
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

struct Axis {
  double mean = 0;
  double rest = 0;  ///< what mean lost to rounding
  double spread = 0;
};

bool is_exact(double sum) {
  return std::trunc(sum) == sum && std::abs(sum) <= kExactIntegers;
}

Error lost(const std::string& name) {
  return {
      Errc::kInvalidArgument,
      name + ": the spread is lost in the rounding of the sums; import mean and variance instead"};
}

Result<Axis> axis_of(std::int64_t n, double sum, double sum_squares, const std::string& name) {
  if (const Status valid =
          first_failure({require_finite("sum_" + name, sum),
                         require_not_negative("sum_squares_" + name, sum_squares)});
      !valid) {
    return valid.error();
  }
  if (n == 0) {
    if (sum == 0 && sum_squares == 0) return Axis{};
    return Error{Errc::kInvalidArgument, "n: 0 units have sums of 0"};
  }
  const Quad mean = Quad(sum) / n;
  Axis axis;
  axis.mean = static_cast<double>(mean);
  axis.rest = static_cast<double>(mean - axis.mean);
  if (n == 1) return axis;
  const Quad offset = mean * sum;
  const Quad spread = sum_squares - offset;
  axis.spread = static_cast<double>(spread);
  if (is_exact(sum) && is_exact(sum_squares) ? spread >= 0 : spread * kLargestLoss >= offset) {
    return axis;
  }
  // 0 is a constant value whose sums happen to be exact.
  if (spread == 0) return axis;
  if (spread * kLargestLoss < -offset) {
    return Error{Errc::kInvalidArgument,
                 "sum_squares_" + name + ": below sum^2 / n, no values have such sums"};
  }
  return lost("sum_squares_" + name);
}

/// |xy| <= sqrt(xx yy), but for rounding and for what the sums cannot resolve.
Status check_covariation(double xx, double xy, double yy, double resolution,
                         const std::string& name) {
  static constexpr double kRounding = 1e-6;
  if (std::abs(xy) <= std::sqrt(xx) * std::sqrt(yy) * (1 + kRounding) + resolution) return {};
  return Error{Errc::kInvalidArgument, name + ": larger than the spreads of x and y allow"};
}

}  // namespace

Result<FloatingMoments> moments_of(const PowerSums& sums) {
  return moments_of(PairSums{.n = sums.n, .sum_x = sums.sum, .sum_squares_x = sums.sum_squares});
}

Result<FloatingMoments> moments_of(const PairSums& sums) {
  if (const Status valid = first_failure(
          {require_not_negative("n", sums.n), require_finite("sum_products", sums.sum_products)});
      !valid) {
    return valid.error();
  }
  const Result<Axis> x = axis_of(sums.n, sums.sum_x, sums.sum_squares_x, "x");
  if (!x) return x.error();
  const Result<Axis> y = axis_of(sums.n, sums.sum_y, sums.sum_squares_y, "y");
  if (!y) return y.error();
  FloatingMoments moments;
  moments.n = sums.n;
  moments.origin_x = x->mean;
  moments.origin_y = y->mean;
  moments.mean_x = x->rest;
  moments.mean_y = y->rest;
  moments.has_third_order = false;
  if (sums.n < 2) return moments;
  moments.xx = x->spread;
  moments.yy = y->spread;
  const Quad offset = Quad(sums.sum_x) * sums.sum_y / sums.n;
  moments.xy = static_cast<double>(sums.sum_products - offset);
  static constexpr double kResolution = 1e-15;
  if (const Status valid =
          check_covariation(moments.xx, moments.xy, moments.yy,
                            kResolution * std::abs(static_cast<double>(offset)), "sum_products");
      !valid) {
    return valid.error();
  }
  return moments;
}

Result<FloatingMoments> moments_of(const PairSummary& summary) {
  if (const Status valid = first_failure({require_finite("mean_x", summary.mean_x),
                                          require_finite("mean_y", summary.mean_y),
                                          require_not_negative("variance_x", summary.variance_x),
                                          require_not_negative("variance_y", summary.variance_y),
                                          require_finite("covariance", summary.covariance),
                                          check_covariation(summary.variance_x, summary.covariance,
                                                            summary.variance_y, 0, "covariance")});
      !valid) {
    return valid.error();
  }
  if (summary.n < 2) {
    return Error{Errc::kInsufficientData,
                 "n: " + std::to_string(summary.n) + " units, the variance needs at least 2"};
  }
  const auto degrees = static_cast<double>(summary.n - 1);
  FloatingMoments moments;
  moments.n = summary.n;
  moments.origin_x = summary.mean_x;
  moments.origin_y = summary.mean_y;
  moments.xx = summary.variance_x * degrees;
  moments.xy = summary.covariance * degrees;
  moments.yy = summary.variance_y * degrees;
  moments.has_third_order = false;
  return moments;
}

}  // namespace converge::stats
