#include "base/time_zone.h"

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

namespace converge {
namespace {

Time at(const std::string& text) {
  const auto time = parse_rfc3339(text);
  INFO(text);
  REQUIRE(time);
  return *time;
}

TimeZone zone(const std::string& name) {
  const auto found = TimeZone::find(name);
  INFO(name);
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("TimeZone: a clock change makes a day of 23 or 25 hours") {
  const TimeZone berlin = zone("Europe/Berlin");
  // 29 March 2026 has 23 hours, 25 October 2026 has 25.
  CHECK(berlin.plus_days(at("2026-03-28T11:00:00Z"), 1) == at("2026-03-29T10:00:00Z"));
  CHECK(berlin.plus_days(at("2026-10-24T10:00:00Z"), 1) == at("2026-10-25T11:00:00Z"));
  CHECK(berlin.plus_days(at("2026-10-25T11:00:00Z"), -1) == at("2026-10-24T10:00:00Z"));
  CHECK(berlin.plus_days(at("2026-06-01T10:00:00Z"), 365) == at("2027-06-01T10:00:00Z"));
  CHECK(TimeZone().plus_days(at("2026-03-28T11:00:00Z"), 1) == at("2026-03-29T11:00:00Z"));
}

TEST_CASE("TimeZone: a wall-clock time in the gap moves to the first moment after it") {
  const TimeZone berlin = zone("Europe/Berlin");
  CHECK(berlin.plus_days(at("2026-03-28T01:30:00Z"), 1) == at("2026-03-29T01:00:00Z"));
  CHECK(berlin.format_local(at("2026-03-29T01:00:00Z")) == "2026-03-29 03:00");
  CHECK(berlin.plus_days(at("2026-03-28T00:59:59.999999Z"), 1) ==
        at("2026-03-29T00:59:59.999999Z"));
}

TEST_CASE("TimeZone: a wall-clock time that exists twice is the first") {
  const TimeZone berlin = zone("Europe/Berlin");
  CHECK(berlin.plus_days(at("2026-10-24T00:30:00Z"), 1) == at("2026-10-25T00:30:00Z"));
  CHECK(berlin.plus_days(at("2026-10-26T01:30:00Z"), -1) == at("2026-10-25T00:30:00Z"));
  // Zero days are no time at all, also from the second occurrence.
  CHECK(berlin.plus_days(at("2026-10-25T01:30:00Z"), 0) == at("2026-10-25T01:30:00Z"));
}

TEST_CASE(
    "TimeZone: weeks begin on Monday at local midnight and have 167 or 169 hours at a change") {
  const TimeZone berlin = zone("Europe/Berlin");
  CHECK(berlin.week_begin({2026, 47}) == at("2026-11-15T23:00:00Z"));
  CHECK(berlin.week_end({2026, 47}) == at("2026-11-22T23:00:00Z"));
  CHECK(berlin.week_end({2026, 13}) - berlin.week_begin({2026, 13}) == std::chrono::hours(167));
  CHECK(berlin.week_end({2026, 43}) - berlin.week_begin({2026, 43}) == std::chrono::hours(169));
  CHECK(berlin.week_of(at("2026-11-22T22:59:59.999999Z")) == IsoWeek{2026, 47});
  CHECK(berlin.week_of(at("2026-11-22T23:00:00Z")) == IsoWeek{2026, 48});
  CHECK(TimeZone().week_of(at("2026-11-22T23:00:00Z")) == IsoWeek{2026, 47});
}

TEST_CASE("TimeZone: a midnight that does not exist is the first moment of its day") {
  // Chile's clocks went from 24:00 on Saturday, 1 September 2024 to 01:00 ... on Sunday, 8
  // September.
  const TimeZone santiago = zone("America/Santiago");
  CHECK(santiago.plus_days(at("2024-09-07T04:00:00Z"), 1) == at("2024-09-08T04:00:00Z"));
  CHECK(santiago.format_local(at("2024-09-08T04:00:00Z")) == "2024-09-08 01:00");
}

TEST_CASE("ISO weeks: the ends of years") {
  const TimeZone utc;
  CHECK(utc.week_of(at("2021-01-03T23:59:59Z")) == IsoWeek{2020, 53});
  CHECK(utc.week_of(at("2021-01-04T00:00:00Z")) == IsoWeek{2021, 1});
  CHECK(utc.week_of(at("2024-12-30T00:00:00Z")) == IsoWeek{2025, 1});
  CHECK(utc.week_of(at("2024-12-29T23:59:59Z")) == IsoWeek{2024, 52});
  CHECK(utc.week_of(at("2027-01-01T00:00:00Z")) == IsoWeek{2026, 53});
  CHECK(utc.week_of(at("2023-01-01T00:00:00Z")) == IsoWeek{2022, 52});
  CHECK(utc.week_end({2020, 53}) == utc.week_begin({2021, 1}));
  CHECK(utc.week_begin({2020, 1}) == at("2019-12-30T00:00:00Z"));
}

TEST_CASE("ISO weeks: only weeks that the year has are read") {
  CHECK(*parse_iso_week("2026-W47") == IsoWeek{2026, 47});
  CHECK(*parse_iso_week("2026-W53") == IsoWeek{2026, 53});
  CHECK(IsoWeek{2026, 7}.str() == "2026-W07");
  for (const char* text : {"2025-W53", "2026-W00", "2026-W54", "2026-W5", "2026W47", "2026-w47", "",
                           "2026-W4x", "2026-47", "2026-W470", "-026-W10"}) {
    INFO(text);
    const auto week = parse_iso_week(text);
    REQUIRE_FALSE(week);
    CHECK(week.error().code == Errc::kInvalidArgument);
  }
  rc::prop("every moment lies in the week that week_of names", [] {
    const Time time{std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 2'140'000'000))};
    const std::string name = *rc::gen::element<std::string>("UTC", "Europe/Berlin",
                                                            "America/New_York", "Asia/Kathmandu");
    const TimeZone local = *TimeZone::find(name);
    const IsoWeek week = local.week_of(time);
    RC_ASSERT(local.week_begin(week) <= time);
    RC_ASSERT(time < local.week_end(week));
    RC_ASSERT(*parse_iso_week(week.str()) == week);
  });
}

TEST_CASE("TimeZone: an unknown name is refused with the nearest one") {
  const auto unknown = TimeZone::find("Europe/Berlln");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Errc::kNotFound);
  CHECK(unknown.error().message.find("\"Europe/Berlin\"") != std::string::npos);
  for (const std::string& name : {std::string(), std::string("../../etc/passwd"),
                                  std::string("/etc/localtime"), std::string(5000, 'x')}) {
    CHECK(TimeZone::find(name).error().code == Errc::kNotFound);
  }
}

TEST_CASE("TimeZone: zones compare by name and UTC needs no database") {
  CHECK(zone("UTC") == TimeZone());
  CHECK(TimeZone().name() == "UTC");
  CHECK_FALSE(zone("Europe/Berlin") == zone("Europe/Vienna"));
  CHECK(TimeZone().format_local(at("2026-11-21T22:50:59Z")) == "2026-11-21 22:50");
  CHECK(zone("Asia/Kathmandu").format_local(at("2026-11-21T22:50:00Z")) == "2026-11-22 04:35");
}

}  // namespace converge
