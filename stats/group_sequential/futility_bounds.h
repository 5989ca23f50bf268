#pragma once

#include <vector>

#include "base/result.h"
#include "stats/group_sequential/spending_functions.h"

namespace converge::stats {

struct FutilityPlan {
  std::vector<double> information;  ///< planned, growing, in any unit; the last look ends the test
  std::vector<double> upper;  ///< one-sided rejection bounds, computed without futility bounds
  SpendingFunction function;  ///< by which beta is spent
  double beta;                ///< 1 - power at the effect planned for
};

struct FutilityBounds {
  std::vector<double> lower;  ///< Z <= lower may stop for futility; the last is the rejection bound
  double drift;               ///< at which power is 1 - beta if they are kept, last information 1
};

/// Non-binding futility bounds that spend beta.
/// Inputs   see above; bounds as in spending_bounds, +infinity where a look has none.
/// Output   lower bounds, -infinity where a look spends nothing; never above the rejection bound.
///          Ignoring them costs no type I error, since the rejection bounds do not count on them.
/// Assumes  as crossing_probabilities.
/// Errors   kInvalidArgument, also where no effect within 200 standard errors has the power.
/// Cost     about ten recursions with ten tails at each look.
/// Source   Pampallona, Tsiatis, Kim (2001) Drug Inf. J. 35:1113-1121; Jennison, Turnbull (2000)
///          section 7.3.
/// Checked  unit/stats/futility_bounds_test.cc (gsDesign's example; the recursion spends beta).
Result<FutilityBounds> nonbinding_futility_bounds(const FutilityPlan& plan);

}  // namespace converge::stats
