#include "engine/codec/event_codec.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/codec/json.h"

namespace converge {
namespace {

const Time kNow = *parse_rfc3339("2026-03-01T12:00:00Z");

IntakeRules rules() {
  IntakeRules rules;
  rules.now = kNow;
  return rules;
}

std::variant<AcceptedEvent, Rejection> accept(const std::string& json) {
  return accept_event(*parse_json(json), rules());
}

AcceptedEvent accepted(const std::string& json) {
  auto item = accept(json);
  if (const auto* rejection = std::get_if<Rejection>(&item))
    FAIL(json << ": " << rejection->message);
  return std::get<AcceptedEvent>(std::move(item));
}

/// The reason's name, or "accepted".
std::string verdict(const std::string& json) {
  const auto item = accept(json);
  const auto* rejection = std::get_if<Rejection>(&item);
  return rejection == nullptr ? "accepted" : name_of(rejection->reason);
}

std::string outcome_with(const std::string& members) {
  return R"({"type":"outcome","id":"o","ts":"2026-03-01T00:00:00Z","unit":"u1","name":"buy")" +
         members + "}";
}

TEST_CASE("Event: the first failing check of the closed list names the reason") {
  // Every object fails all later checks too, so the order shows.
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"7", "not_json"},
      {R"({"type":"exposed"})", "type"},
      {R"({"type":"retract","of":"link"})", "type"},
      {R"({"type":"outcome","id":7})", "id"},
      {R"({"type":"outcome"})", "id"},
      {R"({"type":"retract"})", "id"},
      {R"({"type":"exposure","id":""})", "id"},
      {R"({"type":"outcome","id":"o"})", "ts"},
      {R"({"type":"outcome","id":"o","ts":"yesterday"})", "ts"},
      {R"({"type":"outcome","id":"o","ts":"2026-02-30T00:00:00Z"})", "ts"},
      {R"({"type":"outcome","id":"o","ts":"2026-02-28T23:59:60Z"})", "ts"},
      {R"({"type":"outcome","id":"o","ts":"2026-03-01T12:05:00.000001Z"})", "ts_future"},
      {R"({"type":"outcome","id":"o","ts":"2026-03-01T00:00:00Z"})", "unit"},
      {R"({"type":"exposure","ts":"2026-03-01T00:00:00Z","unit":"u"})", "exposure"},
      {R"({"type":"outcome","id":"o","ts":"2026-03-01T00:00:00Z","unit":"u","value":"x"})",
       "outcome"},
      {outcome_with(R"(,"value":"12")"), "value"},
  };
  for (const auto& [json, reason] : cases) {
    INFO(json);
    CHECK(verdict(json) == reason);
  }
}

TEST_CASE("Event: exactly five minutes ahead of the clock is accepted") {
  CHECK(
      verdict(R"({"type":"outcome","id":"o","ts":"2026-03-01T12:05:00Z","unit":"u","name":"n"})") ==
      "accepted");
}

TEST_CASE("Event: digits beyond microseconds are cut, the text stays as sent") {
  const AcceptedEvent event = accepted(
      R"({"type":"link","ts":"2026-03-01T00:00:00.1234569+01:00","units":{"a":"1","b":"2"}})");
  CHECK(event.event.ts == *parse_rfc3339("2026-02-28T23:00:00.123456Z"));
  CHECK(event.canonical.find("00.1234569+01:00") != std::string::npos);
}

