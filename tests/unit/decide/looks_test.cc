#include <catch2/catch.hpp>

#include "engine/decide/looks.h"

using namespace converge;

namespace {

Time at(const char* text) {
  return parse_rfc3339(text).value();
}

TimeZone berlin() {
  return TimeZone::find("Europe/Berlin").value();
}

ExperimentEntry running_since(const char* start, LookSchedule looks) {
  ExperimentEntry entry;
  entry.state = ExperimentState::kRunning;
  entry.started_at = at(start);
  entry.definition.analysis.looks = looks;
  entry.definition.decision = DecisionRule{};
  return entry;
}

}  // namespace

TEST_CASE("due_look: none before a whole week, one after it") {
  const ExperimentEntry entry = running_since("2026-03-02T09:00:00Z", LookSchedule::kWeekly);
  const Time start = *entry.started_at;
  CHECK_FALSE(due_look(entry, TimeZone(), start, start + 7 * kDay - Duration(1)));
  const auto look = due_look(entry, TimeZone(), start, start + 7 * kDay);
  REQUIRE(look);
  CHECK(look->time == start + 7 * kDay);
  CHECK(look->missed == 0);
}

TEST_CASE("due_look: of several missed looks only the latest runs, and the others are counted") {
  const ExperimentEntry entry = running_since("2026-03-02T09:00:00Z", LookSchedule::kDaily);
  const Time start = *entry.started_at;
  const auto look = due_look(entry, TimeZone(), start + 2 * kDay, start + 6 * kDay + Duration(5));
  REQUIRE(look);
  CHECK(look->time == start + 6 * kDay);
  CHECK(look->missed == 3);
  CHECK_FALSE(due_look(entry, TimeZone(), start + 6 * kDay, start + 6 * kDay + Duration(5)));
}

TEST_CASE("due_look: a day of 23 and of 25 hours is one day") {
  // The clocks of Berlin go forward on 2026-03-29 and back on 2026-10-25, both at night.
  const ExperimentEntry spring = running_since("2026-03-28T11:00:00Z", LookSchedule::kDaily);
  const auto short_day = due_look(spring, berlin(), *spring.started_at, at("2026-03-29T10:00:00Z"));
  REQUIRE(short_day);
  CHECK(short_day->time - *spring.started_at == std::chrono::hours(23));

  const ExperimentEntry autumn = running_since("2026-10-24T10:00:00Z", LookSchedule::kDaily);
  CHECK_FALSE(due_look(autumn, berlin(), *autumn.started_at, at("2026-10-25T10:59:59Z")));
  CHECK(due_look(autumn, berlin(), *autumn.started_at, at("2026-10-25T11:00:00Z")));
}

TEST_CASE("due_look: the day of max_days is a look though it is no whole week") {
  ExperimentEntry entry = running_since("2026-03-02T09:00:00Z", LookSchedule::kWeekly);
  entry.definition.decision->max_days = 17;
  const Time start = *entry.started_at;
  const auto look = due_look(entry, TimeZone(), start + 14 * kDay, start + 18 * kDay);
  REQUIRE(look);
  CHECK(look->time == start + 17 * kDay);
  entry.extended_days = 2;
  CHECK_FALSE(due_look(entry, TimeZone(), start + 14 * kDay, start + 18 * kDay));
  CHECK(next_look(entry, TimeZone(), start + 14 * kDay) == start + 19 * kDay);
}

TEST_CASE("due_look: looks go on after max_days for an experiment that was blocked then") {
  const ExperimentEntry entry = running_since("2026-03-02T09:00:00Z", LookSchedule::kWeekly);
  const Time start = *entry.started_at;
  CHECK(due_look(entry, TimeZone(), start + 42 * kDay, start + 49 * kDay));
}

TEST_CASE("next_look: is the look that becomes due") {
  const ExperimentEntry entry = running_since("2026-10-20T22:30:00Z", LookSchedule::kWeekly);
  Time now = *entry.started_at;
  for (int k = 0; k < 6; ++k) {
    const auto next = next_look(entry, berlin(), now);
    REQUIRE(next);
    CHECK_FALSE(due_look(entry, berlin(), now, *next - Duration(1)));
    CHECK(due_look(entry, berlin(), now, *next)->time == *next);
    now = *next;
  }
  // An experiment that starts later has its first look a week after that.
  CHECK(next_look(entry, berlin(), *entry.started_at - 100 * kDay) ==
        berlin().plus_days(*entry.started_at, 7));
}

TEST_CASE("looks: an experiment that has not started has none") {
  const ExperimentEntry entry;
  CHECK_FALSE(due_look(entry, TimeZone(), Time{}, at("2026-03-02T09:00:00Z")));
  CHECK_FALSE(next_look(entry, TimeZone(), Time{}));
  CHECK_FALSE(calendar_facts(entry, TimeZone(), Time{}).min_days_passed);
}

TEST_CASE("calendar_facts: min_days and max_days are reached on the hour, extensions included") {
  ExperimentEntry entry = running_since("2026-10-20T10:00:00Z", LookSchedule::kWeekly);
  entry.extended_days = 7;
  // The clocks went back in between: 14 days are an hour longer.
  CHECK_FALSE(calendar_facts(entry, berlin(), at("2026-11-03T10:59:59Z")).min_days_passed);
  CHECK(calendar_facts(entry, berlin(), at("2026-11-03T11:00:00Z")).min_days_passed);
  CHECK_FALSE(calendar_facts(entry, berlin(), at("2026-12-08T10:59:59Z")).max_days_reached);
  CHECK(calendar_facts(entry, berlin(), at("2026-12-08T11:00:00Z")).max_days_reached);
}

TEST_CASE(
    "calendar_facts: hold counts for a ramp, holdback_days for watching, both from the step in "
    "force") {
  ExperimentEntry entry = running_since("2026-03-02T09:00:00Z", LookSchedule::kWeekly);
  entry.definition.decision->on_ship.hold = 3 * kDay;
  entry.definition.decision->on_ship.holdback_days = 28;
  entry.promotion = Promotion{};
  entry.promotion->started_at = at("2026-03-16T09:00:00Z");
  entry.promotion->step_started_at = at("2026-03-19T09:00:00Z");
  entry.state = ExperimentState::kRamping;
  CHECK_FALSE(calendar_facts(entry, TimeZone(), at("2026-03-22T08:59:59Z")).hold_over);
  const CalendarFacts ramp = calendar_facts(entry, TimeZone(), at("2026-04-30T09:00:00Z"));
  CHECK(ramp.hold_over);
  CHECK_FALSE(ramp.holdback_over);
  entry.state = ExperimentState::kWatching;
  CHECK_FALSE(calendar_facts(entry, TimeZone(), at("2026-04-16T08:59:59Z")).holdback_over);
  const CalendarFacts watch = calendar_facts(entry, TimeZone(), at("2026-04-16T09:00:00Z"));
  CHECK(watch.holdback_over);
  CHECK_FALSE(watch.hold_over);
}
