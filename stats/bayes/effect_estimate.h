#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/bayes/effect.h"

namespace converge::stats {

/// What the effect needs to know of one arm: `variance` of one unit, ddof 1 for means, p (1 - p)
/// for proportions.
struct ArmSummary {
  std::int64_t n = 0;
  double mean = 0;
  double variance = 0;
};

struct EstimateWithDof {
  EffectEstimate effect;
  double dof = 0;  ///< Satterthwaite's, of the absolute difference
};

/// mean(b) - mean(a), and its standard error.
/// Inputs   arms.
/// Output   in the metric's unit.
/// Assumes  independent units, means nearly normal.
/// Errors   kInvalidArgument; kInsufficientData n < 2 or a variance of 0, where the normal model
///          knows more than the data: proportions have beta_binomial_comparison.
/// Cost     O(1).
/// Source   definition.
/// Checked  golden/calc/bayes_test.cc (gb_bayes_effect.json).
Result<EstimateWithDof> absolute_effect(const ArmSummary& a, const ArmSummary& b);

/// (mean(b) - mean(a)) / |mean(a)|, by the delta method.
/// Errors   as above; kInsufficientData mean(a) = 0.
/// Assumes  as above; mean(a) is many standard errors away from 0.
/// Source   delta method: V_b / mean_a^2 + V_a mean_b^2 / mean_a^4.
/// Other lines as above.
Result<EstimateWithDof> relative_effect(const ArmSummary& a, const ArmSummary& b);

}  // namespace converge::stats
