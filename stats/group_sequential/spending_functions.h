#pragma once

#include "base/result.h"

namespace converge::stats {

enum class Sides { kOne = 1, kTwo = 2 };

enum class SpendingFamily {
  kObrienFleming,   ///< Lan, DeMets 1983, like O'Brien and Fleming's bounds; no parameter
  kPocock,          ///< Lan, DeMets 1983, like Pocock's bounds; no parameter
  kKimDeMets,       ///< Kim, DeMets 1987: alpha t^parameter
  kHwangShihDeCani  ///< Hwang, Shih, DeCani 1990: truncated exponential with gamma = parameter
};

struct SpendingFunction {
  SpendingFamily family;
  double parameter;  ///< 0 for the two families that have none
};

/// How much error a series of looks may make, and when.
struct SpendingPlan {
  SpendingFunction function;
  double alpha;  ///< of all looks and sides together
  Sides sides;
};

/// alpha in (0, 1), a parameter above 0 for Kim-DeMets and a finite one for Hwang-Shih-DeCani.
Status require_plan(const SpendingPlan& plan);

/// Error that may have been spent by an information fraction.
/// Inputs   a plan that passes require_plan; the fraction of the planned information, 0 or more;
///          above 1 it counts as 1.
/// Output   0 at 0, growing, exactly alpha from 1 on; sides * (the one-sided function at
///          alpha / sides). Figures below 1e-308 come as 0.
/// Assumes  the fraction depends on the looks' timing only, not on what they showed.
/// Errors   none of its own.
/// Cost     O(1).
/// Source   Lan, DeMets (1983) Biometrika 70:659-663; Kim, DeMets (1987) Biometrika 74:149-154;
///          Hwang, Shih, DeCani (1990) Stat. Med. 9:1439-1445.
/// Checked  golden/calc/group_sequential_test.cc; property/stats/group_sequential_test.cc.
double alpha_spent(const SpendingPlan& plan, double information_fraction);

}  // namespace converge::stats
