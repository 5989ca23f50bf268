#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/effects/random_effects.h"
#include "stats/interval.h"

namespace converge::stats {

/// What is believed of an effect before it is measured: normal.
struct LiftPrior {
  double mean = 0;
  double standard_deviation = 0;
};

struct ShrunkEffect {
  double estimate = 0;
  double standard_error = 0;
  double weight_of_prior = 0;  ///< B = s^2 / (s^2 + tau^2)
  Interval interval;
};

/// One measured effect shrunk towards a prior: what to expect of it when it is repeated.
/// Inputs   an effect with its variance; prior with standard deviation >= 0; alpha in (0, 1).
/// Output   posterior mean B prior + (1 - B) effect, standard deviation, interval.
/// Assumes  the prior describes the experiments that this one is one of: lift_prior.h.
/// Errors   kInvalidArgument figures not finite, variance of 0 or below, alpha.
/// Cost     O(1).
/// Source   Efron, Morris (1975) J. Am. Stat. Assoc. 70:311-319.
/// Checked  unit/stats/effects_test.cc.
Result<ShrunkEffect> shrunk_effect(const MeasuredEffect& effect, const LiftPrior& prior,
                                   double alpha);

/// Every effect shrunk towards the mean of all: best linear unbiased predictions.
/// Inputs   effects; tau_squared >= 0 (between_variance); alpha.
/// Output   one per effect; the standard errors contain that of the mean.
/// Assumes  exchangeable effects.
/// Errors   as pooled_effect.
/// Cost     O(k).
/// Source   Raudenbush, Bryk (1985) J. Educ. Stat. 10:75-98; equals metafor's blup.
/// Checked  golden/calc/effects_test.cc (meta_analysis.json).
Result<std::vector<ShrunkEffect>> shrunk_effects(std::span<const MeasuredEffect> effects,
                                                 double tau_squared, double alpha);

}  // namespace converge::stats