TEST_CASE("Event: unit ids that stand for no id are refused at ingest") {
  for (const std::string id : {"", "0", "null", "undefined", "a\\u0007b"}) {
    INFO(id);
    CHECK(verdict(R"({"type":"erase","ts":"2026-03-01T00:00:00Z","unit":")" + id + "\"}") ==
          "unit");
  }
  const auto of_size = [](std::size_t size) {
    return verdict(R"({"type":"erase","ts":"2026-03-01T00:00:00Z","unit":")" +
                   std::string(size, 'x') + "\"}");
  };
  CHECK(of_size(256) == "accepted");
  CHECK(of_size(257) == "unit");
  CHECK(verdict(R"({"type":"erase","ts":"2026-03-01T00:00:00Z","unit":7})") == "unit");
  CHECK(verdict(R"({"type":"erase","ts":"2026-03-01T00:00:00Z","units":{}})") == "unit");
  CHECK(verdict(R"({"type":"erase","ts":"2026-03-01T00:00:00Z","units":["u"]})") == "unit");
  CHECK(verdict(R"({"type":"erase","ts":"2026-03-01T00:00:00Z","unit":"u","units":{"a":"b"}})") ==
        "unit");
}

TEST_CASE("Event: a link names at least two units") {
  CHECK(verdict(R"({"type":"link","ts":"2026-03-01T00:00:00Z","units":{"a":"1"}})") == "unit");
  CHECK(verdict(R"({"type":"link","ts":"2026-03-01T00:00:00Z","units":{"a":"1","b":"2"}})") ==
        "accepted");
}

TEST_CASE("Event: an unknown source is rejected, the four known ones are kept") {
  const auto with = [](const std::string& source) {
    return R"({"type":"exposure","ts":"2026-03-01T00:00:00Z","unit":"u","experiment":"e","variant":"v","source":)" +
           source + "}";
  };
  CHECK(verdict(with("\"beta\"")) == "exposure");
  CHECK(verdict(with("7")) == "exposure");
  CHECK(accepted(with("null")).event.source == ExposureSource::kExperiment);
  CHECK(accepted(with("\"forced\"")).event.source == ExposureSource::kForced);
  CHECK(accepted(with("\"qa\"")).event.source == ExposureSource::kQa);
}

TEST_CASE(
    "Event: value and every number in properties have at most 40 characters and a small exponent") {
  CHECK(verdict(outcome_with(R"(,"value":1e30)")) == "accepted");
  CHECK(verdict(outcome_with(R"(,"value":1e31)")) == "value");
  CHECK(verdict(outcome_with(R"(,"value":)" + std::string(40, '9'))) == "accepted");
  CHECK(verdict(outcome_with(R"(,"value":)" + std::string(41, '9'))) == "value");
  CHECK(verdict(outcome_with(R"(,"value":true)")) == "value");
  CHECK(verdict(outcome_with(R"(,"properties":{"a":{"b":[1,1e-31]}})")) == "value");
  CHECK(verdict(outcome_with(R"(,"properties":[1])")) == "outcome");
}

TEST_CASE("Event: a null member is absent") {
  const AcceptedEvent event =
      accepted(outcome_with(R"(,"value":null,"properties":null,"units":null)"));
  CHECK(event.event.value.is_null());
  CHECK(event.event.properties.is_null());
  CHECK(verdict(
            R"({"type":"outcome","id":null,"ts":"2026-03-01T00:00:00Z","unit":"u","name":"n"})") ==
        "id");
}

TEST_CASE(
    "Event: canonical bytes have sorted members, units for unit, and everything that was sent") {
  const AcceptedEvent event = accepted(
      R"({ "unit": "u1", "type": "outcome", "value": 1.50, "name": "b\u00fcy", "zz": {"b": 1, "a": [ ]},
           "ts": "2026-03-01T00:00:00Z", "id": "o" })");
  CHECK(
      event.canonical ==
      "{\"id\":\"o\",\"name\":\"b\xc3\xbcy\",\"ts\":\"2026-03-01T00:00:00Z\",\"type\":\"outcome\","
      "\"units\":{\"user_id\":\"u1\"},\"value\":1.50,\"zz\":{\"a\":[],\"b\":1}}");
}

