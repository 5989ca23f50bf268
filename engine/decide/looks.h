#pragma once

#include <optional>

#include "base/time.h"
#include "base/time_zone.h"
#include "engine/decide/decide.h"
#include "engine/model/catalog.h"

namespace converge {

/// The latest scheduled look with `after` < time <= now, and how many were missed before it;
/// nullopt when none is due. Looks are whole days or weeks from the start in the time zone.
struct DueLook {
  Time time{};
  int missed = 0;
};
std::optional<DueLook> due_look(const ExperimentEntry& entry, const TimeZone& zone, Time after,
                                Time now);

/// The next scheduled look after `now`: for people and forecasts.
std::optional<Time> next_look(const ExperimentEntry& entry, const TimeZone& zone, Time now);

CalendarFacts calendar_facts(const ExperimentEntry& entry, const TimeZone& zone, Time now);

}  // namespace converge
