#pragma once

#include <cstdint>

#include "base/result.h"

namespace converge::stats {

/// How an experiment with several treatments divides alpha and its units.
struct Allocation {
  double alpha_per_comparison = 0;   ///< alpha / (arms - 1): Bonferroni, hence also Dunnett
  double optimal_control_share = 0;  ///< sqrt(arms - 1) / (sqrt(arms - 1) + arms - 1)
  double ratio = 0;                  ///< n_b / n_a of one treatment at that share
  /// Total units at that share over those of equal arms, at the same precision.
  double relative_total = 0;
};

/// Inputs   arms including the control, 2 or more; alpha in (0, 1) over all comparisons.
/// Output   an Allocation; every treatment is compared with the control.
/// Assumes  equal variances for the control share.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Dunnett (1955) J. Am. Stat. Assoc. 50:1096-1121 for the square root.
/// Checked  golden/calc/planning_test.cc.
Result<Allocation> allocation_of(std::int64_t arms, double alpha);

}  // namespace converge::stats
