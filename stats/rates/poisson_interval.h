#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/rates/event_count.h"

namespace converge::stats {

struct RateOptions {
  double alpha;  ///< two-sided
};

/// Exact confidence interval for the rate of a Poisson count.
/// Inputs   events and exposure; alpha two-sided in (0, 1).
/// Output   bounds in events per unit of exposure; the lower one is 0 without an event, where the
///          upper one is -ln(alpha / 2) / exposure.
/// Assumes  a Poisson count: independent events at a constant rate. Events that come in clusters
///          per unit are over-dispersed; compare means per unit (means/welch.h) instead.
/// Errors   kInvalidArgument events, exposure, alpha; kTooLarge beyond 1e12 events.
/// Cost     O(sqrt(events)), O(1) above 1e8 events.
/// Source   Garwood (1936) Biometrika 28:437-442; above 1e8 events the quantiles by Fisher, Cornish
///          (1960) Technometrics 2:209-225.
/// Checked  golden/calc/rates_test.cc (poisson_rates.json); unit/stats/rates_test.cc.
Result<Interval> poisson_exact_interval(const EventCount& count, const RateOptions& options);

}  // namespace converge::stats
