#include "base/time.h"

#include <fmt/format.h>

#include <array>

namespace converge {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads fixed-width fields from the left; the first mismatch makes every later read fail.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  int number(std::size_t width) {
    if (failed_ || rest_.size() < width) return fail();
    int value = 0;
    for (const char c : rest_.substr(0, width)) {
      if (!is_digit(c)) return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }
  void literal(char c) {
    if (!accept(c)) fail();
  }
  bool accept(char c) {
    if (failed_ || rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Microseconds of a fraction of any length; what lies beyond the sixth digit is cut.
  int fraction_us() {
    std::size_t count = 0;
    int value = 0;
    while (count < rest_.size() && is_digit(rest_[count])) {
      if (count < 6) value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count == 0) return fail();
    for (std::size_t i = count; i < 6; ++i) value *= 10;
    rest_.remove_prefix(count);
    return value;
  }
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

 private:
  int fail() {
    failed_ = true;
    return 0;
  }
  std::string_view rest_;
  bool failed_ = false;
};

Error invalid_time(std::string_view text, const char* why) {
  return {Errc::kInvalidArgument,
          fmt::format("time \"{}\" {}: expected RFC 3339, for example 2026-11-21T22:50:00Z",
                      text.substr(0, 64), why)};
}

constexpr int kYearMax = 9999;

}  // namespace

Result<Time> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Fields fields(text);
  const int year_number = fields.number(4);
  fields.literal('-');
  const int month_number = fields.number(2);
  fields.literal('-');
  const int day_number = fields.number(2);
  if (!fields.accept('T')) fields.literal('t');
  const int hour_number = fields.number(2);
  fields.literal(':');
  const int minute_number = fields.number(2);
  fields.literal(':');
  const int second_number = fields.number(2);
  const int fraction = fields.accept('.') ? fields.fraction_us() : 0;

  minutes offset{0};
  if (!fields.accept('Z') && !fields.accept('z')) {
    const bool west = fields.accept('-');
    if (!west) fields.literal('+');
    const int offset_hours = fields.number(2);
    fields.literal(':');
    const int offset_minutes = fields.number(2);
    if (offset_hours > 23 || offset_minutes > 59) {
      return invalid_time(text, "has an impossible UTC offset");
    }
    offset = hours(offset_hours) + minutes(offset_minutes);
    if (west) offset = -offset;
  }
  if (fields.failed() || !fields.at_end()) return invalid_time(text, "is malformed");

  const year_month_day date{year(year_number), month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number))};
  if (!date.ok()) return invalid_time(text, "names a date that does not exist");
  if (second_number == 60) return invalid_time(text, "is a leap second, which is not accepted");
  if (hour_number > 23 || minute_number > 59 || second_number > 59) {
    return invalid_time(text, "names a time of day that does not exist");
  }
  const Time time = sys_days(date) + hours(hour_number) + minutes(minute_number) +
                    seconds(second_number) + microseconds(fraction) - offset;
  const int utc_year = static_cast<int>(year_month_day(floor<days>(time)).year());
  if (utc_year < 0 || utc_year > kYearMax) {
    return invalid_time(text, "lies outside the years 0000 to 9999 in UTC");
  }
  return time;
}

std::string format_rfc3339(Time time) {
  using namespace std::chrono;
  const sys_days midnight = floor<days>(time);
  const year_month_day date(midnight);
  const hh_mm_ss<Duration> clock(time - midnight);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  const auto fraction = clock.subseconds().count();
  if (fraction % 1000 != 0) {
    text += fmt::format(".{:06}", fraction);
  } else if (fraction != 0) {
    text += fmt::format(".{:03}", fraction / 1000);
  }
  return text + "Z";
}

namespace {

struct DurationUnit {
  char suffix;
  std::int64_t microseconds;
};

// From the longest, so that format_duration finds the shortest text first.
constexpr std::array kDurationUnits = {
    DurationUnit{'d', std::int64_t{86'400'000'000}},
    DurationUnit{'h', std::int64_t{3'600'000'000}},
    DurationUnit{'m', std::int64_t{60'000'000}},
};

Error invalid_duration(std::string_view text, const char* why) {
  return {Errc::kInvalidArgument,
          fmt::format("duration \"{}\" {}: expected a whole number and m, h or d, for example 90m, "
                      "48h or 7d",
                      text.substr(0, 64), why)};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text == "0s") return Duration::zero();
  if (text.size() < 2) return invalid_duration(text, "is malformed");
  std::int64_t unit = 0;
  for (const DurationUnit& known : kDurationUnits) {
    if (known.suffix == text.back()) unit = known.microseconds;
  }
  if (unit == 0) return invalid_duration(text, "has no known unit");
  const std::int64_t limit = kDurationMax.count() / unit;
  std::int64_t number = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (!is_digit(c)) return invalid_duration(text, "is malformed");
    number = number * 10 + (c - '0');
    if (number > limit) return invalid_duration(text, "is longer than 36500d");
  }
  return Duration(number * unit);
}

std::string format_duration(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  for (const DurationUnit& unit : kDurationUnits) {
    if (count % unit.microseconds == 0) {
      return fmt::format("{}{}", count / unit.microseconds, unit.suffix);
    }
  }
  return count % 1'000'000 == 0 ? fmt::format("{}s", count / 1'000'000)
                                : fmt::format("{}us", count);
}

}  // namespace converge
