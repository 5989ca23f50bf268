#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "stats/planning/scheduled_power.h"
#include "stats/planning/z_power.h"

namespace converge::stats {

/// Half-width of the asymptotic confidence sequence in standard errors of the estimate.
/// Inputs   n_rho_squared = units of both arms times the tuning parameter, above 0; a PowerTest
///          whose alpha is that of all looks together.
/// Output   the multiplier above 0; of a bound for a one-sided test.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Waudby-Smith et al. (2024) eq. 9 and 134: see sequential/asymptotic_cs.h.
/// Checked  unit/stats/planning_test.cc against asymptotic_cs_two_sided and asymptotic_cs_lower.
Result<double> sequence_multiplier(double n_rho_squared, const PowerTest& test);

struct SequenceSchedule {
  std::vector<double> information_rates;  ///< share of the full size at each look; rising, last 1
  /// Units of both arms at which the sequence is tightest; none: at the full size, whatever it is.
  std::optional<double> planned_total_n;
};

/// The confidence sequence at scheduled looks, as a test with bounds.
/// Inputs   a SequenceSchedule; units of both arms at the last look, above 0; a PowerTest.
/// Output   a GroupSequentialDesign.
/// Errors   kInvalidArgument.
/// Cost     O(looks).
/// Source, checked as above.
Result<GroupSequentialDesign> sequence_bounds(const SequenceSchedule& schedule, double total_n,
                                              const PowerTest& test);

/// Power of the confidence sequence by the last look: that it has excluded 0 at any look until
/// then. Inputs   a MeanDesign; a SequenceSchedule; a PowerTest. Output   exact for this schedule,
/// where a simulation or a reading at the last look alone would
///          be an estimate or a lower bound; more looks give more power, as they cost nothing.
/// Assumes  variances that the test knows; both arms grow alike.
/// Errors   as mean_power_normal and scheduled_power.
/// Cost     as scheduled_power, a call.
/// Source   as scheduled_power.
/// Checked  golden/calc/planning_test.cc (simulation by NumPy); property/stats/planning_test.cc.
Result<PowerFunction> sequence_power(const MeanDesign& design, const SequenceSchedule& schedule,
                                     const PowerTest& test);

}  // namespace converge::stats
