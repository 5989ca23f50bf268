#include "engine/record/intake.h"

#include <catch2/catch.hpp>

namespace converge {
namespace {

const std::string kEvent = R"({"type":"erase","ts":"2026-03-01T00:00:00Z","unit":"u1"})";

IntakeRules rules() {
  IntakeRules rules;
  rules.now = *parse_rfc3339("2026-03-02T00:00:00Z");
  return rules;
}

Result<Intake> read(const std::string& body, BodyForm form) {
  return read_events(body, form, rules(), IntakeLimits{});
}

TEST_CASE("Intake: an array is all or nothing if it does not parse") {
  const Result<Intake> cut = read("[" + kEvent + "," + kEvent, BodyForm::kArray);
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code == Errc::kInvalidArgument);
  CHECK(read(kEvent, BodyForm::kArray).error().code == Errc::kInvalidArgument);
  CHECK(read("", BodyForm::kArray).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Intake: items of an array are judged one by one, in order") {
  const Result<Intake> intake = read("[7," + kEvent + ",{\"type\":\"erase\"}]", BodyForm::kArray);
  REQUIRE(intake);
  CHECK(intake->accepted.size() == 1);
  REQUIRE(intake->rejected.size() == 2);
  CHECK(intake->rejected[0].index == 0);
  CHECK(intake->rejected[0].rejection.reason == RejectReason::kNotJson);
  CHECK(intake->rejected[1].index == 2);
  CHECK(intake->rejected[1].rejection.reason == RejectReason::kTs);
}

TEST_CASE("Intake: of NDJSON whole lines count, a truncated last one is rejected as not_json") {
  const std::string cut = kEvent.substr(0, kEvent.size() - 4);
  const Result<Intake> intake =
      read(kEvent + "\r\n\n  \n" + kEvent + "\n" + cut, BodyForm::kNdjson);
  REQUIRE(intake);
  CHECK(intake->accepted.size() == 2);
  REQUIRE(intake->rejected.size() == 1);
  CHECK(intake->rejected[0].index == 4);
  CHECK(intake->rejected[0].rejection.reason == RejectReason::kNotJson);
}

TEST_CASE("Intake: a whole last line without line end counts") {
  CHECK(read(kEvent, BodyForm::kNdjson)->accepted.size() == 1);
  CHECK(read("", BodyForm::kNdjson)->accepted.empty());
}

TEST_CASE("Intake: more items or longer ones than the limits are refused as a whole") {
  IntakeLimits limits;
  limits.events_max = 2;
  const auto code = [&limits](const std::string& body, BodyForm form) {
    const Result<Intake> intake = read_events(body, form, rules(), limits);
    return intake ? std::string("accepted") : std::string(name_of(intake.error().code));
  };
  const std::string two = kEvent + "\n" + kEvent + "\n";
  CHECK(code(two, BodyForm::kNdjson) == "accepted");
  CHECK(code(two + kEvent, BodyForm::kNdjson) == "too_large");
  CHECK(code("[1,2,3]", BodyForm::kArray) == "too_large");
  limits.event_bytes_max = kEvent.size();
  CHECK(code(two, BodyForm::kNdjson) == "accepted");
  limits.event_bytes_max = kEvent.size() - 1;
  CHECK(code(two, BodyForm::kNdjson) == "too_large");
  CHECK(code("[" + kEvent + "]", BodyForm::kArray) == "too_large");
}

}  // namespace
}  // namespace converge
