#include "stats/planning/duration.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr double kWeeksMax = 1e6;

Status check_traffic(const Traffic& traffic) {
  if (traffic.points.empty()) {
    return Error{Errc::kInvalidArgument, "points: expected at least one"};
  }
  TrafficPoint before{.week = 0, .units = 0};
  for (const TrafficPoint& point : traffic.points) {
    if (!(point.week > before.week) || !(point.units >= before.units) ||
        !std::isfinite(point.week) || !std::isfinite(point.units)) {
      return Error{Errc::kInvalidArgument,
                   "points: expected weeks above 0 that rise and units that do not fall"};
    }
    before = point;
  }
  if (before.units == 0) return Error{Errc::kInvalidArgument, "points: expected units above 0"};
  return {};
}

/// Least squares of ln(units) on ln(week); 1 with a single point, which says nothing of flattening.
double power_law_exponent(const std::vector<TrafficPoint>& points) {
  double n = 0;
  double mean_x = 0;
  double mean_y = 0;
  for (const TrafficPoint& point : points) {
    if (point.units == 0) continue;
    n += 1;
    mean_x += (std::log(point.week) - mean_x) / n;
    mean_y += (std::log(point.units) - mean_y) / n;
  }
  double xx = 0;
  double xy = 0;
  for (const TrafficPoint& point : points) {
    if (point.units == 0) continue;
    const double x = std::log(point.week) - mean_x;
    xx += x * x;
    xy += x * (std::log(point.units) - mean_y);
  }
  return xx > 0 ? std::clamp(xy / xx, 0.0, 1.0) : 1.0;
}

double beyond_last(const Traffic& traffic, double week) {
  const TrafficPoint& last = traffic.points.back();
  if (traffic.growth == Growth::kPowerLaw) {
    return last.units * std::pow(week / last.week, power_law_exponent(traffic.points));
  }
  const TrafficPoint before = traffic.points.size() > 1 ? traffic.points[traffic.points.size() - 2]
                                                        : TrafficPoint{.week = 0, .units = 0};
  const double slope = (last.units - before.units) / (last.week - before.week);
  return last.units + slope * (week - last.week);
}

double units_at(const Traffic& traffic, double week) {
  TrafficPoint before{.week = 0, .units = 0};
  for (const TrafficPoint& point : traffic.points) {
    if (week <= point.week) {
      const double share = (week - before.week) / (point.week - before.week);
      return before.units + share * (point.units - before.units);
    }
    before = point;
  }
  return beyond_last(traffic, week);
}

}  // namespace

Traffic steady_traffic(double weekly_units) {
  return {.points = {{.week = 1, .units = weekly_units}}, .growth = Growth::kLinear};
}

Result<double> units_by_week(const Traffic& traffic, double week) {
  if (const Status valid =
          first_failure({check_traffic(traffic), require_not_negative("week", week)});
      !valid) {
    return valid.error();
  }
  return units_at(traffic, week);
}

Result<Duration> duration_of(const Traffic& traffic, const DurationGoal& goal) {
  if (const Status valid =
          first_failure({check_traffic(traffic), require_positive("units", goal.units),
                         require_positive("weeks_max", goal.weeks_max),
                         require_not_negative("window_weeks", goal.window_weeks)});
      !valid) {
    return valid.error();
  }
  const double weeks_for_units = std::min(goal.weeks_max, kWeeksMax) - goal.window_weeks;
  const double reached = weeks_for_units > 0 ? units_at(traffic, weeks_for_units) : 0;
  if (reached < goal.units) {
    return Error{Errc::kInsufficientData,
                 "units: " + std::to_string(static_cast<std::int64_t>(std::ceil(goal.units))) +
                     " are not reached within the horizon, by when " +
                     std::to_string(static_cast<std::int64_t>(reached)) + " are seen in time"};
  }
  double low = 0;
  double high = weeks_for_units;
  static constexpr int kBisections = 64;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = low + (high - low) / 2;
    (units_at(traffic, middle) < goal.units ? low : high) = middle;
  }
  // A whole number of weeks is not to become one more by rounding.
  static constexpr double kOfRounding = 1e-9;
  const double whole = std::ceil(high - kOfRounding);
  const double total = std::ceil(whole + goal.window_weeks - kOfRounding);
  if (total > goal.weeks_max) {
    return Error{Errc::kInsufficientData,
                 "weeks_max: the units come in time, whole weeks and the window do not"};
  }
  return Duration{.enrolment_weeks_exact = high,
                  .enrolment_weeks = static_cast<std::int64_t>(whole),
                  .total_weeks = static_cast<std::int64_t>(total)};
}

}  // namespace converge::stats
