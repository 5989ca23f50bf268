#include "engine/decide/looks.h"

#include <algorithm>

#include "base/check.h"

namespace converge {
namespace {

int days_between_looks(LookSchedule schedule) {
  switch (schedule) {
    case LookSchedule::kDaily:
      return 1;
    case LookSchedule::kWeekly:
      return 7;
  }
  CONVERGE_CHECK(false);
  return 7;
}

/// Scheduled looks: every whole period from the start, and the day of max_days, which would
/// otherwise pass between two of them without the last look that the rule promises. Blocked
/// experiments are looked at beyond it.
class Schedule {
 public:
  Schedule(const ExperimentEntry& entry, Time start, const TimeZone& zone)
      : zone_(zone), start_(start), period_(days_between_looks(entry.definition.analysis.looks)) {
    if (entry.definition.decision) {
      last_day_ = entry.definition.decision->max_days + entry.extended_days;
    }
  }

  /// Scheduled times in (after, until], rising. O(looks in between).
  std::vector<Time> between(Time after, Time until) const {
    std::vector<Time> times;
    // A day has 23 hours at least: starting below the true index loses no look.
    const int first = std::max(1, whole_days(after) / period_ - 1);
    for (int k = first;; ++k) {
      const Time time = zone_.plus_days(start_, k * period_);
      if (time > until) break;
      if (time > after) times.push_back(time);
    }
    if (last_day_ && *last_day_ > 0 && *last_day_ % period_ != 0) {
      const Time last = zone_.plus_days(start_, *last_day_);
      if (last > after && last <= until) times.push_back(last);
    }
    std::sort(times.begin(), times.end());
    return times;
  }

  /// More than a period later, whatever the clocks do.
  Time beyond_next(Time now) const { return std::max(now, start_) + (period_ + 1) * kDay; }

 private:
  int whole_days(Time time) const {
    return time <= start_ ? 0 : static_cast<int>((time - start_) / kDay);
  }

  const TimeZone& zone_;
  Time start_;
  int period_;
  std::optional<int> last_day_;
};

}  // namespace

std::optional<DueLook> due_look(const ExperimentEntry& entry, const TimeZone& zone, Time after,
                                Time now) {
  if (!entry.started_at) return std::nullopt;
  const std::vector<Time> times = Schedule(entry, *entry.started_at, zone).between(after, now);
  if (times.empty()) return std::nullopt;
  return DueLook{times.back(), static_cast<int>(times.size()) - 1};
}

std::optional<Time> next_look(const ExperimentEntry& entry, const TimeZone& zone, Time now) {
  if (!entry.started_at) return std::nullopt;
  const Schedule schedule(entry, *entry.started_at, zone);
  const std::vector<Time> times = schedule.between(now, schedule.beyond_next(now));
  CONVERGE_CHECK(!times.empty());
  return times.front();
}

CalendarFacts calendar_facts(const ExperimentEntry& entry, const TimeZone& zone, Time now) {
  CalendarFacts facts;
  if (!entry.definition.decision || !entry.started_at) return facts;
  const DecisionRule& rule = *entry.definition.decision;
  facts.min_days_passed = now >= zone.plus_days(*entry.started_at, rule.min_days);
  facts.max_days_reached =
      now >= zone.plus_days(*entry.started_at, rule.max_days + entry.extended_days);
  if (!entry.promotion) return facts;
  const Time step = entry.promotion->step_started_at;
  facts.hold_over = entry.state == ExperimentState::kRamping && now >= step + rule.on_ship.hold;
  facts.holdback_over = entry.state == ExperimentState::kWatching &&
                        now >= zone.plus_days(step, rule.on_ship.holdback_days);
  return facts;
}

}  // namespace converge
