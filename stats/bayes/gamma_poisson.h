#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/bayes/posteriors.h"
#include "stats/interval.h"

namespace converge::stats {

/// The posterior of a Poisson rate: Gamma(shape + events, rate + exposure).
/// Inputs   a Gamma prior; events >= 0 within exposure >= 0 (units, days: the rate is per that).
/// Output   the posterior; without exposure the prior.
/// Assumes  events come singly and independently; overdispersed counts need units as clusters.
/// Errors   kInvalidArgument; events without exposure are such.
/// Cost     O(1).
/// Source   conjugacy (Gelman et al. 2013, Bayesian Data Analysis, 2.6).
/// Checked  unit/stats/zero_inflated_test.cc.
Result<GammaPosterior> gamma_poisson_posterior(const GammaPosterior& prior, std::int64_t events,
                                               double exposure);

struct GammaPoissonInputs {
  GammaPosterior a;
  GammaPosterior b;
  double level;  ///< of the credible intervals
};

struct GammaPoissonResult {
  double probability_b_beats_a = 0;   ///< of the larger rate
  double expected_loss_choose_a = 0;  ///< E max(rate_b - rate_a, 0)
  double expected_loss_choose_b = 0;  ///< E max(rate_a - rate_b, 0)
  Interval credible_a;                ///< equal tails
  Interval credible_b;
};

/// Posterior comparison of two Poisson rates.
/// Inputs   posteriors of either arm; level in (0, 1).
/// Output   by deterministic quadrature, to about 1e-9 of themselves down to 1e-300.
/// Assumes  independent arms.
/// Errors   kInvalidArgument.
/// Cost     O(1), some 1 ms.
/// Source   best_of_gammas of two; P(b > a) equals I_{rate_a / (rate_a + rate_b)}(shape_a,
///          shape_b).
/// Checked  golden/calc/bayes_test.cc (bayes_exact.json); unit/stats/zero_inflated_test.cc.
Result<GammaPoissonResult> gamma_poisson_comparison(const GammaPoissonInputs& inputs);

}  // namespace converge::stats
