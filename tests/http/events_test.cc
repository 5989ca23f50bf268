#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/http/api_fixture.h"
#include "tests/http/raw_socket.h"

namespace converge {
namespace {

using namespace test;

std::string outcome(const std::string& id) {
  return R"({"type": "outcome", "id": ")" + id +
         R"(", "ts": "2026-03-02T08:00:00Z", "unit": "u1", "name": "purchase"})";
}

TEST_CASE("Events: array, NDJSON and text/plain are accepted and counted") {
  TestServer server;
  const Response array =
      server.post("/v1/events", kClientKey, "[" + outcome("1") + "," + outcome("2") + "]");
  REQUIRE(array.status == 200);
  CHECK(array.body == R"({"accepted":2,"duplicates":0,"rejected":[]})");
  NamedTexts headers = with_key(kClientKey);
  headers.emplace_back("Content-Type", "application/x-ndjson");
  const Response lines = server.send("POST", "/v1/events", headers,
                                     outcome("3") + "\n" + outcome("1") + "\nnonsense\n");
  REQUIRE(lines.status == 200);
  const Value answer = json_of(lines);
  CHECK(integer_at(answer, "accepted") == 2);
  CHECK(integer_at(answer, "duplicates") == 1);
  CHECK(integer_at(item_at(answer, "rejected", 0), "index") == 2);
  CHECK(text_at(item_at(answer, "rejected", 0), "reason") == "not_json");
  const Response beacon =
      server.send("POST", std::string("/v1/events?client_key=") + kClientKey,
                  {{"Content-Type", "text/plain;charset=UTF-8"}}, "[" + outcome("4") + "]");
  REQUIRE(beacon.status == 200);
  CHECK(integer_at(json_of(beacon), "accepted") == 1);
  CHECK(raw(*server.store.events().last()) == 4);
}

TEST_CASE("Events: an array that does not parse is refused whole, with the place") {
  TestServer server;
  const std::string truncated = "[" + outcome("1") + "," + outcome("2").substr(0, 30);
  CHECK_THAT(detail_of(server.post("/v1/events", kClientKey, truncated), 400),
             Catch::Contains("byte"));
  CHECK(server.post("/v1/events", kClientKey, "").status == 400);
  CHECK(server.post("/v1/events", kClientKey, R"({"type": "outcome"})").status == 400);
  CHECK(raw(*server.store.events().last()) == 0);
}

TEST_CASE("Events: a content type that is not served is answered with 415") {
  TestServer server;
  NamedTexts headers = with_key(kClientKey);
  headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  CHECK_THAT(detail_of(server.send("POST", "/v1/events", headers, "a=1"), 415),
             Catch::Contains("application/x-ndjson"));
}

TEST_CASE("Events: nonsense is rejected item by item with its reason, the rest is kept") {
  struct Row {
    const char* event;
    const char* reason;
  };
  const Row rows[] = {
      {R"(5)", "not_json"},
      {R"({"type": 5})", "type"},
      {R"({"type": "surprise"})", "type"},
      {R"({"type": "outcome", "ts": "2026-03-02T08:00:00Z", "unit": "u1", "name": "n"})", "id"},
      {R"({"type": "outcome", "id": "a", "unit": "u1", "name": "n"})", "ts"},
      {R"({"type": "outcome", "id": "a", "ts": "yesterday", "unit": "u1", "name": "n"})", "ts"},
      {R"({"type": "outcome", "id": "a", "ts": "2026-02-30T08:00:00Z", "unit": "u", "name": "n"})",
       "ts"},
      {R"({"type": "outcome", "id": "a", "ts": 1700000000, "unit": "u1", "name": "n"})", "ts"},
      {R"({"type": "outcome", "id": "a", "ts": "2026-03-02T09:05:01Z", "unit": "u", "name": "n"})",
       "ts_future"},
      {R"({"type": "outcome", "id": "a", "ts": "9999-12-31T23:59:59Z", "unit": "u", "name": "n"})",
       "ts_future"},
      {R"({"type": "outcome", "id": "a", "ts": "2026-03-02T08:00:00Z", "name": "n"})", "unit"},
      {R"({"type": "outcome", "id": "a", "ts": "2026-03-02T08:00:00Z", "unit": "null", "name": "n"})",
       "unit"},
      {R"({"type": "outcome", "id": "a", "ts": "2026-03-02T08:00:00Z", "unit": "u1"})", "outcome"},
      {R"({"type": "outcome", "id": "a", "ts": "2026-03-02T08:00:00Z", "unit": "u1", "name": "n",
           "value": "12"})",
       "value"},
  };
  TestServer server;
  for (const Row& row : rows) {
    const Response response = server.post(
        "/v1/events", kClientKey, "[" + outcome("good") + "," + std::string(row.event) + "]");
    INFO(row.event << " -> " << response.body);
    REQUIRE(response.status == 200);
    const Value answer = json_of(response);
    CHECK(integer_at(answer, "accepted") == 1);
    const Value& rejected = item_at(answer, "rejected", 0);
    CHECK(integer_at(rejected, "index") == 1);
    CHECK(text_at(rejected, "reason") == row.reason);
    CHECK(!text_at(rejected, "error").empty());
  }
}

