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
/// Digits beyond microseconds are cut; leap seconds (":60") and impossible dates are refused.
Result<Time> parse_rfc3339(std::string_view text);

/// RFC 3339 in UTC with as many of 0, 3 or 6 fraction digits as needed: "2020-09-14T17:32:22.544Z".
std::string format_rfc3339(Time time);

/// Parses "<integer>(m|h|d)", the form of every duration in definition files; d is 24 hours. "0s" is accepted for zero.
Result<Duration> parse_duration(std::string_view text);

/// The shortest text that parse_duration reads back, where there is one ("90m", "7d", "0s").
std::string format_duration(Duration duration);

}  // namespace converge
