#include "stats/means/ratio_moments.h"

#include <cmath>
#include <limits>
#include <string>

namespace converge::stats {
namespace {

/// The pairs of `moments` as residuals from another reference.
FloatingMoments pairs_from(const RatioMoments& moments, std::optional<double> reference) {
  // Without a reference every y is 0, and so are all multiples of it.
  if (!moments.reference || moments.reference == reference) return moments.pairs;
  return with_multiple_of_y(moments.pairs, *moments.reference - reference.value_or(0));
}

/// The reference to keep: of the larger part, at a tie the smaller one.
std::optional<double> leading_reference(const RatioMoments& left, const RatioMoments& right) {
  if (!left.reference) return right.reference;
  if (!right.reference) return left.reference;
  if (left.pairs.n != right.pairs.n) {
    return left.pairs.n > right.pairs.n ? left.reference : right.reference;
  }
  return std::min(*left.reference, *right.reference);
}

double mean_of_y(const FloatingMoments& pairs) {
  return pairs.origin_y + pairs.mean_y;
}

Status check_ratio(const FloatingMoments& pairs) {
  if (pairs.n < 2) {
    return Error{Errc::kInsufficientData, "n: " + std::to_string(pairs.n) +
                                              " units, the variance of a ratio needs at least 2"};
  }
  if (mean_of_y(pairs) == 0) {
    return Error{Errc::kInsufficientData,
                 "y: the denominators add up to 0, the ratio is undefined"};
  }
  return {};
}

}  // namespace

void RatioMoments::add(double x, double y) {
  if (!reference && y != 0) reference = std::isfinite(x / y) ? x / y : 0;
  pairs.add(std::fma(-reference.value_or(0), y, x), y);
}

RatioMoments& RatioMoments::operator+=(const RatioMoments& other) {
  const std::optional<double> kept = leading_reference(*this, other);
  FloatingMoments merged = pairs_from(*this, kept);
  merged += pairs_from(other, kept);
  pairs = merged;
  reference = kept;
  return *this;
}

Result<RatioMoments> ratio_moments_of(std::span<const double> x, std::span<const double> y) {
  const Result<FloatingMoments> totals = moments_of(x, y);
  if (!totals) return totals.error();
  RatioMoments moments;
  const double ratio = (totals->origin_x + totals->mean_x) / mean_of_y(*totals);
  if (std::isfinite(ratio)) moments.reference = ratio;
  for (std::size_t i = 0; i < x.size(); ++i) moments.add(x[i], y[i]);
  return moments;
}

Result<Sample> ratio_sample_of(const RatioMoments& moments) {
  const FloatingMoments& pairs = moments.pairs;
  if (const Status valid = check_ratio(pairs); !valid) return valid.error();
  const double mean_y = mean_of_y(pairs);
  const double rest = (pairs.origin_x + pairs.mean_x) / mean_y;
  const double ratio = moments.reference.value_or(0) + rest;
  FloatingMoments residuals = with_multiple_of_y(pairs, -rest);

  // Of terms of this size the residual sum of squares is the difference.
  static constexpr double kLargestLoss = 1e12;
  const double size =
      pairs.xx + std::abs(rest) * (2 * std::abs(pairs.xy) + std::abs(rest) * pairs.yy);
  const auto n = static_cast<double>(pairs.n);
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * ratio;
  const double rounding_of_x = rounding * rounding * (pairs.yy + n * mean_y * mean_y);
  if (size <= rounding_of_x) {
    residuals.xx = 0;
    residuals.xxx = 0;
  } else if (!(residuals.xx * kLargestLoss >= size)) {
    return Error{Errc::kInsufficientData,
                 "x: follows y so closely that the spread around the ratio is lost in rounding"};
  }
  Sample sample;
  sample.n = pairs.n;
  sample.mean = ratio;
  sample.variance = residuals.xx / (n - 1) / mean_y / mean_y;
  sample.third_central_moment = residuals.xxx / n / mean_y / mean_y / mean_y;
  if (!std::isfinite(ratio) || !std::isfinite(sample.variance) ||
      !std::isfinite(sample.third_central_moment)) {
    return Error{Errc::kInvalidArgument, "values: their moments exceed the range of double"};
  }
  return sample;
}

Result<double> denominator_cv(const RatioMoments& moments) {
  if (const Status valid = check_ratio(moments.pairs); !valid) return valid.error();
  const auto n = static_cast<double>(moments.pairs.n);
  const double cv = std::sqrt(moments.pairs.yy / (n - 1) / n) / std::abs(mean_of_y(moments.pairs));
  if (std::isfinite(cv)) return cv;
  return Error{Errc::kInvalidArgument, "values: their moments exceed the range of double"};
}

}  // namespace converge::stats
