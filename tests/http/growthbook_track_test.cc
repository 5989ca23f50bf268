#include <catch2/catch.hpp>

#include "engine/codec/json.h"
#include "tests/http/api_fixture.h"

// What tracking plugins send, in every dialect, and what the log has of it.
namespace converge {
namespace {

using namespace test;

const std::string kTrack = std::string("/track?client_key=") + kClientKey;

struct TrackServer : TestServer {
  /// As a browser sends it.
  Response track(const std::string& body) {
    return send("POST", kTrack, {{"Content-Type", "text/plain;charset=UTF-8"}}, body);
  }
  /// "accepted duplicates ignored rejected" of a body that is answered with 200.
  std::string figures(const std::string& body) {
    const Response response = track(body);
    REQUIRE(response.status == 200);
    const Value answer = json_of(response);
    CHECK(integer_at(answer, "status") == 200);
    const auto text = [&answer](const char* name) {
      return std::to_string(integer_at(answer, name));
    };
    return text("accepted") + " " + text("duplicates") + " " + text("ignored") + " " +
           std::to_string(answer.find("rejected")->as_array()->size());
  }
  /// The reason for which the only item is rejected.
  std::string reason(const std::string& item) {
    const Response response = track("[" + item + "]");
    REQUIRE(response.status == 200);
    CHECK(integer_at(json_of(response), "accepted") == 0);
    return text_at(item_at(json_of(response), "rejected", 0), "reason");
  }
  /// The newest record of the log.
  Value logged() {
    const auto last = store.events().last();
    const auto row = store.events().row(*last);
    REQUIRE(row.has_value());
    return *parse_json(row->body);
  }
  /// Experiment, variant and units of what was logged for one item.
  std::string exposure(const std::string& item) {
    REQUIRE(figures("[" + item + "]") == "1 0 0 0");
    const Value event = logged();
    CHECK(text_at(event, "type") == "exposure");
    return text_at(event, "experiment") + " " + text_at(event, "variant") + " " +
           to_json(*event.find("units"));
  }
};

std::string js_exposure(const std::string& properties) {
  return R"({"event_name": "Experiment Viewed", "properties_json": )" + properties +
         R"(, "user_id": null, "device_id": "u1", "page_id": null, "session_id": null,
             "sdk_language": "js", "sdk_version": "1.8.0", "url": "https://shop.example/",
             "context_json": {"country": "DE"}})";
}

std::string rest_exposure(const std::string& properties) {
  return R"({"event_name": "Experiment Viewed", "properties": )" + properties +
         R"(, "attributes": {"id": "u1", "country": "DE", "sdk_language": "php"}})";
}

std::string python_exposure(const std::string& more) {
  return R"({"event_name": "$$experiment_viewed", "device_id": "u1", "context_json": {"country": "DE"},
             "properties_json": {"experiment_id": "colour", "variation_id": 1, "variation_key": "red",
                                 "hash_attribute": "id", "hash_value": "u1")" +
         more + "}}";
}

constexpr const char* kRed =
    R"({"experimentId": "colour", "variationId": "red", "hashAttribute": "id", "hashValue": "u1"})";

TEST_CASE("GrowthBook track: all dialects give the same exposure") {
  TrackServer server;
  const std::string expected = R"(colour red {"user_id":"u1"})";
  CHECK(server.exposure(js_exposure(kRed)) == expected);
  CHECK(server.exposure(rest_exposure(R"({"experimentId": "colour", "variationId": 1})")) ==
        expected);
  CHECK(server.exposure(python_exposure(R"(, "in_experiment": true, "hash_used": true)")) ==
        expected);
  CHECK(text_at(server.logged(), "source") == "experiment");
}