TEST_CASE("Event: canonical bytes read back as the same event and stay what they are") {
  const AcceptedEvent sent = accepted(
      R"({"type":"exposure","id":"x","ts":"2026-03-01T00:00:00.5Z","units":{"visitor_id":"v","account":"a"},
          "experiment":"e","variant":"b","attributes":{"browser":"Chrome"},"source":"override"})");
  const Result<Event> read = decode_event(sent.canonical);
  REQUIRE(read);
  CHECK(read->units ==
        std::vector<Unit>{{UnitKind("account"), "a"}, {UnitKind("visitor_id"), "v"}});
  CHECK(read->experiment == ExperimentKey("e"));
  CHECK(read->source == ExposureSource::kOverride);
  CHECK(read->attributes == sent.event.attributes);
  CHECK(read->ts == sent.event.ts);
  CHECK(accepted(sent.canonical).canonical == sent.canonical);
}

TEST_CASE("Event: damaged canonical bytes are an internal error, never an event") {
  const std::string canonical = accepted(outcome_with("")).canonical;
  CHECK(decode_event(canonical.substr(0, canonical.size() - 3)).error().code == Errc::kInternal);
  CHECK(decode_event("{}").error().code == Errc::kInternal);
}

TEST_CASE("Event: rows of the log are read whatever the clock says now") {
  IntakeRules later = rules();
  later.now = kNow + std::chrono::hours(1000);
  const auto item = accept_event(
      *parse_json(R"({"type":"erase","ts":"2026-04-01T00:00:00Z","unit":"u"})"), later);
  CHECK(decode_event(std::get<AcceptedEvent>(item).canonical));
}

std::string identity(const std::string& json) {
  const AcceptedEvent event = accepted(json);
  return event_identity(event.event, event.canonical);
}

TEST_CASE("Identity: type, all units by kind, id; not the content") {
  const std::string base = identity(outcome_with(""));
  CHECK(base == identity(outcome_with(R"(,"value":3)")));
  CHECK(
      base ==
      identity(
          R"({"type":"outcome","id":"o","ts":"2026-01-01T00:00:00Z","units":{"user_id":"u1"},"name":"x"})"));
  CHECK(base !=
        identity(
            R"({"type":"outcome","id":"o","ts":"2026-03-01T00:00:00Z","unit":"u2","name":"buy"})"));
  CHECK(base !=
        identity(
            R"({"type":"outcome","id":"p","ts":"2026-03-01T00:00:00Z","unit":"u1","name":"buy"})"));
  CHECK(
      base !=
      identity(
          R"({"type":"outcome","id":"o","ts":"2026-03-01T00:00:00Z","units":{"user_id":"u1","v":"1"},"name":"buy"})"));
}

TEST_CASE("Identity: texts that run into each other stay apart") {
  const auto units = [](const std::string& members) {
    return identity(
        R"({"type":"outcome","id":"o","ts":"2026-03-01T00:00:00Z","name":"n","units":{)" + members +
        "}}");
  };
  CHECK(units(R"("a":"b;1:c1:d")") != units(R"("a":"b","c":"d")"));
}

TEST_CASE("Identity: an exposure without id is its whole content, ts included") {
  const std::string early =
      R"({"type":"exposure","ts":"2026-03-01T00:00:00Z","unit":"u","experiment":"e","variant":"v"})";
  const std::string late =
      R"({"type":"exposure","ts":"2026-03-01T00:00:01Z","unit":"u","experiment":"e","variant":"v"})";
  CHECK(identity(early) == identity(early));
  CHECK(identity(early) != identity(late));
}

TEST_CASE("Event: a bare unit is of the default kind") {
  IntakeRules visitors = rules();
  visitors.default_unit_kind = UnitKind("visitor_id");
  const auto item = accept_event(
      *parse_json(R"({"type":"erase","ts":"2026-03-01T00:00:00Z","unit":"u"})"), visitors);
  CHECK(std::get<AcceptedEvent>(item).event.units.front().kind == UnitKind("visitor_id"));
}

}  // namespace
}  // namespace converge
