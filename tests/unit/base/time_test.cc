#include "base/time.h"

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

namespace converge {
namespace {

std::string normal(const std::string& text) {
  const auto time = parse_rfc3339(text);
  return time ? format_rfc3339(*time) : "refused: " + std::string(name_of(time.error().code));
}

}  // namespace

TEST_CASE("RFC 3339: what is accepted, in UTC") {
  CHECK(normal("2020-09-14T17:32:22.544Z") == "2020-09-14T17:32:22.544Z");
  CHECK(normal("2020-09-14t17:32:22z") == "2020-09-14T17:32:22Z");
  CHECK(normal("2020-09-14T17:32:22.500000Z") == "2020-09-14T17:32:22.500Z");
  CHECK(normal("2020-09-14T17:32:22.5Z") == "2020-09-14T17:32:22.500Z");
  CHECK(normal("2020-09-14T17:32:22.000001Z") == "2020-09-14T17:32:22.000001Z");
  CHECK(normal("2020-09-14T17:32:22+05:30") == "2020-09-14T12:02:22Z");
  CHECK(normal("2020-09-14T17:32:22-08:00") == "2020-09-15T01:32:22Z");
  CHECK(normal("2020-09-14T17:32:22-00:00") == "2020-09-14T17:32:22Z");
  CHECK(normal("2020-12-31T23:59:59-23:59") == "2021-01-01T23:58:59Z");
  CHECK(normal("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999999Z");
  CHECK(normal("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00Z");
  CHECK(normal("2000-02-29T00:00:00Z") == "2000-02-29T00:00:00Z");
}

TEST_CASE("RFC 3339: digits beyond microseconds are cut, not rounded") {
  CHECK(normal("2020-09-14T17:32:22.1234569Z") == "2020-09-14T17:32:22.123456Z");
  CHECK(normal("2020-09-14T17:32:22.9999999999999Z") == "2020-09-14T17:32:22.999999Z");
  CHECK(normal("1969-12-31T23:59:59.9999999Z") == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("RFC 3339: leap seconds, impossible dates and other forms are refused") {
  for (const char* text : {"2016-12-31T23:59:60Z",
                           "2016-12-31T23:59:60.5Z",
                           "2023-02-29T00:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2020-00-10T00:00:00Z",
                           "2020-13-01T00:00:00Z",
                           "2020-04-31T00:00:00Z",
                           "2020-04-00T00:00:00Z",
                           "2020-09-14T24:00:00Z",
                           "2020-09-14T23:60:00Z",
                           "2020-09-14T23:59:61Z",
                           "2020-09-14T17:32:22",
                           "2020-09-14 17:32:22Z",
                           "2020-09-14T17:32Z",
                           "2020-09-14T17:32:22.Z",
                           "2020-09-14T17:32:22,5Z",
                           "2020-09-14T17:32:22+0530",
                           "2020-09-14T17:32:22+05",
                           "2020-09-14T17:32:22+24:00",
                           "2020-09-14T17:32:22+05:60",
                           "20200914T173222Z",
                           "2020-9-14T17:32:22Z",
                           "+2020-09-14T17:32:22Z",
                           "12020-09-14T17:32:22Z",
                           "2020-09-14T17:32:22Z ",
                           " 2020-09-14T17:32:22Z",
                           "2020-09-14T17:32:22ZZ",
                           "",
                           "1600104742",
                           "2020-09-14T-7:32:22Z",
                           "2020-09-14T17:32:22.12a4Z"}) {
    INFO(text);
    CHECK(normal(text) == "refused: invalid_argument");
  }
}

TEST_CASE("RFC 3339: the reason of a refusal is named") {
  const auto message = [](const char* text) { return parse_rfc3339(text).error().message; };
  CHECK(message("2016-12-31T23:59:60Z").find("leap second") != std::string::npos);
  CHECK(message("2023-02-29T00:00:00Z").find("date that does not exist") != std::string::npos);
  CHECK(message("2023-02-28T25:00:00Z").find("time of day") != std::string::npos);
  CHECK(message("yesterday").find("2026-11-21T22:50:00Z") != std::string::npos);
}

TEST_CASE("RFC 3339: the years 0000 to 9999 in UTC") {
  CHECK(normal("0000-01-01T00:00:00Z") == "0000-01-01T00:00:00Z");
  CHECK(normal("9999-12-31T23:59:59.999999Z") == "9999-12-31T23:59:59.999999Z");
  CHECK(normal("0000-01-01T00:00:00+00:01") == "refused: invalid_argument");
  CHECK(normal("9999-12-31T23:59:59-00:01") == "refused: invalid_argument");
}

TEST_CASE("RFC 3339: every time reads back exactly") {
  rc::prop("parse(format(t)) == t", [] {
    const auto us =
        *rc::gen::inRange<std::int64_t>(-62'167'219'200'000'000, 253'402'300'799'999'999);
    const Time time{Duration(us)};
    const auto back = parse_rfc3339(format_rfc3339(time));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == time);
  });
}

TEST_CASE("Durations: whole minutes, hours and days of 24 hours") {
  CHECK(*parse_duration("90m") == std::chrono::minutes(90));
  CHECK(*parse_duration("48h") == std::chrono::hours(48));
  CHECK(*parse_duration("7d") == 7 * kDay);
  CHECK(*parse_duration("0s") == Duration::zero());
  CHECK(*parse_duration("0d") == Duration::zero());
  CHECK(*parse_duration("36500d") == kDurationMax);
  for (const char* text : {"", "7", "d", "7 d", "7D", "1w", "10s", "0.5h", "-7d", "+7d", "1h30m",
                           "36501d", "876001h", "99999999999999999999999d", "7d "}) {
    INFO(text);
    const auto duration = parse_duration(text);
    REQUIRE_FALSE(duration);
    CHECK(duration.error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("Durations: the text is the shortest that reads back") {
  CHECK(format_duration(Duration::zero()) == "0s");
  CHECK(format_duration(std::chrono::minutes(90)) == "90m");
  CHECK(format_duration(std::chrono::minutes(120)) == "2h");
  CHECK(format_duration(std::chrono::hours(36)) == "36h");
  CHECK(format_duration(std::chrono::hours(72)) == "3d");
  CHECK(format_duration(std::chrono::seconds(90)) == "90s");
  CHECK(format_duration(Duration(1500)) == "1500us");
  rc::prop("parse(format(d)) == d for whole minutes", [] {
    const Duration duration = std::chrono::minutes(*rc::gen::inRange(0, 36500 * 1440));
    RC_ASSERT(*parse_duration(format_duration(duration)) == duration);
  });
}

}  // namespace converge
