#pragma once

#include "base/result.h"
#include "stats/planning/power_function.h"

namespace converge::stats {

struct EquivalenceDesign {
  double effect;        ///< true mean_b - mean_a, inside the margins
  double margin_lower;  ///< the largest fall that still counts as equal, below 0
  double margin_upper;  ///< the largest rise, above 0
  double variance_a;
  double variance_b;
};

/// Power to show equivalence by two one-sided tests (TOST), normal.
/// Inputs   an EquivalenceDesign; alpha of each one-sided test in (0, 0.5).
/// Output   power as a function of the arms' units; 0 where the interval of 1 - 2 alpha does not
///          fit between the margins.
/// Assumes  independent units, known variances, one look.
/// Errors   kInvalidArgument; kInsufficientData variance 0, or an effect on a margin or beyond: no
///          size shows equivalence.
/// Cost     O(1) a call.
/// Source   Schuirmann (1987) J. Pharmacokinet. Biopharm. 15:657-680.
/// Checked  golden/calc/planning_test.cc; property/stats/planning_test.cc.
Result<PowerFunction> equivalence_power_normal(const EquivalenceDesign& design, double alpha);

/// The same with Student's pooled t, exactly: variance_a = variance_b is required.
/// Cost     some 100 evaluations a call.
/// Source   Phillips (1990) J. Pharmacokinet. Biopharm. 18:137-144; here as the normal power
///          averaged over the distribution of the estimated standard deviation.
/// Checked  golden/calc/planning_test.cc (PowerTOST's published n 20, power 0.834680).
Result<PowerFunction> equivalence_power_student(const EquivalenceDesign& design, double alpha);

}  // namespace converge::stats
