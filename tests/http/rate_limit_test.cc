#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "server/api/answer.h"
#include "server/api/rate_limiter.h"
#include "server/api/route.h"
#include "tests/http/api_fixture.h"

// Limits of client keys: the bucket by itself, and what a client is told.
namespace converge {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const RateLimiter::Moment kStart{std::chrono::hours(5)};

KeyRing ring(const std::string& more) {
  auto parsed = KeyRing::parse(R"({"keys": [
    {"name": "web", "role": "client", "key": "client-key-0123456789")" +
                               more + R"(},
    {"name": "other", "role": "client", "key": "other-key-0123456789"},
    {"name": "ops", "role": "decide", "key": "decide-key-0123456789"}]})");
  REQUIRE(parsed.has_value());
  return *std::move(parsed);
}

TEST_CASE("Rate limit: a minute's requests at once, then one whenever a token has come") {
  RateLimiter limiter(ring(R"(, "requests_per_minute": 3)"), 0);
  for (int i = 0; i < 3; ++i) CHECK(limiter.pause("web", kStart) == seconds(0));
  CHECK(limiter.pause("web", kStart) == seconds(20));
  // Who is refused takes nothing.
  CHECK(limiter.pause("web", kStart + seconds(1)) == seconds(19));
  CHECK(limiter.pause("web", kStart + milliseconds(19'001)) == seconds(1));
  CHECK(limiter.pause("web", kStart + seconds(20)) == seconds(0));
  CHECK(limiter.pause("web", kStart + seconds(20)) == seconds(20));
  // However long it was silent, not more than a minute's.
  for (int i = 0; i < 3; ++i) CHECK(limiter.pause("web", kStart + minutes(90)) == seconds(0));
  CHECK(limiter.pause("web", kStart + minutes(90)) == seconds(20));
}

TEST_CASE("Rate limit: keys have their own, else the server's; secret keys have none") {
  RateLimiter limiter(ring(R"(, "requests_per_minute": 1)"), 2);
  const auto admitted = [&limiter](const char* name) {
    int count = 0;
    while (count < 100 && limiter.pause(name, kStart) == seconds(0)) ++count;
    return count;
  };
  CHECK(admitted("web") == 1);
  CHECK(admitted("other") == 2);
  CHECK(admitted("ops") == 100);
  CHECK(admitted("nobody") == 100);
  RateLimiter off(ring(""), 0);
  for (int i = 0; i < 100; ++i) CHECK(off.pause("web", kStart) == seconds(0));
}

TEST_CASE("Rate limit: threads together get no more than the bucket holds") {
  RateLimiter limiter(ring(R"(, "requests_per_minute": 1000)"), 0);
  std::atomic<int> admitted{0};
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) {
        if (limiter.pause("web", kStart) == seconds(0)) ++admitted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(admitted == 1'000);
}

TEST_CASE("Rate limit: every client route answers 429 with whole seconds to wait") {
  TestLimits limits;
  limits.service.requests_per_minute = 2;
  TestServer server({}, limits);
  for (int i = 0; i < 2; ++i) {
    CHECK(server.send("POST", "/v1/assign", {{"X-API-Key", kClientKey}}, R"({"unit": "u1"})")
              .status == 200);
  }
  for (const Route& route : routes()) {
    if (route.access != Access::kClient) continue;
    std::string path(route.path);
    const std::string_view parameter = path_parameter(route.path);
    if (!parameter.empty()) path.replace(path.find(parameter), parameter.size(), kClientKey);
    INFO(path);
    const Response refused = server.send(name_of(route.verb), path, with_key(kClientKey), "{}");
    CHECK(refused.status == 429);
    CHECK(refused.header("access-control-allow-origin") == "*");
    CHECK_THAT(std::string(refused.header("access-control-expose-headers")),
               Catch::Contains("Retry-After"));
    const std::string pause(refused.header("retry-after"));
    CHECK_THAT(pause, Catch::Matches("[1-9][0-9]*"));
    CHECK(std::stoi(pause) <= 30);
    if (has_key_in_path(route.path) || route.path == "/track") {
      CHECK(integer_at(json_of(refused), "status") == 429);
    } else {
      CHECK_THAT(detail_of(refused, 429), Catch::Contains("used up"));
    }
  }
  // Others are not disturbed.
  CHECK(server.post("/v1/assign", kEncryptedKey, R"({"unit": "u1"})").status == 200);
  for (int i = 0; i < 5; ++i) {
    CHECK(server.post("/v1/assign", kWriteKey, R"({"unit": "u1"})").status == 200);
  }
  CHECK(server.get("/v1/experiments", kReadKey).status == 200);
  CHECK(server.send("OPTIONS", "/v1/assign", {{"Origin", "https://x"}}, "").status == 204);
}

}  // namespace
}  // namespace converge
