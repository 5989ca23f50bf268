#include "stats/effects/shrinkage.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Interval normal_interval(double estimate, double standard_error, double alpha) {
  const double half = normal_upper_quantile(alpha / 2) * standard_error;
  return {estimate - half, estimate + half, 1 - alpha};
}

}  // namespace

Result<ShrunkEffect> shrunk_effect(const MeasuredEffect& effect, const LiftPrior& prior,
                                   double alpha) {
  if (const Status valid = first_failure(
          {require_finite("effect", effect.effect), require_positive("variance", effect.variance),
           require_finite("prior.mean", prior.mean),
           require_not_negative("prior.standard_deviation", prior.standard_deviation),
           require_open_unit("alpha", alpha)});
      !valid) {
    return valid.error();
  }
  // By the ratio of deviations, whichever is smaller: no square overflows.
  const double error = std::sqrt(effect.variance);
  const double ratio = prior.standard_deviation / error;
  ShrunkEffect result;
  result.weight_of_prior = 1 / (1 + ratio * ratio);
  result.estimate = effect.effect + result.weight_of_prior * (prior.mean - effect.effect);
  // sd^2 = 1 / (1 / s^2 + 1 / tau^2) = B tau^2
  result.standard_error = prior.standard_deviation / std::hypot(1, ratio);
  result.interval = normal_interval(result.estimate, result.standard_error, alpha);
  return result;
}

Result<std::vector<ShrunkEffect>> shrunk_effects(std::span<const MeasuredEffect> effects,
                                                 double tau_squared, double alpha) {
  const auto pooled = pooled_effect(effects, tau_squared, alpha);
  if (!pooled) return pooled.error();
  std::vector<ShrunkEffect> results;
  for (const MeasuredEffect& one : effects) {
    ShrunkEffect shrunk;
    const double weight = one.variance / (one.variance + tau_squared);
    shrunk.weight_of_prior = weight;
    shrunk.estimate = one.effect + weight * (pooled->estimate - one.effect);
    const double own = std::sqrt(1 - weight) * std::sqrt(one.variance);
    shrunk.standard_error = std::hypot(own, weight * pooled->standard_error);
    shrunk.interval = normal_interval(shrunk.estimate, shrunk.standard_error, alpha);
    results.push_back(shrunk);
  }
  return results;
}

}  // namespace converge::stats