TEST_CASE("Events: the answer comes after the commit, never before") {
  TestServer server;
  server.store.gate().close_gate();
  RawSocket socket(server.http->port());
  const std::string body = "[" + outcome("1") + "]";
  socket.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nX-Client-Key: " + std::string(kClientKey) +
              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  server.store.gate().await_append();
  CHECK(socket.read_until("HTTP", std::chrono::milliseconds(100)).empty());
  server.store.gate().open_gate();
  CHECK_THAT(socket.read_until("\"rejected\"", kPatience), Catch::StartsWith("HTTP/1.1 200"));
  CHECK(raw(*server.store.events().last()) == 1);
}

TEST_CASE("Events: a commit that fails is answered with its error, not with 200") {
  TestServer server;
  server.store.gate().fail_with(Error{Errc::kUnavailable, "no space left on the disk"});
  const Response response = server.post("/v1/events", kClientKey, "[" + outcome("1") + "]");
  CHECK_THAT(detail_of(response, 503), Catch::Contains("no space left"));
  CHECK(response.header("retry-after") == "1");
}

TEST_CASE("Events: a full queue answers 503 with Retry-After and accepts again afterwards") {
  EngineOptions options;
  options.recorder.queue_events_max = 2;
  options.recorder.group_events_max = 1;
  TestServer server(options);
  server.store.gate().close_gate();
  constexpr int kClients = 8;
  std::vector<std::thread> waiting;
  waiting.reserve(kClients);
  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  for (int i = 0; i < kClients; ++i) {
    waiting.emplace_back([&, i] {
      HttpClient own("127.0.0.1", server.http->port(), kPatience);
      const auto response = own.request("POST", "/v1/events", with_key(kClientKey),
                                        "[" + outcome(std::to_string(i)) + "]");
      if (!response) return;
      if (response->status == 200) ++accepted;
      if (response->status == 503 && response->header("retry-after") == "1") ++refused;
    });
  }
  server.store.gate().await_append();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (refused == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  server.store.gate().open_gate();
  for (std::thread& thread : waiting) thread.join();
  CHECK(accepted + refused == 8);
  CHECK(refused > 0);
  CHECK(raw(*server.store.events().last()) == accepted);
  CHECK(server.post("/v1/events", kClientKey, "[" + outcome("after") + "]").status == 200);
}

TEST_CASE("Events: a graceful stop answers those that wait for the commit") {
  TestServer server;
  server.store.gate().close_gate();
  Response response;
  std::thread asking(
      [&] { response = server.post("/v1/events", kClientKey, "[" + outcome("1") + "]"); });
  server.store.gate().await_append();
  std::size_t cut = 99;
  std::thread stopping([&] { cut = server.http->stop(kPatience); });
  server.store.gate().open_gate();
  asking.join();
  stopping.join();
  CHECK(cut == 0);
  CHECK(response.status == 200);
}

}  // namespace
}  // namespace converge
