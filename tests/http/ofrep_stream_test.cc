#include <catch2/catch.hpp>

#include "engine/codec/json.h"
#include "tests/http/ofrep_fixture.h"
#include "tests/http/raw_socket.h"

// OpenFeature's event streams: pages hear that they have to evaluate again.
namespace converge {
namespace {

using namespace test;
using std::chrono::milliseconds;

constexpr milliseconds kNews{1'000};

std::string version_of(const TestServer& server) {
  return server.engine->catalog()->definitions_version();
}

std::string with_another_flag(int number) {
  return ofrep_definitions().replace(
      ofrep_definitions().find("flags:\n"), 7,
      "flags:\n  another: {default: " + std::to_string(number) + "}\n");
}

/// The address that the answer for all flags gives, empty when it gives none.
std::string stream_uri(const Response& all) {
  REQUIRE(all.status == 200);
  const Value answer = json_of(all);
  if (answer.find("eventStreams") == nullptr) return "";
  CHECK(answer.find("eventStreams")->as_array()->size() == 1);
  const Value stream = item_at(answer, "eventStreams", 0);
  CHECK(text_at(stream, "type") == "sse");
  CHECK(integer_at(stream, "inactivityDelaySec") == 120);
  CHECK(stream.find("url") == nullptr);  // exactly one of url and endpoint
  CHECK(stream.find("endpoint")->find("origin") == nullptr);
  return text_at(*stream.find("endpoint"), "requestUri");
}

std::string request_of(const std::string& uri, const std::string& more) {
  return "GET " + uri + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

/// What follows `retry:` within half a second.
std::string told(const TestServer& server, const std::string& uri, const std::string& more) {
  RawSocket client(server.http->port());
  client.send(request_of(uri, more));
  const std::string begun = client.read_until("retry: 2000\n\n", kPatience);
  CHECK_THAT(begun, Catch::StartsWith("HTTP/1.1 200"));
  return begun.substr(begun.find("retry: 2000\n\n") + 13) +
         client.read_until("}\n\n", milliseconds(500));
}

std::string refetch_event(const TestServer& server) {
  const auto modified = std::chrono::duration_cast<std::chrono::seconds>(
                            server.engine->catalog()->created_at.time_since_epoch())
                            .count();
  return "id: " + version_of(server) + "\ndata: {\"type\":\"refetchEvaluation\",\"etag\":\"" +
         version_of(server) + "\",\"lastModified\":" + std::to_string(modified) + "}\n\n";
}

TEST_CASE("OFREP stream: an answer for all flags says where it is, and since when") {
  OfrepServer server;
  const std::string rest =
      std::string("?client_key=") + kClientKey + "&since=" + version_of(server);
  CHECK(stream_uri(server.all(kGerman, {})) == "/ofrep/v1/stream" + rest);
  CHECK(stream_uri(server.send("POST", kFlags, {{"X-API-Key", kClientKey}}, in(kGerman))) ==
        "/ofrep/v1/stream" + rest);
  // A proxy that serves us below a path says so; the client knows its origin only.
  CHECK(stream_uri(server.all(kGerman, {{"X-Forwarded-Prefix", "/flags/v2/"}})) ==
        "/flags/v2/ofrep/v1/stream" + rest);
  for (const char* prefix : {"//evil.example", "flags", "/", "/a?b=", "/a b", "/a\"b", "/a\\b"}) {
    INFO(prefix);
    CHECK(stream_uri(server.all(kGerman, {{"X-Forwarded-Prefix", prefix}})) ==
          "/ofrep/v1/stream" + rest);
  }
}

TEST_CASE("OFREP stream: a secret key is never put into an address") {
  OfrepServer server;
  const Response all = server.post(kFlags, kWriteKey, in(kGerman));
  CHECK(stream_uri(all).empty());
  CHECK(all.body.find(kWriteKey) == std::string::npos);
}

TEST_CASE("OFREP stream: not modified carries none, and another key's answer is another one") {
  OfrepServer server;
  const Response all = server.all(kGerman, {});
  const std::string tag(all.header("etag"));
  const Response same = server.all(kGerman, {{"If-None-Match", tag}});
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  // Its stream would be that of the first key.
  NamedTexts headers = with_key(kEncryptedKey);
  headers.emplace_back("If-None-Match", tag);
  CHECK(server.send("POST", kFlags, headers, in(kGerman)).status == 200);
}

TEST_CASE("OFREP stream: retry at once, unnamed events, open to any page") {
  OfrepServer server;
  RawSocket client(server.http->port());
  client.send(request_of(stream_uri(server.all(kGerman, {})), "Origin: https://shop\r\n"));
  const std::string begun = client.read_until("retry: 2000\n\n", kPatience);
  CHECK_THAT(begun, Catch::StartsWith("HTTP/1.1 200"));
  CHECK_THAT(begun, Catch::Contains("Content-Type: text/event-stream\r\n"));
  CHECK_THAT(begun, Catch::Contains("Cache-Control: no-cache\r\n"));
  CHECK_THAT(begun, Catch::Contains("Access-Control-Allow-Origin: *\r\n"));
  server.apply(with_another_flag(1));
  CHECK(client.read_until("}\n\n", kNews) == refetch_event(server));
}

TEST_CASE("OFREP stream: what changed between the evaluation and the stream is told at once") {
  OfrepServer server;
  const std::string uri = stream_uri(server.all(kGerman, {}));
  const std::string first = version_of(server);
  CHECK(told(server, uri, "").empty());
  server.apply(with_another_flag(1));
  CHECK(told(server, uri, "") == refetch_event(server));
  // Who comes back has seen more than its address says.
  CHECK(told(server, uri, "Last-Event-ID: " + version_of(server) + "\r\n").empty());
  CHECK(told(server, uri, "Last-Event-ID: " + first + "\r\n") == refetch_event(server));
  // Nobody knows what a client has that says nothing.
  const std::string bare = std::string("/ofrep/v1/stream?surplus=1&client_key=") + kClientKey;
  CHECK(told(server, bare, "") == refetch_event(server));
}

TEST_CASE("OFREP stream: the evaluation that an event asks for sees its configuration") {
  OfrepServer server;
  Response all = server.all(kGerman, {});
  RawSocket client(server.http->port());
  client.send(request_of(stream_uri(all), ""));
  client.read_until("retry: 2000\n\n", kPatience);
  for (int change = 1; change <= 5; ++change) {
    server.apply(with_another_flag(change));
    const std::string event = client.read_until("}\n\n", kPatience);
    const auto message = parse_json(event.substr(event.find('{')));
    REQUIRE(message.has_value());
    const std::string query =
        "?flagConfigEtag=" + text_at(*message, "etag") +
        "&flagConfigLastModified=" + std::to_string(integer_at(*message, "lastModified"));
    NamedTexts headers = with_key(kClientKey);
    headers.emplace_back("If-None-Match", std::string(all.header("etag")));
    all = server.send("POST", kFlags + query, headers, in(kGerman));
    REQUIRE(all.status == 200);
    CHECK(text_at(*json_of(all).find("metadata"), "version") == text_at(*message, "etag"));
    CHECK(integer_at(by_key(all).at("another"), "value") == change);
  }
}

TEST_CASE("OFREP stream: keys in its address are client keys that exist") {
  OfrepServer server;
  CHECK(server.get("/ofrep/v1/stream", "").status == 401);
  CHECK(server.get("/ofrep/v1/stream?client_key=unknown-key-0123456789", "").status == 401);
  CHECK(server.get(std::string("/ofrep/v1/stream?client_key=") + kWriteKey, "").status == 401);
  const Response refused = server.get("/ofrep/v1/stream", kReadKey);
  CHECK(refused.status == 403);
  CHECK(refused.header("access-control-allow-origin") == "*");
}

TEST_CASE("Streams: beyond their limit 503 says when to come again, on either protocol's route") {
  TestLimits limits;
  limits.http.streams_max = 1;
  TestServer server({}, limits);
  RawSocket first(server.http->port());
  first.send(request_of(std::string("/ofrep/v1/stream?client_key=") + kClientKey, ""));
  first.read_until("retry: 2000\n\n", kPatience);
  for (const std::string& path :
       {std::string("/ofrep/v1/stream"), std::string("/sub/") + kClientKey}) {
    const Response refused = server.get(path, kClientKey);
    CHECK_THAT(detail_of(refused, 503), Catch::Contains("streams"));
    CHECK(refused.header("retry-after") == "1");
    CHECK(refused.header("access-control-allow-origin") == "*");
  }
  // Whoever is no stream goes on.
  CHECK(server.post(kFlags, kClientKey, "{}").status == 200);
}

}  // namespace
}  // namespace converge