TEST_CASE("GrowthBook track: an exposure has the receive time and says so") {
  TrackServer server;
  server.exposure(js_exposure(kRed));
  CHECK(text_at(server.logged(), "ts") == "2026-03-02T09:00:00Z");
  CHECK(text_at(server.logged(), "ts_source") == "received");
  std::string timed = js_exposure(kRed);
  timed.insert(1, R"("ts": "2026-03-01T00:00:00Z", "id": "mine", )");
  server.exposure(timed);
  CHECK(text_at(server.logged(), "ts") == "2026-03-01T00:00:00Z");
  CHECK(text_at(server.logged(), "id") == "mine");
  CHECK(server.logged().find("ts_source") == nullptr);
}

TEST_CASE("GrowthBook track: segments read the context, and the rest is kept beside") {
  TrackServer server;
  server.exposure(js_exposure(kRed));
  const Value event = server.logged();
  CHECK(to_json(*event.find("attributes")) == R"({"country":"DE"})");
  const Value& rest = *event.find("growthbook");
  CHECK(text_at(rest, "url") == "https://shop.example/");
  CHECK(text_at(rest, "sdk_language") == "js");
  CHECK(rest.find("context_json") == nullptr);
  server.exposure(rest_exposure(R"({"experimentId": "colour", "variationId": 0})"));
  CHECK(text_at(*server.logged().find("attributes"), "country") == "DE");
}

TEST_CASE("GrowthBook track: a variation is a key first, then an index") {
  TrackServer server;
  const auto variant = [&server](const std::string& sent) {
    server.exposure(js_exposure(R"({"experimentId": "colour", "variationId": )" + sent +
                                R"(, "hashAttribute": "id", "hashValue": "u1"})"));
    return text_at(server.logged(), "variant");
  };
  CHECK(variant(R"("control")") == "control");
  CHECK(variant(R"("1")") == "red");
  CHECK(variant("0") == "control");
  // The fold counts what it does not know.
  CHECK(variant("2") == "2");
  CHECK(variant(R"("green")") == "green");
  server.exposure(js_exposure(
      R"({"experimentId": "elsewhere", "variationId": "1", "hashAttribute": "id", "hashValue": "u1"})"));
  CHECK(text_at(server.logged(), "variant") == "1");
}

TEST_CASE("GrowthBook track: the unit is what was hashed, numbers as the SDK hashes them") {
  TrackServer server;
  const auto units = [&server](const std::string& hashed) {
    server.exposure(
        js_exposure(R"({"experimentId": "colour", "variationId": "red", )" + hashed + "}"));
    return to_json(*server.logged().find("units"));
  };
  CHECK(units(R"("hashAttribute": "id", "hashValue": "u7")") == R"({"user_id":"u7"})");
  CHECK(units(R"("hashAttribute": "id", "hashValue": 42)") == R"({"user_id":"42"})");
  // An attribute that is no unit kind's is one of its own.
  CHECK(units(R"("hashAttribute": "company", "hashValue": "c1")") == R"({"company":"c1"})");
  // Without what was hashed: the experiment's attribute, which the SDK renames.
  CHECK(units(R"("hashAttribute": "id")") == R"({"user_id":"u1"})");
}

TEST_CASE("GrowthBook track: units are named by their kind") {
  TrackServer server;
  std::string definitions = kDefinitions;
  const std::string before = "metrics:\n  bought";
  definitions.replace(
      definitions.find(before), before.size(),
      "units: {user_id: id, login: user_id, visitor: anonymous_id, account: account_id}\n" +
          before);
  TrackServer other;
  other.apply(definitions);
  other.exposure(js_exposure(
      R"({"experimentId": "x", "variationId": "1", "hashAttribute": "account_id", "hashValue": "a1"})"));
  CHECK(to_json(*other.logged().find("units")) == R"({"account":"a1"})");
  CHECK(other.figures(R"([{"event_name": "purchase", "properties_json": {}, "user_id": "u5",
                           "device_id": "v5", "context_json": {"account_id": 12}}])") == "1 0 0 0");
  CHECK(to_json(*other.logged().find("units")) ==
        R"({"account":"12","login":"u5","visitor":"v5"})");
}

