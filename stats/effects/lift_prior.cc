#include "stats/effects/lift_prior.h"

#include <algorithm>
#include <cmath>

#include "stats/effects/brent_root.h"

namespace converge::stats {
namespace {

constexpr double kAnyAlpha = 0.05;  // only the standard error is read

double tau_squared_about_zero(std::span<const MeasuredEffect> effects) {
  const auto excess = [&](double tau_squared) {
    double q = -static_cast<double>(effects.size());
    for (const MeasuredEffect& one : effects) {
      const double z = one.effect / std::sqrt(one.variance + tau_squared);
      q += z * z;
    }
    return q;
  };
  if (excess(0) <= 0) return 0;
  double most = 0;
  for (const MeasuredEffect& one : effects) most = std::max(most, one.variance);
  while (excess(most) > 0) most *= 2;
  return brent_root(excess, 0, most, 0);
}

}  // namespace

Result<EstimatedPrior> estimated_prior(std::span<const MeasuredEffect> effects, PriorMean mean) {
  const auto reml = between_variance(effects, BetweenVariance::kReml, kExactTolerance);
  if (!reml) return reml.error();
  EstimatedPrior result;
  if (mean == PriorMean::kZero) {
    result.prior.standard_deviation = std::sqrt(tau_squared_about_zero(effects));
  } else {
    const auto pooled = pooled_effect(effects, *reml, kAnyAlpha);
    if (!pooled) return pooled.error();
    result.prior = {.mean = pooled->estimate, .standard_deviation = std::sqrt(*reml)};
    result.standard_error_of_mean = pooled->standard_error;
  }
  result.no_spread = result.prior.standard_deviation == 0;
  return result;
}

}  // namespace converge::stats
