#pragma once

#include <optional>

#include "base/result.h"
#include "stats/bayes/posteriors.h"
#include "stats/interval.h"

namespace converge::stats {

struct BehrensFisherInputs {
  StudentPosterior a;
  StudentPosterior b;
  double level;  ///< of the credible interval
};

struct BehrensFisherResult {
  double estimate = 0;  ///< posterior median and centre of symmetry of b - a
  double probability_b_beats_a = 0;
  std::optional<double> expected_loss_choose_a;  ///< E max(b - a, 0); none where a dof <= 1
  std::optional<double> expected_loss_choose_b;  ///< E max(a - b, 0)
  Interval interval;                             ///< of b - a: equal tails, also the narrowest
};

/// The difference of two means with unknown, unequal variances.
/// Inputs   Student-t posteriors of the means (normal_inverse_gamma.h); level in (0, 1).
/// Output   by deterministic quadrature, to about 1e-9 of themselves; tails down to 1e-300.
/// Assumes  independent arms.
/// Errors   kInvalidArgument.
/// Cost     O(1): some 2 ms; up to 100 ms where a dof is below 2 and tails reach far.
/// Source   Behrens-Fisher distribution: P(b > a) = int f_a S_b; the interval by root finding.
/// Checked  golden/calc/bayes_test.cc (bayes_exact.json); unit/stats/behrens_fisher_test.cc.
Result<BehrensFisherResult> behrens_fisher_difference(const BehrensFisherInputs& inputs);

}  // namespace converge::stats