TEST_CASE("GrowthBook track: what was forced is kept and never analysed") {
  TrackServer server;
  server.exposure(python_exposure(R"(, "in_experiment": true, "hash_used": false)"));
  CHECK(text_at(server.logged(), "source") == "forced");
  CHECK(server.reason(python_exposure(R"(, "in_experiment": false)")) == "exposure");
}

TEST_CASE("GrowthBook track: a custom event is an outcome of the user") {
  TrackServer server;
  CHECK(server.figures(R"([{"event_name": "purchase", "properties_json": {"amount": 12.50},
                            "device_id": "u1", "context_json": {"country": "DE"}}])") == "1 0 0 0");
  const Value event = server.logged();
  CHECK(text_at(event, "type") == "outcome");
  CHECK(text_at(event, "name") == "purchase");
  CHECK(to_json(*event.find("properties")) == R"({"amount":12.50})");
  CHECK(to_json(*event.find("units")) == R"({"user_id":"u1"})");
  CHECK(text_at(event, "ts_source") == "received");
  CHECK(text_at(*event.find("growthbook")->find("context_json"), "country") == "DE");
  CHECK(server.figures(R"({"event_name": "purchase", "properties": {"amount": 1},
                           "attributes": {"id": "u2"}})") == "1 0 0 0");
  CHECK(to_json(*server.logged().find("units")) == R"({"user_id":"u2"})");
}

TEST_CASE("GrowthBook track: two equal custom events are two, an item with an id is one") {
  TrackServer server;
  const std::string click = R"({"event_name": "click", "device_id": "u1"})";
  CHECK(server.figures("[" + click + "," + click + "]") == "2 0 0 0");
  server.clock.advance_to(server.clock.now() + std::chrono::milliseconds(1));
  CHECK(server.figures("[" + click + "]") == "1 0 0 0");
  const std::string named =
      R"({"event_name": "click", "device_id": "u1", "id": "c1", "ts": "2026-03-02T08:00:00Z"})";
  CHECK(server.figures("[" + named + "]") == "1 0 0 0");
  CHECK(server.figures("[" + named + "]") == "1 1 0 0");
}

TEST_CASE("GrowthBook track: usage events are ignored, whatever they hold") {
  TrackServer server;
  CHECK(server.figures(R"([{"event_name": "Feature Evaluated", "properties_json": {"feature": "f"}},
                           {"event_name": "$$feature_evaluated", "properties_json": 7}])") ==
        "0 0 2 0");
  CHECK(raw(*server.store.events().last()) == 0);
}

TEST_CASE("GrowthBook track: bad items are skipped with their place, good ones are kept") {
  TrackServer server;
  const Response response =
      server.track("[7, " + js_exposure(kRed) + R"(, {"event_name": "purchase"}, )" +
                   R"({"event_name": "click", "device_id": "u1"}])");
  REQUIRE(response.status == 200);
  const Value answer = json_of(response);
  CHECK(integer_at(answer, "accepted") == 2);
  CHECK(integer_at(item_at(answer, "rejected", 0), "index") == 0);
  CHECK(text_at(item_at(answer, "rejected", 0), "reason") == "not_json");
  CHECK(integer_at(item_at(answer, "rejected", 1), "index") == 2);
  CHECK(text_at(item_at(answer, "rejected", 1), "reason") == "unit");
  CHECK(raw(*server.store.events().last()) == 2);
  CHECK_THAT(server.get("/metrics", kReadKey).body,
             Catch::Contains("converge_events_rejected_total{reason=\"unit\"} 1\n"));
}

