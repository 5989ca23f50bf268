#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace converge::stats {

struct MultinomialSrmInputs {
  std::span<const std::int64_t> counts;  ///< units per arm since the start of the stratum
  std::span<const double> weights;       ///< intended shares, need not add up to 1
  double concentration;                  ///< of the Dirichlet prior around the shares
};

struct MultinomialSrm {
  double log_e = 0;  ///< evidence against the intended shares, of the arms with a positive weight
  /// A unit was counted in an arm of weight 0: the shares are refuted whatever log_e says.
  bool zero_weight_counted = false;
};

/// Sequential test for sample ratio mismatch, valid at every look at once.
/// Inputs   counts and weights of one stratum, at least two weights positive; concentration > 0
///          (1e4 finds small mismatches in large samples).
/// Output   log e-value; independent strata add. Alarm at e >= 1 / alpha. No counts: log_e 0.
/// Assumes  units are assigned independently with fixed shares within the stratum.
/// Errors   kInvalidArgument sizes that differ, a negative count or weight, a figure that is not
///          finite; kInsufficientData fewer than two positive weights; kTooLarge 2^53 units or
///          more.
/// Cost     O(arms). Stable to 1e15 units: differences of log-gamma are taken analytically.
/// Source   Lindon, Malek (2022) NeurIPS, arXiv 2011.03567, eq. 10 (Dirichlet-multinomial).
/// Checked  golden/stats/srm_test.cc (sequential_srm.json); unit/stats/multinomial_srm_test.cc.
Result<MultinomialSrm> multinomial_srm(const MultinomialSrmInputs& inputs);

}  // namespace converge::stats
