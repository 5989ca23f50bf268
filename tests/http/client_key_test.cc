#include <catch2/catch.hpp>
#include <set>

#include "server/api/route.h"
#include "tests/http/api_fixture.h"
#include "tests/http/raw_socket.h"

// A client key stands in web pages, so this list is written by hand and not derived from the table.
namespace converge {
namespace {

using namespace test;

/// All that a client key may do: assign, evaluate, send.
const std::set<std::string> kAdmitted = {
    "POST /v1/assign",
    "POST /v1/events",
    "POST /ofrep/v1/evaluate/flags/{key}",
    "POST /ofrep/v1/evaluate/flags",
    "GET /ofrep/v1/stream",
    "GET /api/features/{clientKey}",
    "GET /sub/{clientKey}",
    "POST /api/eval/{clientKey}",
    "POST /track",
};
/// What anyone may, with or without a key.
const std::set<std::string> kOpen = {
    "GET /healthz",
    "GET /readyz",
    "GET /openapi.json",
    "GET /v1/schema",
};

/// The status of an answer that may have no end.
int status_of(const TestServer& server, const Route& route, const std::string& header) {
  RawSocket client(server.http->port());
  client.send(std::string(name_of(route.verb)) + " " + concrete(route, "button_colour") +
              " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" + header + "\r\n{}");
  return std::stoi(client.read_until("\r\n", kPatience).substr(9, 3));
}

TEST_CASE("Client key: it may assign, evaluate and send, and nothing else in the whole table") {
  TestServer server;
  std::set<std::string> seen;
  for (const Route& route : routes()) {
    const std::string row = std::string(name_of(route.verb)) + " " + std::string(route.path);
    INFO(row);
    seen.insert(row);
    for (const std::string& header : {std::string("Authorization: Bearer ") + kClientKey + "\r\n",
                                      std::string("X-API-Key: ") + kClientKey + "\r\n",
                                      std::string("X-Client-Key: ") + kClientKey + "\r\n"}) {
      const int status = status_of(server, route, header);
      if (kAdmitted.count(row) + kOpen.count(row) > 0) {
        CHECK(status != 401);
        CHECK(status != 403);
      } else {
        CHECK(status == 403);
      }
    }
  }
  for (const auto& list : {kAdmitted, kOpen}) {
    for (const std::string& row : list) {
      INFO(row);
      CHECK(seen.count(row) == 1);
    }
  }
}

TEST_CASE("Client key: with event_types it sends only those, on every route that takes events") {
  TestServer server;
  const auto outcome = [](const std::string& type) {
    return R"([{"type": ")" + type +
           R"(", "id": "1", "ts": "2026-03-02T08:00:00Z", "unit": "u1", "name": "purchase"}])";
  };
  const auto reason_of = [&](const char* key, const std::string& type) {
    const Value answer = json_of(server.post("/v1/events", key, outcome(type)));
    if (integer_at(answer, "accepted") == 1) return std::string("accepted");
    const Value& rejected = item_at(answer, "rejected", 0);
    CHECK_THAT(text_at(rejected, "error"),
               Catch::Contains("this key may send outcome, link, not " + type));
    return text_at(rejected, "reason");
  };
  for (const char* type : {"retract", "erase"}) {
    INFO(type);
    CHECK(reason_of(kOutcomesKey, type) == "type");
    CHECK(reason_of(kClientKey, type) == "accepted");
  }
  CHECK(reason_of(kOutcomesKey, "outcome") == "accepted");
  const Response tracked =
      server.post(std::string("/track?client_key=") + kOutcomesKey, kOutcomesKey,
                  R"([{"event_name": "Experiment Viewed", "attributes": {"id": "u1"},
                       "properties": {"experimentId": "colour", "variationId": "red",
                                      "hashAttribute": "id", "hashValue": "u1"}}])");
  REQUIRE(tracked.status == 200);
  CHECK_THAT(text_at(item_at(json_of(tracked), "rejected", 0), "error"),
             Catch::Contains("this key may send outcome, link, not exposure"));
}

TEST_CASE("Client key: a request without any key changes nothing either") {
  TestServer server;
  for (const Route& route : routes()) {
    const std::string row = std::string(name_of(route.verb)) + " " + std::string(route.path);
    if (kOpen.count(row) > 0 || has_key_in_path(route.path)) continue;
    INFO(row);
    CHECK(status_of(server, route, "") == 401);
  }
}

}  // namespace
}  // namespace converge
