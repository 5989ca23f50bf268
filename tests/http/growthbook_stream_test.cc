#include <catch2/catch.hpp>

#include "tests/http/api_fixture.h"
#include "tests/http/raw_socket.h"

// GET /sub: SDKs hear of every change.
namespace converge {
namespace {

using namespace test;
using std::chrono::milliseconds;

constexpr milliseconds kNews{1'000};

std::string definitions_with_greeting(const std::string& greeting) {
  std::string text = kDefinitions;
  const std::string before = "metrics:\n  bought";
  return text.replace(text.find(before), before.size(),
                      "flags: {greeting: {default: " + greeting + "}}\n" + before);
}

std::string subscription(const std::string& more) {
  return std::string("GET /sub/") + kClientKey + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

/// What a features event of the present catalog looks like.
std::string features_event(TestServer& server) {
  return "id: " + server.engine->catalog()->definitions_version() + "\nevent: features\ndata: " +
         server.send("GET", std::string("/api/features/") + kClientKey, {}, "").body + "\n\n";
}

TEST_CASE("GrowthBook stream: the header of features announces it") {
  TestServer server;
  const Response features = server.send("GET", std::string("/api/features/") + kClientKey, {}, "");
  CHECK(features.header("x-sse-support") == "enabled");
  CHECK(features.header("access-control-expose-headers") == "ETag, Retry-After, x-sse-support");
  // A page that is evaluated remotely must not be sent what is evaluated locally.
  const Response remote = server.send("POST", std::string("/api/eval/") + kClientKey, {}, "{}");
  CHECK(remote.header("x-sse-support").empty());
}

TEST_CASE("GrowthBook stream: retry at once, then the present features, open to any page") {
  TestServer server;
  RawSocket client(server.http->port());
  client.send(subscription(""));
  const std::string begun = client.read_until("\n\n", kPatience);
  CHECK_THAT(begun, Catch::StartsWith("HTTP/1.1 200"));
  CHECK_THAT(begun, Catch::Contains("Content-Type: text/event-stream\r\n"));
  CHECK_THAT(begun, Catch::Contains("Cache-Control: no-cache\r\n"));
  CHECK_THAT(begun, Catch::Contains("Access-Control-Allow-Origin: *\r\n"));
  CHECK_THAT(begun, Catch::Contains("\r\n\r\nretry: 10000\n\n"));
  const std::string event = features_event(server);
  CHECK_THAT(begun + client.read_until("}\n\n", kPatience), Catch::EndsWith(event));
}

TEST_CASE("GrowthBook stream: a change arrives within a second, whole, once") {
  TestServer server;
  RawSocket client(server.http->port());
  client.send(subscription(""));
  client.read_until("}\n\n", kPatience);
  for (const char* greeting : {"hello", "goodbye"}) {
    server.apply(definitions_with_greeting(greeting));
    const std::string news = client.read_until("}\n\n", kNews);
    CHECK(news == features_event(server));
    CHECK_THAT(news, Catch::Contains(greeting));
  }
  server.apply(definitions_with_greeting("goodbye"));
  CHECK(client.read_until("\n\n", milliseconds(500)).empty());
}

TEST_CASE("GrowthBook stream: who comes back and missed nothing is sent nothing") {
  TestServer server;
  const auto came_back = [&server](const std::string& version) {
    RawSocket client(server.http->port());
    client.send(subscription("Last-Event-ID: " + version + "\r\n"));
    const std::string begun = client.read_until("retry: 10000\n\n", kPatience);
    return begun.substr(begun.find("retry")) + client.read_until("}\n\n", milliseconds(500));
  };
  const std::string version = server.engine->catalog()->definitions_version();
  CHECK(came_back(version) == "retry: 10000\n\n");
  server.apply(definitions_with_greeting("hello"));
  CHECK(came_back(version) == "retry: 10000\n\n" + features_event(server));
}

TEST_CASE("GrowthBook stream: an unknown key gets no stream") {
  TestServer server;
  const Response response = server.send("GET", "/sub/sdk-unknown", {}, "");
  CHECK(response.status == 401);
  CHECK(integer_at(json_of(response), "status") == 401);
}

TEST_CASE("GrowthBook stream: stopping closes the streams and waits for nobody") {
  TestServer server;
  RawSocket client(server.http->port());
  client.send(subscription(""));
  client.read_until("}\n\n", kPatience);
  CHECK(server.http->stop(kPatience) == 0);
  server.api->finish();
  client.read_to_end(kPatience);
  CHECK(client.is_closed());
}

}  // namespace
}  // namespace converge
