#include <catch2/catch.hpp>
#include <set>

#include "server/api/answer.h"
#include "server/api/route.h"
#include "tests/http/api_fixture.h"

// What holds for every row of the route table, whatever its handler does.
namespace converge {
namespace {

using namespace test;

/// Whether an answer that is no error has no end.
bool is_stream(const Route& route) {
  return route.path == "/sub/{clientKey}" || route.path == "/ofrep/v1/stream";
}

/// What the answer says of an error, in the route's own form.
std::string refusal_of(const Response& response, const Route& route, int status) {
  if (route.error == static_cast<ErrorForm>(coded_problem)) return detail_of(response, status);
  INFO(response.body);
  REQUIRE(response.status == status);
  CHECK(response.content_type == "application/json");
  CHECK(integer_at(json_of(response), "status") == status);
  return text_at(json_of(response), "error");
}

/// A known key whose role does not suffice.
std::string weaker_key(Access access) {
  switch (access) {
    case Access::kOpen:
      return "";
    case Access::kClient:
      return kReadKey;
    case Access::kRead:
      return kClientKey;
    case Access::kWrite:
      return kReadKey;
    case Access::kDecide:
      return kWriteKey;
  }
  return "";
}

std::string sufficient_key(Access access) {
  switch (access) {
    case Access::kOpen:
      return "";
    case Access::kClient:
      return kClientKey;
    case Access::kRead:
      return kReadKey;
    case Access::kWrite:
      return kWriteKey;
    case Access::kDecide:
      return kDecideKey;
  }
  return "";
}

TEST_CASE("Routes: only what needs microseconds runs where the sockets are read") {
  std::set<std::string_view> at_once;
  for (const Route& route : routes()) {
    if (route.handler.pace == Pace::kAtOnce) at_once.insert(route.path);
  }
  CHECK(at_once == std::set<std::string_view>{"/v1/assign", "/ofrep/v1/evaluate/flags",
                                              "/ofrep/v1/evaluate/flags/{key}",
                                              "/api/eval/{clientKey}", "/healthz", "/readyz"});
}

TEST_CASE("Routes: every route but the open ones wants a key, and one of sufficient role") {
  TestServer server;
  for (const Route& route : routes()) {
    const std::string path = concrete(route, "colour");
    INFO(name_of(route.verb) << " " << path);
    if (route.access == Access::kOpen) {
      CHECK(server.send(name_of(route.verb), path, {}, "").status == 200);
      continue;
    }
    if (has_key_in_path(route.path)) continue;
    const Response none = server.send(name_of(route.verb), path, {}, "{}");
    CHECK_THAT(refusal_of(none, route, 401), Catch::Contains("a key is needed"));
    CHECK(none.header("www-authenticate") == "Bearer");
    const Response unknown =
        server.send(name_of(route.verb), path, with_key("unknown-key-0123456789"), "{}");
    CHECK_THAT(refusal_of(unknown, route, 401), Catch::Contains("not known"));
    const Response weak =
        server.send(name_of(route.verb), path, with_key(weaker_key(route.access)), "{}");
    CHECK_THAT(refusal_of(weak, route, 403), Catch::Contains(name_of(route.access)));
    if (is_stream(route)) continue;
    const Response good =
        server.send(name_of(route.verb), path, with_key(sufficient_key(route.access)), "{}");
    CHECK(good.status != 401);
    CHECK(good.status != 403);
  }
}

TEST_CASE("Routes: where the key stands in the path only a client key there gets in") {
  TestServer server;
  for (const Route& route : routes()) {
    if (!has_key_in_path(route.path)) continue;
    INFO(route.path);
    const char* verb = name_of(route.verb);
    const auto refused = [&](const std::string& key) {
      const Response response =
          server.send(verb, with_parameter(route, key), with_key(kDecideKey), "{}");
      return refusal_of(response, route, 401);
    };
    CHECK_THAT(refused("unknown-key-0123456789"), Catch::Contains("not known"));
    // A secret key has no place in addresses, which stand in logs and pages.
    CHECK_THAT(refused(kWriteKey), Catch::Contains("Bearer only"));
    if (is_stream(route)) continue;
    CHECK(server.send(verb, with_parameter(route, kClientKey), {}, "{}").status == 200);
  }
}

TEST_CASE("Routes: a wrong verb is answered with 405 and the right ones") {
  TestServer server;
  for (const Route& route : routes()) {
    const Response response =
        server.send("DELETE", concrete(route, "colour"), with_key(kDecideKey), "");
    INFO(route.path);
    CHECK_THAT(detail_of(response, 405), Catch::Contains(name_of(route.verb)));
    CHECK_THAT(std::string(response.header("allow")), Catch::StartsWith(name_of(route.verb)));
  }
}

TEST_CASE("Routes: an unknown path is answered with 404 and the nearest one") {
  TestServer server;
  CHECK_THAT(detail_of(server.get("/v1/asign", kReadKey), 404), Catch::Contains("/v1/assign?"));
  CHECK_THAT(detail_of(server.get("/v1/experiments/colour/result", kReadKey), 404),
             Catch::Contains("/v1/experiments/colour/results?"));
  CHECK_THAT(detail_of(server.get("/nowhere/at/all/of/this", kReadKey), 404),
             Catch::Contains("/openapi.json"));
  CHECK_THAT(detail_of(server.get("/v1/experiments/%zz", kReadKey), 400), Catch::Contains("path"));
}

TEST_CASE("Routes: a query parameter that a route does not know is refused by name") {
  TestServer server;
  for (const Route& route : routes()) {
    if (route.surplus == Surplus::kIgnored) continue;
    INFO(route.path);
    const Response response =
        server.send(name_of(route.verb), concrete(route, "colour") + "?surplus=1",
                    with_key(sufficient_key(route.access)), "{}");
    CHECK_THAT(refusal_of(response, route, 400), Catch::Contains("\"surplus\""));
  }
  CHECK_THAT(detail_of(server.get("/v1/review?wek=2026-W10", kReadKey), 400),
             Catch::Contains("did you mean \"week\"?"));
}

TEST_CASE("Routes: no two rows serve the same, and each has a summary") {
  std::set<std::string> seen;
  for (const Route& route : routes()) {
    INFO(route.path);
    CHECK(seen.insert(std::string(name_of(route.verb)) + std::string(route.path)).second);
    CHECK(!route.summary.empty());
    CHECK(route.handler.function != nullptr);
  }
}

TEST_CASE("Routes: openapi.json lists every route with its role") {
  TestServer server;
  const Value document = json_of(server.get("/openapi.json", ""));
  const Value* paths = document.find("paths");
  REQUIRE(paths != nullptr);
  for (const Route& route : routes()) {
    INFO(route.path);
    const Value* path = paths->find(route.path);
    REQUIRE(path != nullptr);
    const Value* operation = path->find(route.verb == Verb::kGet ? "get" : "post");
    REQUIRE(operation != nullptr);
    CHECK(text_at(*operation, "x-role") == name_of(route.access));
  }
}

TEST_CASE(
    "Routes: a client key works as header, bearer and parameter, a secret one as bearer only") {
  TestServer server;
  const std::string body = R"({"unit": "u1"})";
  CHECK(server.send("POST", "/v1/assign", {{"X-Client-Key", kClientKey}}, body).status == 200);
  CHECK(server.post("/v1/assign", kClientKey, body).status == 200);
  CHECK(server.post("/v1/assign", kWriteKey, body).status == 200);
  const std::string in_query = "/v1/assign?client_key=";
  CHECK(server.send("POST", in_query + kClientKey, {}, body).status == 200);
  CHECK_THAT(detail_of(server.send("POST", in_query + kWriteKey, {}, body), 401),
             Catch::Contains("Authorization: Bearer only"));
  CHECK_THAT(detail_of(server.send("POST", "/v1/assign", {{"X-Client-Key", kWriteKey}}, body), 401),
             Catch::Contains("Authorization: Bearer only"));
}

TEST_CASE("Routes: browsers may assign and send events from any origin, and nothing else") {
  TestServer server;
  for (const Route& route : routes()) {
    INFO(route.path);
    const Response preflight =
        server.send("OPTIONS", concrete(route, "colour"), {{"Origin", "https://x"}}, "");
    const bool is_client = route.access == Access::kClient;
    CHECK(preflight.status == (is_client ? 204 : 405));
    CHECK(preflight.header("access-control-allow-origin") == (is_client ? "*" : ""));
    const Response refused =
        server.send(name_of(route.verb), with_parameter(route, "colour"), {}, "{}");
    CHECK(refused.header("access-control-allow-origin") == (is_client ? "*" : ""));
  }
}

TEST_CASE("Routes: HEAD answers as GET without a body") {
  TestServer server;
  const Response head = server.send("HEAD", "/healthz", {}, "");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
}

TEST_CASE("Errors: a body of 10 MB is answered with 413 as a problem") {
  TestServer server;
  for (const char* path : {"/v1/events", "/v1/assign"}) {
    const Response response =
        server.post(path, kClientKey, "[" + std::string(std::size_t{10} * 1024 * 1024, ' ') + "]");
    CHECK_THAT(detail_of(response, 413), Catch::Contains("4194304 bytes"));
  }
}

TEST_CASE("Operation: healthz and readyz tell what goes on") {
  TestServer server;
  CHECK(text_at(json_of(server.get("/healthz", "")), "status") == "ok");
  CHECK(server.get("/readyz", "").status == 200);
  server.health.tick_ended(server.clock.now(), Error{Errc::kUnavailable, "disk full"});
  const Value degraded = json_of(server.get("/healthz", ""));
  CHECK(text_at(degraded, "status") == "degraded");
  CHECK(text_at(*degraded.find("tick"), "error") == "disk full");
  CHECK(text_at(*degraded.find("tick"), "since") == "2026-03-02T09:00:00Z");
  server.health.tick_ended(server.clock.now(), {});
  CHECK(text_at(json_of(server.get("/healthz", "")), "status") == "ok");
  server.health.drain();
  CHECK(text_at(json_of(server.get("/healthz", "")), "status") == "draining");
  const Response not_ready = server.get("/readyz", "");
  CHECK_THAT(detail_of(not_ready, 503), Catch::Contains("stopping"));
  CHECK(not_ready.header("retry-after") == "1");
}

TEST_CASE("Operation: metrics count what was answered and refused") {
  TestServer server;
  server.post("/v1/assign", kClientKey, R"({"unit": "u1"})");
  server.post("/v1/events", kClientKey, R"([{"type": "surprise"}])");
  const Response metrics = server.get("/metrics", kReadKey);
  CHECK(metrics.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK_THAT(metrics.body, Catch::Contains("converge_assignments_total 1\n"));
  CHECK_THAT(metrics.body, Catch::Contains("converge_events_rejected_total{reason=\"type\"} 1\n"));
  CHECK_THAT(metrics.body, Catch::Contains("converge_http_answers_total{status=\"2xx\"} 2\n"));
  CHECK_THAT(metrics.body, Catch::Contains("# TYPE converge_events_queued gauge\n"));
}

}  // namespace
}  // namespace converge
