#include <catch2/catch.hpp>

#include "tests/http/api_fixture.h"
#include "tests/http/raw_socket.h"

// Client keys with "evaluation": "remote": no rule leaves the server, and SDKs hear when to ask
// again.
namespace converge {
namespace {

using namespace test;
using std::chrono::milliseconds;

std::string definitions_with_greeting(const std::string& greeting) {
  std::string text = kDefinitions;
  const std::string before = "metrics:\n  bought";
  return text.replace(text.find(before), before.size(),
                      "flags: {greeting: {default: " + greeting + "}}\n" + before);
}

std::string update_event(const TestServer& server) {
  return "id: " + server.engine->catalog()->definitions_version() +
         "\nevent: features-updated\ndata: \n\n";
}

TEST_CASE("GrowthBook remote key: it gets values, and no payload") {
  TestServer server;
  const Response refused = server.send("GET", std::string("/api/features/") + kRemoteKey, {}, "");
  CHECK(refused.status == 400);
  CHECK_THAT(text_at(json_of(refused), "error"), Catch::Contains("remoteEval"));
  const Response values = server.send("POST", std::string("/api/eval/") + kRemoteKey, {},
                                      R"({"attributes": {"id": "u1", "country": "DE"}})");
  CHECK(values.status == 200);
  CHECK(values.header("x-sse-support") == "enabled");
}

TEST_CASE("GrowthBook remote key: its stream says when to ask again, and nothing else") {
  TestServer server;
  RawSocket client(server.http->port());
  client.send(std::string("GET /sub/") + kRemoteKey + " HTTP/1.1\r\nHost: x\r\n\r\n");
  // What changed since the evaluation is not known.
  const std::string begun = client.read_until("data: \n\n", kPatience);
  CHECK_THAT(begun, Catch::EndsWith("retry: 10000\n\n" + update_event(server)));
  server.apply(definitions_with_greeting("hello"));
  CHECK(client.read_until("data: \n\n", milliseconds(1'000)) == update_event(server));
}

}  // namespace
}  // namespace converge
