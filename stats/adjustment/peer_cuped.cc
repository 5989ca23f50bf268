#include "stats/adjustment/peer_cuped.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "stats/adjustment/adjusted_difference.h"
#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// Outcome and covariate of one arm, both as if they were means.
struct Linear {
  double n;
  double outcome;
  double covariate;
  double var_outcome;
  double var_covariate;
  double cov;

  /// Variance per unit of weight * outcome - theta * covariate.
  double variance(double weight, double theta) const {
    return std::max(0.0, weight * weight * var_outcome + theta * theta * var_covariate -
                             2 * weight * theta * cov);
  }
  double mean(double theta) const { return outcome - theta * covariate; }
};

Result<Linear> linear_of(const JointSample& sample) {
  static constexpr std::array<RatioColumn, 2> kMeans{RatioColumn{0}, RatioColumn{1}};
  static constexpr std::array<RatioColumn, 2> kRatios{RatioColumn{0, 1}, RatioColumn{2, 3}};
  if (sample.columns() != 2 && sample.columns() != 4) {
    return Error{Errc::kInvalidArgument,
                 "columns: expected outcome and covariate, or the two parts of each"};
  }
  const auto pair = linearised_ratios(sample, sample.columns() == 2 ? kMeans : kRatios);
  if (!pair) return pair.error();
  return Linear{static_cast<double>(pair->n),
                pair->mean[0],
                pair->mean[1],
                pair->cov(0, 0),
                pair->cov(1, 1),
                pair->cov(0, 1)};
}

double coefficient(double covariance, double variance) {
  return variance > 0 ? covariance / variance : 0;
}

struct Pair {
  Linear a;
  Linear b;
  double theta;
};

Result<Pair> growthbook_pair(const JointSample& a, const JointSample& b) {
  const auto linear_a = linear_of(a);
  if (!linear_a) return linear_a.error().within("a");
  const auto linear_b = linear_of(b);
  if (!linear_b) return linear_b.error().within("b");
  if (a.columns() == 4) {
    return Pair{*linear_a, *linear_b,
                coefficient(linear_a->cov + linear_b->cov,
                            linear_a->var_covariate + linear_b->var_covariate)};
  }
  const std::array<JointSample, 2> arms{a, b};
  const auto joint = merged(arms);
  if (!joint) return joint.error();
  return Pair{*linear_a, *linear_b, coefficient(joint->cov(0, 1), joint->cov(1, 1))};
}

double dof_of(const Pair& pair) {
  return satterthwaite_dof(pair.a.variance(1, pair.theta) / pair.a.n, pair.a.n - 1,
                           pair.b.variance(1, pair.theta) / pair.b.n, pair.b.n - 1);
}

Status require_variance(const Pair& pair) {
  if (pair.a.variance(1, pair.theta) + pair.b.variance(1, pair.theta) > 0) return {};
  return Error{Errc::kInsufficientData, "variance: none is left in either arm"};
}

Result<PeerCuped> adjusted(const Pair& pair, double covariate_centre, const WelchOptions& options) {
  if (const Status defined = require_variance(pair); !defined) return defined.error();
  PeerCuped result;
  result.theta = pair.theta;
  result.mean_a = pair.a.mean(pair.theta) + pair.theta * covariate_centre;
  result.mean_b = pair.b.mean(pair.theta) + pair.theta * covariate_centre;
  const double variance =
      pair.a.variance(1, pair.theta) / pair.a.n + pair.b.variance(1, pair.theta) / pair.b.n;
  const auto test =
      t_test(result.mean_b - result.mean_a, std::sqrt(variance), dof_of(pair), options);
  if (!test) return test.error();
  result.absolute = *test;
  return result;
}

}  // namespace

Result<PeerCuped> growthbook_cuped(const JointSample& a, const JointSample& b,
                                   const WelchOptions& options) {
  const auto pair = growthbook_pair(a, b);
  if (!pair) return pair.error();
  return adjusted(*pair, 0, options);
}

Result<WelchResult> growthbook_cuped_relative(const JointSample& a, const JointSample& b,
                                              const WelchOptions& options) {
  const auto pair = growthbook_pair(a, b);
  if (!pair) return pair.error();
  if (const Status defined = require_variance(*pair); !defined) return defined.error();
  const double control = pair->a.outcome;
  if (control == 0) {
    return Error{Errc::kInsufficientData, "a.mean: 0, a relative lift is undefined"};
  }
  const double difference = pair->b.mean(pair->theta) - pair->a.mean(pair->theta);
  // d (difference / control) / d (outcome of a) = -(control + difference) / control^2; of a mean
  // GrowthBook leaves the covariates' part of the difference out.
  const double weight = a.columns() == 4 ? 1 + difference / control : pair->b.outcome / control;
  const double variance = pair->b.variance(1, pair->theta) / pair->b.n +
                          pair->a.variance(weight, pair->theta) / pair->a.n;
  return t_test(difference / std::abs(control), std::sqrt(variance) / std::abs(control),
                dof_of(*pair), options);
}

Result<LogRatioCuped> log_ratio_lift_cuped(const JointSample& a, const JointSample& b,
                                           const WelchOptions& options) {
  const auto linear_a = linear_of(a);
  if (!linear_a) return linear_a.error().within("a");
  const auto linear_b = linear_of(b);
  if (!linear_b) return linear_b.error().within("b");
  const std::array<JointSample, 2> arms{a, b};
  const auto joint = merged(arms);
  if (!joint) return joint.error();
  const auto total = linear_of(*joint);
  if (!total) return total.error();
  const Pair pair{*linear_a, *linear_b, coefficient(total->cov, total->var_covariate)};

  const auto result = adjusted(pair, total->covariate, options);
  if (!result) return result.error();
  const auto adjusted_sample = [&](const Linear& arm, double mean) {
    return Sample{.n = static_cast<std::int64_t>(arm.n),
                  .mean = mean,
                  .variance = arm.variance(1, pair.theta)};
  };
  const auto lift = log_ratio_lift(adjusted_sample(pair.a, result->mean_a),
                                   adjusted_sample(pair.b, result->mean_b),
                                   LogRatioOptions{.alpha = options.alpha});
  if (!lift) return lift.error();
  return LogRatioCuped{.adjusted = *result, .lift = *lift};
}

}  // namespace converge::stats
