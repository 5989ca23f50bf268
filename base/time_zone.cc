#include "base/time_zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <exception>
#include <limits>
#include <vector>

namespace converge {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year_month_day;

// Wall-clock time is kept as a time_point of no clock: date::local_time, the same calendar as
// sys_time.
using LocalTime = date::local_time<Duration>;

const date::time_zone& as_zone(const void* zone) {
  return *static_cast<const date::time_zone*>(zone);
}

LocalTime to_local(const void* zone, Time time) {
  if (zone == nullptr) return LocalTime(time.time_since_epoch());
  return LocalTime(time.time_since_epoch() + as_zone(zone).get_info(time).offset);
}

Time from_local(const void* zone, LocalTime local) {
  if (zone == nullptr) return Time(local.time_since_epoch());
  const date::local_info info = as_zone(zone).get_info(local);
  if (info.result == date::local_info::nonexistent) return info.first.end;
  return Time(local.time_since_epoch() - info.first.offset);
}

sys_days local_day(LocalTime local) {
  return floor<days>(Time(local.time_since_epoch()));
}

LocalTime midnight(sys_days day) {
  return LocalTime(Time(day).time_since_epoch());
}

sys_days first_monday(int year) {
  // ISO 8601: week 1 is the one that holds 4 January.
  const sys_days fourth =
      sys_days(year_month_day(std::chrono::year(year), std::chrono::January, std::chrono::day(4)));
  return fourth - (weekday(fourth) - std::chrono::Monday);
}

sys_days monday_of(IsoWeek week) {
  return first_monday(week.year) + days(7 * (week.week - 1));
}

int weeks_in(int year) {
  return static_cast<int>((first_monday(year + 1) - first_monday(year)).count() / 7);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Levenshtein distance without regard to case.
std::size_t edit_distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[to.size()];
}

std::string nearest_zone(std::string_view name) {
  static constexpr std::size_t kNameMax = 64;  // bounds the work for hostile input
  const std::string wanted = lower_case(name.substr(0, kNameMax));
  std::string nearest = "UTC";
  std::size_t smallest = std::numeric_limits<std::size_t>::max();
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    const std::size_t distance = edit_distance(wanted, lower_case(zone.name()));
    if (distance < smallest) {
      smallest = distance;
      nearest = zone.name();
    }
  }
  return nearest;
}

}  // namespace

std::string IsoWeek::str() const {
  return fmt::format("{:04}-W{:02}", year, week);
}

Result<IsoWeek> parse_iso_week(std::string_view text) {
  const auto digits = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(from, count)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const bool shaped = text.size() == 8 && text.substr(4, 2) == "-W";
  const IsoWeek week = shaped ? IsoWeek{digits(0, 4), digits(6, 2)} : IsoWeek{-1, -1};
  if (week.year < 0 || week.week < 0) {
    return Error{Errc::kInvalidArgument, fmt::format("week \"{}\" is malformed: expected the form "
                                                     "2026-W47",
                                                     text.substr(0, 64))};
  }
  if (week.week < 1 || week.week > weeks_in(week.year)) {
    return Error{Errc::kInvalidArgument,
                 fmt::format("week \"{}\" does not exist: {:04} has the weeks W01 to W{}", text,
                             week.year, weeks_in(week.year))};
  }
  return week;
}

TimeZone::TimeZone() : name_("UTC"), zone_(nullptr) {}

TimeZone::TimeZone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC") return TimeZone();
  try {
    const auto& zones = date::get_tzdb().zones;
    const bool known = std::any_of(zones.begin(), zones.end(), [&](const date::time_zone& zone) {
      return zone.name() == name;
    });
    if (!known) {
      return Error{Errc::kNotFound, fmt::format("unknown time zone \"{}\": the nearest is \"{}\"",
                                                name.substr(0, 64), nearest_zone(name))};
    }
    const date::time_zone* zone = date::locate_zone(name);
    // Zone files are read at first use; a damaged one must fail here and not in a later look.
    static_cast<void>(zone->get_info(Time()));
    return TimeZone(std::string(name), zone);
  } catch (const std::exception& problem) {
    return Error{Errc::kUnavailable,
                 fmt::format("the system's time zone database does not give \"{}\" ({}); is the "
                             "package tzdata installed?",
                             name.substr(0, 64), problem.what())};
  }
}

Time TimeZone::plus_days(Time from, int days_later) const {
  // A second occurrence of an hour would otherwise come back as the first.
  if (days_later == 0) return from;
  return from_local(zone_, to_local(zone_, from) + days(days_later));
}

Time TimeZone::week_begin(IsoWeek week) const {
  return from_local(zone_, midnight(monday_of(week)));
}

Time TimeZone::week_end(IsoWeek week) const {
  return from_local(zone_, midnight(monday_of(week) + days(7)));
}

IsoWeek TimeZone::week_of(Time time) const {
  const sys_days day = local_day(to_local(zone_, time));
  const sys_days monday = day - (weekday(day) - std::chrono::Monday);
  // The year of a week is that of its Thursday.
  const int year = static_cast<int>(year_month_day(monday + days(3)).year());
  return {year, static_cast<int>((monday - first_monday(year)).count() / 7) + 1};
}

std::string TimeZone::format_local(Time time) const {
  const LocalTime local = to_local(zone_, time);
  const sys_days day = local_day(local);
  const year_month_day date(day);
  const std::chrono::hh_mm_ss<Duration> clock(Time(local.time_since_epoch()) - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count());
}

}  // namespace converge
