#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/planning/mean_power.h"

namespace converge::stats {

struct NonInferiorityDesign {
  double effect;  ///< true mean_b - mean_a, in the unit of the metric; 0: no effect
  double margin;  ///< above 0: the largest loss that is acceptable
  bool higher_is_better;
  double variance_a;
  double variance_b;
};

/// Power to show that the treatment is not worse than the control by the margin or more.
/// Inputs   a NonInferiorityDesign; alpha one-sided in (0, 0.5).
/// Output   power as a function of the arms' units: of the one-sided test of effect + margin (or
///          margin - effect where lower is better).
/// Assumes  independent units, a normal estimate, one look.
/// Errors   kInvalidArgument alpha, margin of 0 or less; kInsufficientData variance 0, or an effect
///          that is as bad as the margin: no size shows the contrary.
/// Cost     O(1) a call.
/// Source   Blackwelder (1982) Control. Clin. Trials 3:345-353.
/// Checked  golden/calc/planning_test.cc; property/stats/planning_test.cc.
Result<PowerFunction> non_inferiority_power(const NonInferiorityDesign& design, double alpha);

/// The power that each test needs so that a decision that asks all of them has the wanted power.
/// Inputs   power of the decision in (0, 1); number of guardrails that must all pass, beside the
///          success metric.
/// Output   1 - (1 - power) / (guardrails + 1). By Bonferroni on the errors of the second kind, so
///          valid for any dependence; the intersection-union test needs no correction of alpha.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Schultzberg, Ankargren, Frånberg (2024) arXiv 2402.11609; intersection-union:
///          Berger (1982) Technometrics 24:295-300.
/// Checked  golden/calc/planning_test.cc.
Result<double> power_of_each_test(double power, std::int64_t guardrails);

}  // namespace converge::stats