TEST_CASE("GrowthBook track: every way an item can be bad has its reason") {
  TrackServer server;
  CHECK(server.reason("null") == "not_json");
  CHECK(server.reason("[]") == "not_json");
  CHECK(server.reason("{}") == "type");
  CHECK(server.reason(R"({"event_name": ""})") == "type");
  CHECK(server.reason(R"({"event_name": {"$gt": ""}})") == "type");
  CHECK(server.reason(js_exposure("{}")) == "exposure");
  CHECK(server.reason(js_exposure("[]")) == "exposure");
  CHECK(server.reason(js_exposure(R"({"experimentId": 7, "variationId": "1"})")) == "exposure");
  CHECK(server.reason(js_exposure(
            R"({"experimentId": "colour", "hashAttribute": "id", "hashValue": "u1"})")) ==
        "exposure");
  CHECK(server.reason(js_exposure(
            R"({"experimentId": "colour", "variationId": [1], "hashValue": "u1"})")) == "exposure");
  for (const char* value : {"false", "0", R"("null")", "[1]", R"({"a": 1})"}) {
    INFO(value);
    CHECK(server.reason(js_exposure(
              std::string(R"({"experimentId": "colour", "variationId": "1", "hashValue": )") +
              value + "}")) == "unit");
  }
  CHECK(server.reason(R"({"event_name": "e", "device_id": "u1", "properties_json": "x"})") ==
        "outcome");
  CHECK(server.reason(R"({"event_name": "e", "device_id": "u1", "properties": {"n": 1e99}})") ==
        "value");
  CHECK(server.reason(R"({"event_name": "e", "device_id": "u1", "ts": "yesterday"})") == "ts");
  CHECK(server.reason(R"({"event_name": "e", "device_id": "u1", "ts": "2027-01-01T00:00:00Z"})") ==
        "ts_future");
  CHECK(server.reason(R"({"event_name": "e", "device_id": "u1", "id": 7})") == "id");
  CHECK(server.reason(R"({"event_name": "e", "device_id": "u1", "properties": {"t": ")" +
                      std::string(70'000, 't') + "\"}}") == "value");
  CHECK(raw(*server.store.events().last()) == 0);
}

TEST_CASE("GrowthBook track: bodies that are none or too large are refused whole") {
  TrackServer server;
  const auto error = [&server](const std::string& body, int status) {
    const Response response = server.track(body);
    INFO(response.body);
    REQUIRE(response.status == status);
    CHECK(response.header("access-control-allow-origin") == "*");
    CHECK(integer_at(json_of(response), "status") == status);
    return text_at(json_of(response), "error");
  };
  for (const char* body : {"", "nonsense", "7", "null", "[{]", "[1,]"}) {
    INFO(body);
    CHECK_THAT(error(body, 400), Catch::StartsWith("body"));
  }
  error(std::string(5'000, '[') + std::string(5'000, ']'), 413);
  std::string many = "[{}";
  for (int i = 0; i < 10'000; ++i) many += ",{}";
  CHECK_THAT(error(many + "]", 413), Catch::Contains("10000"));
  CHECK(server.figures("[]") == "0 0 0 0");
}

TEST_CASE("GrowthBook track: 200 is said after the commit, and not when it fails") {
  TrackServer server;
  server.store.gate().fail_with({Errc::kUnavailable, "disk full"});
  const Response response = server.track("[" + js_exposure(kRed) + "]");
  CHECK(response.status == 503);
  CHECK(text_at(json_of(response), "error") == "disk full");
  CHECK(response.header("retry-after") == "1");
}

TEST_CASE("GrowthBook track: a page asks first when it sends application/json") {
  TrackServer server;
  const Response preflight =
      server.send("OPTIONS", kTrack, {{"Origin", "https://shop.example"}}, "");
  CHECK(preflight.status == 204);
  CHECK(preflight.header("access-control-allow-origin") == "*");
  CHECK_THAT(std::string(preflight.header("access-control-allow-headers")),
             Catch::Contains("content-type"));
  CHECK(server.send("POST", kTrack, {{"Content-Type", "application/json"}}, "[]").status == 200);
}

}  // namespace
}  // namespace converge
