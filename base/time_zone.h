#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/time.h"

namespace converge {

/// An ISO 8601 week, Monday to Sunday, in some time zone.
struct IsoWeek {
  int year = 0;
  int week = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated 0 for a pointer
  auto operator<=>(const IsoWeek&) const = default;
  /// "2026-W47"
  std::string str() const;
};

/// Parses "2026-W47"; refuses weeks that the year does not have.
Result<IsoWeek> parse_iso_week(std::string_view text);

/// A zone of the system's IANA database. Cheap to copy, immutable, thread-safe. The database's
/// rules reach to 2037; after that the offset stays as it was at the end of that year.
class TimeZone {
 public:
  /// UTC.
  TimeZone();
  /// "Europe/Berlin"; kNotFound with the nearest known name otherwise, kUnavailable without a
  /// database.
  static Result<TimeZone> find(std::string_view name);

  const std::string& name() const { return name_; }

  /// The same wall-clock time `days` calendar days later: 23 or 25 hours a day across a clock
  /// change. A wall-clock time that does not exist moves to the first moment after the gap; one
  /// that exists twice is the first. Zero days give `from` itself.
  Time plus_days(Time from, int days) const;

  /// Midnight that begins the week's Monday, and that of the next week.
  Time week_begin(IsoWeek week) const;
  Time week_end(IsoWeek week) const;
  IsoWeek week_of(Time time) const;

  /// Local wall-clock text for people: "2026-11-21 22:50".
  std::string format_local(Time time) const;

  bool operator==(const TimeZone& other) const { return name_ == other.name_; }

 private:
  TimeZone(std::string name, const void* zone);
  std::string name_;
  const void* zone_;  ///< date::time_zone, owned by the process-wide database; null for UTC
};

}  // namespace converge
