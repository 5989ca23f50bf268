#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace converge::stats {

struct ChiSquareSrmInputs {
  std::span<const std::int64_t> counts;
  std::span<const double> weights;  ///< intended shares, need not add up to 1
};

struct ChiSquareSrm {
  double chi_square = 0;
  int dof = 0;  ///< arms of positive weight - 1
  double p = 1;
  /// A unit was counted in an arm of weight 0: the shares are refuted whatever p says.
  bool zero_weight_counted = false;
};

/// Pearson's test for sample ratio mismatch.
/// Inputs   counts and weights, at least two weights positive.
/// Output   statistic, degrees of freedom and upper tail. Without a single unit nothing
///          contradicts the shares: statistic 0, p 1, as the reference has it.
/// Assumes  one fixed look: repeated looks need sequential/multinomial_srm.h.
/// Errors   kInvalidArgument sizes that differ, a negative count or weight, a figure that is not
///          finite; kInsufficientData fewer than two positive weights.
/// Cost     O(arms).
/// Source   Pearson (1900) Phil. Mag. 50:157-175.
/// Checked  golden/stats/srm_test.cc (srm.json).
Result<ChiSquareSrm> srm_chi_square(const ChiSquareSrmInputs& inputs);

}  // namespace converge::stats
