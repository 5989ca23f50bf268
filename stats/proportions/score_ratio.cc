#include "stats/proportions/score_ratio.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <limits>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

namespace bmt = boost::math::tools;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Variance of a share at the constrained maximum likelihood p, where the other arm converts with
/// ratio * p: the smaller root of N ratio p^2 - B p + x = 0. The discriminant is a sum of squares
/// and products, and 1 - p comes from the same quadratic in 1 - p: nothing cancels.
double constrained_variance(const BinomialCount& arm, const BinomialCount& other, double ratio) {
  const double total = arm.n() + other.n();
  const double here = arm.n() + other.x();
  const double there = ratio * (other.n() + arm.x());
  const double root =
      std::sqrt((here - there) * (here - there) + 4 * ratio * arm.failures() * other.failures());
  const double p = 2 * (arm.x() + other.x()) / (here + there + root);
  const double lead = 2 * total * ratio - here - there;
  const double complement = lead >= 0 ? (lead + root) / (2 * total * ratio)
                                      : 2 * (ratio - 1) * arm.failures() / (lead - root);
  return std::max(0.0, p * complement) / arm.n();
}

/// The statistic at ratio = exp(log_ratio), falling in log_ratio.
double score_statistic(const BinomialCount& a, const BinomialCount& b, double log_ratio) {
  const double ratio = std::exp(log_ratio);
  const double total = a.n() + b.n();
  const double distance =
      difference_of_products(b.x(), a.n(), ratio * a.x(), b.n()) / a.n() / b.n();
  if (distance == 0) return 0;
  const double variance =
      (constrained_variance(b, a, 1 / ratio) + ratio * ratio * constrained_variance(a, b, ratio)) *
      total / (total - 1);
  if (!(variance > 0)) return distance > 0 ? kInfinity : -kInfinity;
  return distance / std::sqrt(variance);
}

/// The largest ratio that is not rejected. The ratio 1 is always an end of the bracket, so that
/// interval and test give one verdict.
double upper_limit(const BinomialCount& a, const BinomialCount& b, double quantile) {
  if (a.successes == 0) return kInfinity;
  const auto excess = [&](double log_ratio) {
    const double z = score_statistic(a, b, log_ratio) + quantile;
    return std::clamp(z, -2 * quantile - 1, 2 * quantile + 1);
  };
  const double at_one = excess(0);
  if (at_one == 0) return 1;
  // Steps of doubling length away from 0 until the sign turns; counts end long before kFarthest.
  static constexpr double kFarthest = 300;
  double near = 0;
  double at_near = at_one;
  double step = at_one > 0 ? 1 : -1;
  double far = step;
  double at_far = excess(far);
  while (at_near * at_far > 0 && std::abs(far) < kFarthest) {
    near = far;
    at_near = at_far;
    step *= 2;
    far += step;
    at_far = excess(far);
  }
  if (at_far == 0) return std::exp(far);
  if (at_near * at_far > 0) return step > 0 ? kInfinity : 0;
  std::uintmax_t evaluations = 200;
  const auto [below, above] = step > 0
                                  ? bmt::toms748_solve(excess, near, far, at_near, at_far,
                                                       bmt::eps_tolerance<double>(50), evaluations)
                                  : bmt::toms748_solve(excess, far, near, at_far, at_near,
                                                       bmt::eps_tolerance<double>(50), evaluations);
  return std::exp(below);
}

std::optional<double> ratio_of(const BinomialCount& a, const BinomialCount& b) {
  if (a.successes > 0) return (b.x() / a.x()) * (a.n() / b.n());
  if (b.successes > 0) return kInfinity;
  return std::nullopt;
}

}  // namespace

Result<ScoreRatio> miettinen_nurminen_ratio(const BinomialCount& a, const BinomialCount& b,
                                            const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  const double quantile = normal_upper_quantile(options.alpha / 2);
  const double z = score_statistic(a, b, 0);
  return ScoreRatio{
      .estimate = ratio_of(a, b),
      .interval = {1 / upper_limit(b, a, quantile), upper_limit(a, b, quantile), 1 - options.alpha},
      .z = z,
      .p_two_sided = 2 * normal_upper(std::abs(z))};
}

}  // namespace converge::stats
