#pragma once

#include "base/result.h"
#include "stats/bayes/effect.h"

namespace converge::stats {

/// The posterior of an effect whose estimate is normal.
/// Inputs   estimate and standard error; prior N(mean, sd^2) in the same unit, or none.
/// Output   the posterior; without prior the likelihood.
/// Assumes  the standard error as known: below dof 100 see student_t_effect.h.
/// Errors   kInvalidArgument; kInsufficientData standard error 0.
/// Cost     O(1).
/// Source   precision weights, scaled so that nothing is squared alone.
/// Checked  golden/calc/bayes_test.cc (gb_bayes_effect.json); property/stats/bayes_test.cc.
Result<NormalPosterior> normal_effect_posterior(const EffectEstimate& estimate,
                                                const EffectPrior& prior);

/// Figures of a normal posterior: chance that the effect is positive, expected losses of either
/// choice, interval (equal tails, also the highest density).
/// Output   losses right in relative terms however unlikely they are (normal_excess).
/// Assumes  the prior. Stopping on a figure is not calibrated: 81 % of A/A tests stop on a small
///          loss.
/// Other lines as above.
Result<EffectFigures> normal_effect(const EffectEstimate& estimate, const EffectPrior& prior,
                                    const EffectOptions& options);

}  // namespace converge::stats
