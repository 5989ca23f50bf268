#pragma once

#include <optional>

#include "base/result.h"
#include "stats/bayes/posteriors.h"
#include "stats/bayes/rope.h"
#include "stats/interval.h"

/// What is asked of the posterior of one effect (treatment minus control, or a relative lift), and
/// the answers, whatever the posterior's form.
namespace converge::stats {

struct EffectEstimate {
  double estimate = 0;
  double standard_error = 0;
};

/// None is the flat, improper prior.
using EffectPrior = std::optional<NormalPosterior>;

struct EffectOptions {
  double level;                    ///< of the credible interval
  std::optional<RopeBounds> rope;  ///< effects too small to matter
};

struct EffectFigures {
  double mean = 0;
  std::optional<double> sd;  ///< none where it is infinite (Student t, dof <= 2)
  double probability_positive = 0;
  double probability_negative = 0;
  double expected_loss_choose_a = 0;  ///< E max(effect, 0)
  double expected_loss_choose_b = 0;  ///< E max(-effect, 0)
  Interval interval;                  ///< equal tails
  std::optional<RopeProbabilities> rope;
};

Status require_valid(const EffectEstimate& estimate, const EffectPrior& prior,
                     const EffectOptions& options);

}  // namespace converge::stats
