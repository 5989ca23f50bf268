#pragma once

#include "base/result.h"
#include "stats/planning/assurance.h"
#include "stats/planning/power_function.h"

namespace converge::stats {

/// What a running comparison knows: the variance of its estimate now falls as units are added.
struct InterimEstimate {
  double effect;    ///< at which power is wanted, on the scale of the estimate
  double variance;  ///< of the estimate now
  double n_a;
  double n_b;
};

/// Power of the two-sided normal test at a later size of a running comparison.
/// Inputs   an InterimEstimate: effect other than 0, variance and units above 0; alpha in (0, 1).
/// Output   power as a function of the arms' units then; variance * (n_a + n_b now) / (then).
/// Assumes  the variance of a unit and the split stay as they are.
/// Errors   kInvalidArgument; kInsufficientData effect 0 or variance 0.
/// Cost     O(1) a call.
/// Source   as z_test_power.
/// Checked  golden/calc/planning_test.cc (gb_mid_experiment_power.json).
Result<PowerFunction> interim_power_fixed(const InterimEstimate& estimate, double alpha);

/// The same for the confidence sequence, when it is read at that size only: a lower bound of its
/// power, as it may exclude 0 before. sequence_power.h has the whole.
/// Inputs   also the tuning parameter rho_squared above 0: see sequential/asymptotic_cs.h.
/// Source   Waudby-Smith et al. (2024) eq. 9.
Result<PowerFunction> interim_power_sequence_once(const InterimEstimate& estimate, double alpha,
                                                  double rho_squared);

/// The same for the rule "the posterior interval of level 1 - alpha excludes 0" under a normal
/// prior of the effect: the prior's pull enters the rule, not the effect.
/// Source   conjugate normal posterior: Gelman et al. (2013) Bayesian Data Analysis, sec. 2.5.
Result<PowerFunction> interim_power_posterior(const InterimEstimate& estimate, double alpha,
                                              const AssurancePrior& prior);

struct ExtraUnits {
  double power_now = 0;
  double share = 0;  ///< of the present units, to be added to them; 0: the goal is met
  double units = 0;  ///< of both arms
};

/// The units that a running comparison still needs.
/// Inputs   one of the power functions above for the same estimate; power in (0, 1).
/// Output   ExtraUnits at the present split.
/// Errors   kInvalidArgument; kInsufficientData not reachable: see smallest_sample.
/// Cost     about 50 calls.
/// Source   as smallest_sample.
/// Checked  golden/calc/planning_test.cc (gb_mid_experiment_power.json).
Result<ExtraUnits> extra_units(const PowerFunction& power, const InterimEstimate& estimate,
                               double power_goal);

}  // namespace converge::stats
