#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace converge {

/// A length of time and a moment in UTC, both in whole microseconds.
using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;

inline constexpr Duration kDay = std::chrono::hours(24);

/// Parses RFC 3339 ("2020-09-14T17:32:22.544Z", any offset, upper- or lower-case T and Z).
/// Digits beyond microseconds are cut. kInvalidArgument for leap seconds (":60"), impossible dates,
/// and times that lie outside the years 0000 to 9999 once they are in UTC.
Result<Time> parse_rfc3339(std::string_view text);

/// RFC 3339 in UTC with as many of 0, 3 or 6 fraction digits as needed: "2020-09-14T17:32:22.544Z".
/// parse_rfc3339 reads it back exactly, for every time that has such a text.
std::string format_rfc3339(Time time);

/// The longest duration that a definition may name: 100 years of 365 days.
inline constexpr Duration kDurationMax = 36'500 * kDay;

/// Parses "<integer>(m|h|d)", the form of every duration in definition files; d is 24 hours. "0s"
/// is accepted for zero. kInvalidArgument for anything else or more than kDurationMax.
Result<Duration> parse_duration(std::string_view text);

/// The shortest text that parse_duration reads back ("90m", "7d", "0s"). A duration that is not
/// whole minutes has no such text and is written for people: "90s", "1500us".
std::string format_duration(Duration duration);

}  // namespace converge
