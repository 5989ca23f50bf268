#include "stats/bayes/normal_effect.h"

#include <cmath>

#include "stats/bayes/normal_excess.h"
#include "stats/distributions.h"

namespace converge::stats {
namespace {

NormalPosterior posterior_of(const EffectEstimate& estimate, const EffectPrior& prior) {
  if (!prior) return {estimate.estimate, estimate.standard_error};
  // weight = (1 / se^2) / (1 / se^2 + 1 / sd^2), by the ratio of the two.
  const double ratio = estimate.standard_error / prior->sd;
  const double weight = 1 / (1 + ratio * ratio);
  return {prior->mean + weight * (estimate.estimate - prior->mean),
          prior->sd * (estimate.standard_error / std::hypot(estimate.standard_error, prior->sd))};
}

Result<NormalPosterior> finite_or_error(const NormalPosterior& posterior) {
  if (std::isfinite(posterior.mean) && std::isfinite(posterior.sd) && posterior.sd > 0) {
    return posterior;
  }
  return Error{Errc::kInvalidArgument, "estimate: the posterior exceeds the range of double"};
}

}  // namespace

Result<NormalPosterior> normal_effect_posterior(const EffectEstimate& estimate,
                                                const EffectPrior& prior) {
  static constexpr EffectOptions kAnyOptions{.level = 0.5, .rope = {}};
  if (const Status valid = require_valid(estimate, prior, kAnyOptions); !valid) {
    return valid.error();
  }
  return finite_or_error(posterior_of(estimate, prior));
}

Result<EffectFigures> normal_effect(const EffectEstimate& estimate, const EffectPrior& prior,
                                    const EffectOptions& options) {
  if (const Status valid = require_valid(estimate, prior, options); !valid) return valid.error();
  const Result<NormalPosterior> posterior = finite_or_error(posterior_of(estimate, prior));
  if (!posterior) return posterior.error();
  const auto [mean, sd] = *posterior;
  const double half = normal_upper_quantile((1 - options.level) / 2) * sd;
  EffectFigures figures{.mean = mean,
                        .sd = sd,
                        .probability_positive = normal_cdf(mean / sd),
                        .probability_negative = normal_upper(mean / sd),
                        .expected_loss_choose_a = normal_excess(mean, sd),
                        .expected_loss_choose_b = normal_excess(-mean, sd),
                        .interval = {mean - half, mean + half, options.level},
                        .rope = {}};
  if (options.rope) {
    const Result<RopeProbabilities> rope = rope_probabilities(*posterior, *options.rope);
    if (!rope) return rope.error();
    figures.rope = *rope;
  }
  return figures;
}

}  // namespace converge::stats
