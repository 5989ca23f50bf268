#pragma once

#include <vector>

#include "base/result.h"
#include "stats/group_sequential/spending_bounds.h"
#include "stats/interval.h"

namespace converge::stats {

/// The repeated confidence interval of a look: valid at all looks at once, stopped or not.
/// Inputs   finite estimate; its standard error > 0; the look's bound for |Z|, above 0; the plan
///          that gave the bound.
/// Output   estimate -+ bound * standard error, at level 1 - alpha, for a one-sided plan at
///          1 - 2 alpha; infinite both ways where the look has no bound. Excludes 0 exactly where
///          the bound is crossed.
/// Assumes  as spending_bounds.h.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Jennison, Turnbull (1989) JRSS B 51:305-361; (2000) section 9.2.
/// Checked  golden/calc/group_sequential_test.cc; property/stats/group_sequential_test.cc.
Result<Interval> repeated_interval(double estimate, double standard_error, double bound,
                                   const SpendingPlan& plan);

struct RepeatedPInputs {
  SpendingFunction function;
  Sides sides;
  std::vector<double>
      information_fractions;  ///< of the looks up to now; those without growth left out
  LookKind kind;              ///< of the look now
  double z;
};

/// The smallest alpha over all looks at which the present look would reject.
/// Inputs   the family of plans; the looks' information fractions, growing; Z now.
/// Output   p in (0, 0.5] one-sided, where 0.5 means 0.5 or more, or (0, 1] two-sided; at least
///          1e-300. Below alpha exactly where the bound is crossed, except that kLargestBound does
///          not limit it.
/// Assumes  as spending_bounds.h.
/// Errors   kInvalidArgument.
/// Cost     about twelve recursions over the looks.
/// Source   Jennison, Turnbull (1984) Contr. Clin. Trials 5:33-45; (2000) section 9.5.
/// Checked  golden/calc/group_sequential_test.cc; property/stats/group_sequential_test.cc.
Result<double> repeated_p_value(const RepeatedPInputs& inputs);

}  // namespace converge::stats
