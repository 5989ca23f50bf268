#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// How the cumulative number of different units goes on after the last known point.
enum class Growth {
  kLinear,    ///< as fast as between the last two points
  kPowerLaw,  ///< last * (week / last week)^b, b from the points by least squares in logarithms
};

struct TrafficPoint {
  double week;   ///< after the start, above 0
  double units;  ///< different units seen until then
};

/// Different units seen until a time: returning units make the curve flatten.
struct Traffic {
  std::vector<TrafficPoint> points;  ///< in order of time; (0, 0) is implied; at least one
  Growth growth;
};

/// The same number of new units every week.
Traffic steady_traffic(double weekly_units);

/// Units seen until `week`: linear between points, beyond the last one by the growth.
/// Inputs   week 0 or more.
/// Output   units; never falls with the week. A power law has its exponent kept within [0, 1]: new
///          units cannot come faster than before, nor get lost.
/// Errors   kInvalidArgument points: not increasing weeks, falling units, a number that is not
///          finite; week.
/// Cost     O(points).
/// Source   growth of distinct users as a power of time: Kohavi, Tang, Xu (2020) ch. 17 describe
/// the
///          flattening; the fit is ordinary least squares.
/// Checked  unit/stats/planning_test.cc.
Result<double> units_by_week(const Traffic& traffic, double week);

struct DurationGoal {
  double units;         ///< over all arms
  double weeks_max;     ///< the horizon
  double window_weeks;  ///< 0 or more: how long a unit is watched after it entered
};

struct Duration {
  double enrolment_weeks_exact = 0;
  std::int64_t enrolment_weeks = 0;  ///< whole weeks, so that every weekday counts alike
  std::int64_t total_weeks = 0;      ///< until the window of the last unit has closed
};

/// How long it takes to see the units.
/// Inputs   Traffic of the units that enter the experiment; a DurationGoal with units above 0.
/// Output   a Duration.
/// Errors   kInvalidArgument; kInsufficientData the horizon is reached before the units are, with
///          the units seen by then.
/// Cost     O(points) times some 60.
/// Source   definition.
/// Checked  unit/stats/planning_test.cc.
Result<Duration> duration_of(const Traffic& traffic, const DurationGoal& goal);

}  // namespace converge::stats
