#pragma once

#include "base/result.h"
#include "stats/bayes/posteriors.h"

namespace converge::stats {

struct BetaPair {
  double probability_b_beats_a = 0;
  double expected_loss_choose_a = 0;  ///< E max(B - A, 0)
  double expected_loss_choose_b = 0;  ///< E max(A - B, 0)
};

/// Which of two Beta posteriors is larger, and by how much: the figures of every look, so both
/// distributions are tabulated once on one grid instead of being called point by point.
/// Inputs   two posteriors, independent of each other.
/// Output   to about 1e-11 absolute for shapes up to 1e9, 1e-9 at 1e12. Figures smaller than that
///          are right in size only: best_of_k.h keeps their digits.
/// Errors   kInvalidArgument shapes outside [kShapeMin, kShapeMax].
/// Cost     O(1): 10 to 40 microseconds unless the posteriors lie thousands of their widths apart;
///          about a hundred times cheaper than best_of_k.h, which takes any number of arms.
/// Source   definition; 16-point Gauss-Legendre panels on the logit scale with the running
///          integral of the interpolating polynomial (spectral integration: Trefethen (2013)
///          Approximation Theory and Approximation Practice, ch. 19).
/// Checked  unit/stats/beta_pair_test.cc against best_of_k.h and closed forms;
///          golden/calc/bayes_test.cc (bayes_exact.json).
Result<BetaPair> beta_pair(const BetaPosterior& a, const BetaPosterior& b);

}  // namespace converge::stats
