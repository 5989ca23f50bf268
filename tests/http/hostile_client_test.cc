#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "server/api/route.h"
#include "tests/http/api_fixture.h"
#include "tests/http/raw_socket.h"

// What no well-behaved client sends, on every route that a public key opens.
namespace converge {
namespace {

using namespace test;
using std::chrono::milliseconds;

std::vector<const Route*> client_routes(Verb verb) {
  std::vector<const Route*> found;
  for (const Route& route : routes()) {
    if (route.access == Access::kClient && route.verb == verb) found.push_back(&route);
  }
  REQUIRE(found.size() >= 3);
  return found;
}

std::string head_of(const Route& route, std::size_t length) {
  return std::string(name_of(route.verb)) + " " + concrete(route, "button_colour") +
         " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + kClientKey +
         "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

bool is_alive(TestServer& server) {
  return server.post("/v1/assign", kClientKey, R"({"unit": "u1"})").status == 200;
}

TEST_CASE("Hostile bodies: every client route says 4xx, or skips items, and goes on") {
  TestServer server;
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  std::string wide = "{";
  for (int i = 0; i < 20'000; ++i) wide += "\"k" + std::to_string(i) + "\":1,";
  wide += "\"end\":1}";
  const std::string bodies[] = {
      "",
      "{",
      R"({"context": {"targetingKey": "u)",
      R"([{"event_name": "Experiment Vie)",
      "nul",
      "{}{}",
      "[1e999999]",
      "\xff\xfe{",
      std::string("{\"a\":\"\0\"}", 9),
      "{\"a\": \"\\ud800\"}",
      R"({"a": 1, "a": 2})",
      deep,
      R"({"context": )" + deep + "}",
      R"({"attributes": {"id": )" + deep + "}}",
      "[" + deep + "]",
      wide,
      R"([{"event_name": 1}, null, 7, "x", [], {"event_name": "x", "properties_json": "y"}])",
      R"({"context": "x", "attributes": 7, "unit": {}, "forcedFeatures": "y", "url": []})",
  };
  for (const Route* route : client_routes(Verb::kPost)) {
    for (const std::string& body : bodies) {
      const Response response = server.post(concrete(*route, "button_colour"), kClientKey, body);
      INFO(route->path << " " << body.substr(0, 60));
      CHECK(response.status < 500);
      if (response.status == 200) continue;
      // Told in the open, as an object that names the mistake.
      CHECK(response.header("access-control-allow-origin") == "*");
      CHECK(json_of(response).as_object() != nullptr);
    }
    CHECK(is_alive(server));
  }
}

TEST_CASE("Hostile bodies: 10 MB are refused by every route, whether announced or sent in chunks") {
  constexpr std::size_t kBytes = std::size_t{10} * 1024 * 1024;
  TestServer server;
  const std::string large = "[" + std::string(kBytes, ' ') + "]";
  for (const Route& route : routes()) {
    if (route.verb != Verb::kPost) continue;
    INFO(route.path);
    CHECK_THAT(detail_of(server.post(concrete(route, "button_colour"), kClientKey, large), 413),
               Catch::Contains("4194304 bytes"));
    RawSocket chunked(server.http->port());
    chunked.send("POST " + concrete(route, "button_colour") +
                 " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "100000\r\n" + std::string(0x100000, ' ') + "\r\n";
    for (int i = 0; i < 5; ++i) chunked.send(chunk);
    CHECK_THAT(chunked.read_until("\r\n", kPatience), Catch::StartsWith("HTTP/1.1 413"));
  }
  CHECK(is_alive(server));
}

TEST_CASE("Slow clients: headers and bodies that do not end are cut, on every client route") {
  TestLimits limits;
  limits.http.header_timeout = milliseconds(200);
  limits.http.body_timeout = milliseconds(200);
  TestServer server({}, limits);
  std::vector<std::unique_ptr<RawSocket>> slow;
  for (const Verb verb : {Verb::kGet, Verb::kPost}) {
    for (const Route* route : client_routes(verb)) {
      const std::string head = head_of(*route, 100);
      slow.push_back(std::make_unique<RawSocket>(server.http->port()));
      slow.back()->send(head.substr(0, head.size() - 3));
      slow.push_back(std::make_unique<RawSocket>(server.http->port()));
      slow.back()->send(head + "{\"context\"");
    }
  }
  CHECK(is_alive(server));
  for (const auto& client : slow) {
    CHECK(client->read_to_end(kPatience).empty());
    CHECK(client->is_closed());
  }
  CHECK(is_alive(server));
}

TEST_CASE("Slow clients: many idle streams leave everyone else served, and go with their clients") {
  constexpr int kStreams = 300;
  TestServer server;
  {
    std::vector<std::unique_ptr<RawSocket>> idle;
    for (int i = 0; i < kStreams; ++i) {
      idle.push_back(std::make_unique<RawSocket>(server.http->port()));
      const std::string path = i % 2 == 0 ? "/ofrep/v1/stream" : std::string("/sub/") + kClientKey;
      idle.back()->send("GET " + path + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + kClientKey +
                        "\r\n\r\n");
    }
    for (const auto& client : idle) {
      CHECK_THAT(client->read_until("\n\n", kPatience), Catch::StartsWith("HTTP/1.1 200"));
    }
    CHECK(server.http->connections() >= kStreams);
    CHECK(is_alive(server));
    // A client of a stream that talks on is not listened to.
    idle.front()->send(std::string(100'000, 'x'));
    CHECK(is_alive(server));
  }
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (server.http->connections() > 1 && std::chrono::steady_clock::now() < end) {
    CHECK(is_alive(server));
  }
  CHECK(server.http->connections() == 1);
}

}  // namespace
}  // namespace converge
