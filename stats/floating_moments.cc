#include "stats/floating_moments.h"

#include <cmath>
#include <string>

namespace converge::stats {
namespace {

/// Adds to `into` the part `other`, whose means lie (dx, dy) from its own. Both orders of merging
/// take the same path: every term is symmetric or changes sign twice.
void merge_central_sums(FloatingMoments& into, const FloatingMoments& other, double dx, double dy) {
  const auto a = static_cast<double>(into.n);
  const auto b = static_cast<double>(other.n);
  const double n = a + b;
  const double second = a * b / n;              // n_a n_b / n
  const double third = second * ((a - b) / n);  // n_a n_b (n_a - n_b) / n^2
  const double share_a = a / n;
  const double share_b = b / n;
  const double xx = share_a * other.xx - share_b * into.xx;
  const double xy = share_a * other.xy - share_b * into.xy;
  const double yy = share_a * other.yy - share_b * into.yy;
  into.xxx = (into.xxx + other.xxx) + third * (dx * dx * dx) + 3 * (dx * xx);
  into.xxy = (into.xxy + other.xxy) + third * (dx * dx * dy) + (dy * xx + 2 * (dx * xy));
  into.xyy = (into.xyy + other.xyy) + third * (dx * dy * dy) + (dx * yy + 2 * (dy * xy));
  into.yyy = (into.yyy + other.yyy) + third * (dy * dy * dy) + 3 * (dy * yy);
  into.xx = (into.xx + other.xx) + second * (dx * dx);
  into.xy = (into.xy + other.xy) + second * (dx * dy);
  into.yy = (into.yy + other.yy) + second * (dy * dy);
}

/// Whether the origins of `left` are those to keep: of the larger part, at a tie the smaller ones.
bool leads(const FloatingMoments& left, const FloatingMoments& right) {
  if (left.n != right.n) return left.n > right.n;
  if (left.origin_x != right.origin_x) return left.origin_x < right.origin_x;
  return left.origin_y <= right.origin_y;
}

Result<Sample> checked_sample(std::int64_t n, double mean, double second, double third) {
  if (n < 2) {
    return Error{Errc::kInsufficientData,
                 "n: " + std::to_string(n) + " units, the variance needs at least 2"};
  }
  const auto count = static_cast<double>(n);
  const Sample sample{.n = n,
                      .mean = mean,
                      .variance = second / (count - 1),
                      .third_central_moment = third / count};
  if (!std::isfinite(mean) || !std::isfinite(second) || !std::isfinite(third)) {
    return Error{Errc::kInvalidArgument, "values: their moments exceed the range of double"};
  }
  return sample;
}

}  // namespace

void FloatingMoments::add(double x, double y) {
  if (n == 0) {
    origin_x = x;
    origin_y = y;
  }
  FloatingMoments one;
  one.n = 1;
  const double dx = (x - origin_x) - mean_x;
  const double dy = (y - origin_y) - mean_y;
  merge_central_sums(*this, one, dx, dy);
  n += 1;
  mean_x += dx / static_cast<double>(n);
  mean_y += dy / static_cast<double>(n);
}

FloatingMoments& FloatingMoments::operator+=(const FloatingMoments& other) {
  const bool third_order = has_third_order && other.has_third_order;
  if (other.n == 0 || n == 0) {
    if (n == 0) *this = other;
    has_third_order = third_order;
    return *this;
  }
  const FloatingMoments& lead = leads(*this, other) ? *this : other;
  const double new_origin_x = lead.origin_x;
  const double new_origin_y = lead.origin_y;
  const double x_a = (origin_x - new_origin_x) + mean_x;
  const double y_a = (origin_y - new_origin_y) + mean_y;
  const double x_b = (other.origin_x - new_origin_x) + other.mean_x;
  const double y_b = (other.origin_y - new_origin_y) + other.mean_y;
  merge_central_sums(*this, other, x_b - x_a, y_b - y_a);
  const auto n_a = static_cast<double>(n);
  const auto n_b = static_cast<double>(other.n);
  n += other.n;
  origin_x = new_origin_x;
  origin_y = new_origin_y;
  mean_x = x_a * (n_a / (n_a + n_b)) + x_b * (n_b / (n_a + n_b));
  mean_y = y_a * (n_a / (n_a + n_b)) + y_b * (n_b / (n_a + n_b));
  has_third_order = third_order;
  return *this;
}

Result<FloatingMoments> moments_of(std::span<const double> x) {
  FloatingMoments moments;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i])) {
      return Error{Errc::kInvalidArgument,
                   "x[" + std::to_string(i) + "]: expected a finite number"};
    }
    moments.add(x[i]);
  }
  return moments;
}

Result<FloatingMoments> moments_of(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) {
    return Error{Errc::kInvalidArgument, "y: expected as many values as x"};
  }
  FloatingMoments moments;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) {
      return Error{Errc::kInvalidArgument,
                   "x, y[" + std::to_string(i) + "]: expected finite numbers"};
    }
    moments.add(x[i], y[i]);
  }
  return moments;
}

FloatingMoments with_multiple_of_y(const FloatingMoments& moments, double factor) {
  FloatingMoments result = moments;
  result.origin_x = moments.origin_x + factor * moments.origin_y;
  // What the product lost, so that the mean of x + factor y keeps its digits at a far origin.
  const double product = factor * moments.origin_y;
  const double lost = std::fma(factor, moments.origin_y, -product);
  const double rest = (moments.origin_x - result.origin_x) + product;
  result.mean_x = moments.mean_x + factor * moments.mean_y + (rest + lost);
  result.xxx =
      moments.xxx + factor * (3 * moments.xxy + factor * (3 * moments.xyy + factor * moments.yyy));
  result.xxy = moments.xxy + factor * (2 * moments.xyy + factor * moments.yyy);
  result.xyy = moments.xyy + factor * moments.yyy;
  result.xx = moments.xx + factor * (2 * moments.xy + factor * moments.yy);
  result.xy = moments.xy + factor * moments.yy;
  return result;
}

Result<Sample> sample_of_x(const FloatingMoments& moments) {
  return checked_sample(moments.n, moments.origin_x + moments.mean_x, moments.xx, moments.xxx);
}

Result<Sample> sample_of_y(const FloatingMoments& moments) {
  return checked_sample(moments.n, moments.origin_y + moments.mean_y, moments.yy, moments.yyy);
}

Result<double> covariance_of(const FloatingMoments& moments) {
  if (moments.n < 2) {
    return Error{Errc::kInsufficientData,
                 "n: " + std::to_string(moments.n) + " units, the covariance needs at least 2"};
  }
  if (!std::isfinite(moments.xy)) {
    return Error{Errc::kInvalidArgument, "values: their moments exceed the range of double"};
  }
  return moments.xy / static_cast<double>(moments.n - 1);
}

Result<double> skewness_of_x(const FloatingMoments& moments) {
  const Result<Sample> sample = sample_of_x(moments);
  if (!sample) return sample.error();
  if (!moments.has_third_order || moments.n < 3 || moments.xx == 0) {
    return Error{Errc::kInsufficientData,
                 "skewness: needs 3 units with variance and their third moments"};
  }
  const double deviation = std::sqrt(moments.xx / static_cast<double>(moments.n));
  return sample->third_central_moment / deviation / deviation / deviation;
}

}  // namespace converge::stats
