#include "stats/difference.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace converge::stats {
namespace {

Status check_sample(const Sample& sample, std::size_t stratum, const char* arm) {
  const std::string where = "strata[" + std::to_string(stratum) + "]." + arm;
  if (sample.n < 2) {
    return Error{Errc::kInsufficientData, where + ".n: " + std::to_string(sample.n) +
                                              " units, the variance needs at least 2"};
  }
  if (!std::isfinite(sample.mean) || !std::isfinite(sample.variance) ||
      !std::isfinite(sample.third_central_moment)) {
    return Error{Errc::kInvalidArgument, where + ": expected finite numbers"};
  }
  if (sample.variance < 0) {
    return Error{Errc::kInvalidArgument, where + ".variance: expected 0 or more"};
  }
  return {};
}

/// Third central moment of the mean, out of the skewness that Difference keeps, and back.
double third_moment_of_mean(double skewness, double variance_of_mean, std::int64_t n) {
  return skewness * std::pow(variance_of_mean, 1.5) / std::sqrt(static_cast<double>(n));
}
double unit_skewness(double third_moment, double variance_of_mean, std::int64_t n) {
  if (variance_of_mean == 0) return 0;
  return third_moment / std::pow(variance_of_mean, 1.5) * std::sqrt(static_cast<double>(n));
}

/// Fills what follows from the two means.
Result<Difference> completed(Difference difference, double third_moment) {
  difference.estimate = difference.mean_b - difference.mean_a;
  difference.variance = difference.variance_of_mean_a + difference.variance_of_mean_b;
  if (!std::isfinite(difference.estimate) || !std::isfinite(difference.variance)) {
    return Error{Errc::kInvalidArgument, "the difference exceeds the range of double"};
  }
  if (!(difference.variance > 0)) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms, no test is defined"};
  }
  difference.skew_standardised = third_moment / std::pow(difference.variance, 1.5);
  return difference;
}

}  // namespace

double harmonic_n(std::int64_t n_a, std::int64_t n_b) {
  // The smaller first: the same to the last bit when the arms are swapped.
  const auto [smaller, larger] = std::minmax(n_a, n_b);
  const auto a = static_cast<double>(smaller);
  const auto b = static_cast<double>(larger);
  return a * (b / (a + b));
}

Result<Difference> combine_strata(std::span<const StratumPair> strata) {
  if (strata.empty()) {
    return Error{Errc::kInsufficientData, "strata: none holds both arms"};
  }
  double weight_sum = 0;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    if (const Status a = check_sample(strata[i].a, i, "a"); !a) return a.error();
    if (const Status b = check_sample(strata[i].b, i, "b"); !b) return b.error();
    weight_sum += harmonic_n(strata[i].a.n, strata[i].b.n);
  }

  Difference total;
  total.harmonic_n = weight_sum;
  double third_a = 0;
  double third_b = 0;
  for (const StratumPair& pair : strata) {
    const double weight = harmonic_n(pair.a.n, pair.b.n) / weight_sum;
    const auto n_a = static_cast<double>(pair.a.n);
    const auto n_b = static_cast<double>(pair.b.n);
    total.n_a += pair.a.n;
    total.n_b += pair.b.n;
    total.mean_a += weight * pair.a.mean;
    total.mean_b += weight * pair.b.mean;
    total.variance_of_mean_a += weight * weight * (pair.a.variance / n_a);
    total.variance_of_mean_b += weight * weight * (pair.b.variance / n_b);
    third_a += weight * weight * weight * (pair.a.third_central_moment / n_a / n_a);
    third_b += weight * weight * weight * (pair.b.third_central_moment / n_b / n_b);
  }
  total.skewness_a = unit_skewness(third_a, total.variance_of_mean_a, total.n_a);
  total.skewness_b = unit_skewness(third_b, total.variance_of_mean_b, total.n_b);
  return completed(total, third_b - third_a);
}

Result<Difference> scaled_contrast(const Difference& difference, double factor) {
  if (!std::isfinite(factor)) {
    return Error{Errc::kInvalidArgument, "factor: expected a finite number"};
  }
  Difference scaled = difference;
  scaled.mean_a = factor * difference.mean_a;
  scaled.variance_of_mean_a = factor * factor * difference.variance_of_mean_a;
  scaled.skewness_a = factor == 0 ? 0 : std::copysign(1.0, factor) * difference.skewness_a;
  const double third_a =
      third_moment_of_mean(scaled.skewness_a, scaled.variance_of_mean_a, scaled.n_a);
  const double third_b =
      third_moment_of_mean(scaled.skewness_b, scaled.variance_of_mean_b, scaled.n_b);
  return completed(scaled, third_b - third_a);
}

}  // namespace converge::stats
