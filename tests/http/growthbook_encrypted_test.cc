#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/codec/json.h"
#include "engine/growthbook/encrypted_text.h"
#include "tests/http/api_fixture.h"
#include "tests/http/raw_socket.h"

// Client keys with a decryption_key: GrowthBook payloads that only its holders can read.
namespace converge {
namespace {

using namespace test;

std::string definitions_with_greeting(const std::string& greeting) {
  std::string text = kDefinitions;
  const std::string before = "metrics:\n  bought";
  return text.replace(
      text.find(before), before.size(),
      "saved_groups: {team: [u1, u2]}\nflags: {greeting: {default: " + greeting + "}}\n" + before);
}

Response features(TestServer& server, const std::string& key, const NamedTexts& headers) {
  return server.send("GET", "/api/features/" + key, headers, "");
}

/// What a holder of the key reads, members in the order of the names.
std::string decrypted(const Value& payload) {
  const Result<Value> plain = growthbook::decrypted_payload(payload, kDecryptionKey);
  REQUIRE(plain.has_value());
  Value::Object members = *plain->as_object();
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return to_json(Value::object(std::move(members)));
}

TEST_CASE("GrowthBook encrypted: features are readable with the key, and by nobody else") {
  TestServer server;
  server.apply(definitions_with_greeting("hello"));
  const Response response = features(server, kEncryptedKey, {});
  REQUIRE(response.status == 200);
  CHECK(response.header("x-sse-support") == "enabled");
  for (const char* secret : {"button_colour", "greeting", "country", "colour", "team"}) {
    INFO(secret);
    CHECK(response.body.find(secret) == std::string::npos);
  }
  const Value payload = json_of(response);
  CHECK(to_json(*payload.find("features")) == "{}");
  CHECK_FALSE(text_at(payload, "encryptedFeatures").empty());
  CHECK_FALSE(text_at(payload, "encryptedSavedGroups").empty());
  CHECK(payload.find("savedGroups") == nullptr);
  CHECK(decrypted(payload) == decrypted(json_of(features(server, kClientKey, {}))));
}

TEST_CASE("GrowthBook encrypted: tag and date change with the content, and only then") {
  TestServer server;
  server.apply(definitions_with_greeting("hello"));
  const Response first = features(server, kEncryptedKey, {});
  const std::string tag(first.header("etag"));
  CHECK(tag != features(server, kClientKey, {}).header("etag"));
  CHECK(features(server, kEncryptedKey, {{"If-None-Match", tag}}).status == 304);
  CHECK(features(server, kEncryptedKey, {}).body == first.body);
  server.clock.advance_to(server.clock.now() + std::chrono::seconds(1));
  server.apply(definitions_with_greeting("goodbye"));
  const Response second = features(server, kEncryptedKey, {{"If-None-Match", tag}});
  CHECK(second.status == 200);
  CHECK(text_at(json_of(first), "dateUpdated") != text_at(json_of(second), "dateUpdated"));
  // The same vector for two contents would show where they are alike.
  const auto vector_of = [](const Response& response) {
    const std::string text = text_at(json_of(response), "encryptedFeatures");
    return text.substr(0, text.find('.'));
  };
  CHECK(vector_of(first) != vector_of(second));
}

TEST_CASE("GrowthBook encrypted: the stream sends what the payload has") {
  TestServer server;
  RawSocket client(server.http->port());
  client.send(std::string("GET /sub/") + kEncryptedKey + " HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto event_of = [&] {
    return "event: features\ndata: " + features(server, kEncryptedKey, {}).body + "\n\n";
  };
  CHECK_THAT(client.read_until("}\n\n", kPatience), Catch::EndsWith(event_of()));
  server.apply(definitions_with_greeting("hello"));
  const std::string news = client.read_until("}\n\n", kPatience);
  CHECK_THAT(news, Catch::EndsWith(event_of()));
  CHECK(news.find("hello") == std::string::npos);
}

TEST_CASE("GrowthBook encrypted: such a key has no remote evaluation") {
  TestServer server;
  const Response response =
      server.send("POST", std::string("/api/eval/") + kEncryptedKey, {}, R"({"attributes": {}})");
  CHECK(response.status == 400);
  CHECK(integer_at(json_of(response), "status") == 400);
  CHECK_THAT(text_at(json_of(response), "error"), Catch::Contains("decryption_key"));
}

}  // namespace
}  // namespace converge
