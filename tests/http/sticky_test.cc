#include <catch2/catch.hpp>
#include <thread>

#include "engine/codec/json.h"
#include "server/api/body.h"
#include "tests/http/api_fixture.h"

// Members keep their variant, and nothing is said that a restart would forget.
namespace converge {
namespace {

using namespace test;

/// kDefinitions with "kept", sticky for users, and "team", sticky for accounts with a fallback.
std::string sticky_definitions() {
  std::string text = kDefinitions;
  const std::string before = "metrics:\n  bought";
  text.replace(text.find(before), before.size(),
               "units: {user_id: id, account: account_id}\n" + before);
  return text + R"(  - key: kept
    status: running
    hypothesis: Members stay
    owner: shop
    unit: user_id
    sticky: true
    flag: kept_flag
    condition: {country: DE}
    variants:
      - {key: control, weight: 50, value: old}
      - {key: fresh, weight: 50, value: new}
    metrics:
      - {metric: bought, role: success}
  - key: team
    status: running
    hypothesis: Teams stay
    owner: shop
    unit: account
    sticky: true
    fallback_attribute: device
    flag: team_flag
    variants:
      - {key: control, weight: 50, value: old}
      - {key: fresh, weight: 50, value: new}
    metrics:
      - {metric: bought, role: success}
)";
}

struct StickyServer : TestServer {
  StickyServer() { apply(sticky_definitions()); }

  std::string body(const std::string& unit, const std::string& attributes,
                   const std::string& experiment) const {
    return R"({"unit": ")" + unit + R"(", "attributes": )" + attributes + R"(, "experiments": [")" +
           experiment + R"("]})";
  }
  /// "variant reason" of the experiment.
  std::string answer(const std::string& unit, const std::string& attributes,
                     const std::string& experiment) {
    const Response response = post("/v1/assign", kClientKey, body(unit, attributes, experiment));
    REQUIRE(response.status == 200);
    const Value assignment = item_at(json_of(response), "assignments", 0);
    return text_at(assignment, "variant") + " " + text_at(assignment, "reason");
  }
  void act(const std::string& experiment, const std::string& action) {
    REQUIRE(post("/v1/experiments/" + experiment + "/actions", kDecideKey,
                 R"({"action": ")" + action + R"("})")
                .status == 200);
  }
  std::string document(const std::string& attribute, const std::string& value) {
    const Response response =
        get("/v1/sticky?attribute=" + attribute + "&value=" + value, kReadKey);
    REQUIRE(response.status == 200);
    return to_json(*json_of(response).find("assignments"));
  }
};

constexpr const char* kGerman = R"({"country": "DE"})";
constexpr const char* kFrench = R"({"country": "FR"})";

/// The variant of an answer "variant reason".
std::string variant_of(const std::string& answer) {
  return answer.substr(0, answer.find(' '));
}

TEST_CASE("Sticky: a member stays when its attributes change, others come in as before") {
  StickyServer server;
  const std::string first = server.answer("u1", kGerman, "kept");
  CHECK_THAT(first, Catch::EndsWith(" split"));
  CHECK(server.answer("u1", kGerman, "kept") == variant_of(first) + " sticky");
  CHECK(server.answer("u1", kFrench, "kept") == variant_of(first) + " sticky");
  CHECK(server.answer("u2", kFrench, "kept") == "control not_targeted");
  // Not sticky: the condition is asked every time.
  CHECK_THAT(server.answer("u1", kGerman, "colour"), Catch::EndsWith(" split"));
  CHECK(server.answer("u1", kFrench, "colour") == "control not_targeted");
}

TEST_CASE("Sticky: paused enrolment keeps members and takes nobody in") {
  StickyServer server;
  const std::string member = server.answer("u1", kGerman, "kept");
  server.act("kept", "pause-enrolment");
  CHECK(server.answer("u1", kGerman, "kept") == variant_of(member) + " sticky");
  CHECK(server.answer("u2", kGerman, "kept") == "control not_in_traffic");
  CHECK(server.document("id", "u2") == "{}");
}

TEST_CASE("Sticky: kill gives everyone the control, members too") {
  StickyServer server;
  std::string fresh;
  for (int i = 0; fresh.empty() && i < 50; ++i) {
    const std::string unit = "u" + std::to_string(i);
    if (variant_of(server.answer(unit, kGerman, "kept")) == "fresh") fresh = unit;
  }
  REQUIRE(!fresh.empty());
  server.act("kept", "kill");
  CHECK(server.answer(fresh, kGerman, "kept") == "control ended");
}

TEST_CASE("Sticky: an anonymous unit keeps its variant when it gets its id") {
  StickyServer server;
  const std::string anonymous = server.answer("u1", R"({"device": "d1"})", "team");
  CHECK_THAT(anonymous, Catch::EndsWith(" split"));
  for (int account = 0; account < 20; ++account) {
    const std::string known =
        R"({"device": "d1", "account_id": "a)" + std::to_string(account) + R"("})";
    CHECK(server.answer("u1", known, "team") == variant_of(anonymous) + " sticky");
  }
  CHECK(server.document("account_id", "a7") == server.document("device", "d1"));
}

TEST_CASE("Sticky: the answer waits until the assignment is durable") {
  StickyServer server;
  server.store.gated_sticky().gate.close();
  std::atomic<bool> is_answered = false;
  Response response;
  std::thread asking([&] {
    HttpClient other("127.0.0.1", server.http->port(), kPatience);
    auto answered = other.request("POST", "/v1/assign", with_key(kClientKey),
                                  server.body("u1", kGerman, "kept"));
    is_answered = true;
    if (answered) response = *std::move(answered);
  });
  server.store.gated_sticky().gate.await_write();
  CHECK_FALSE(is_answered);
  CHECK(server.document("id", "u1") == "{}");
  // Nobody else waits for it.
  CHECK_THAT(server.answer("u1", kGerman, "colour"), Catch::EndsWith(" split"));
  server.store.gated_sticky().gate.open();
  asking.join();
  CHECK(response.status == 200);
  const std::string variant = text_at(item_at(json_of(response), "assignments", 0), "variant");
  CHECK(server.document("id", "u1") == R"({"kept__1":")" + variant + R"("})");
}

/// A device whose anonymous visitor has the variant.
std::string device_with(StickyServer& server, const std::string& variant) {
  for (int i = 0; i < 50; ++i) {
    std::string device = "d" + std::to_string(i);
    const std::string answer = server.answer("u1", R"({"device": ")" + device + R"("})", "team");
    if (variant_of(answer) == variant) return device;
  }
  FAIL("no device has " << variant);
  return "";
}

TEST_CASE("Sticky: first requests of one unit at the same time agree") {
  StickyServer server;
  // An account that comes from two devices with different variants would get either.
  const std::vector<std::string> devices = {device_with(server, "control"),
                                            device_with(server, "fresh")};
  server.store.gated_sticky().gate.close();
  server.store.gated_sticky().finds = 0;
  std::vector<Response> responses(6);
  std::vector<std::thread> asking;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    asking.emplace_back([&, i] {
      HttpClient other("127.0.0.1", server.http->port(), kPatience);
      const std::string attributes =
          R"({"account_id": "a1", "device": ")" + devices[i % 2] + R"("})";
      auto answered = other.request("POST", "/v1/assign", with_key(kClientKey),
                                    server.body("u1", attributes, "team"));
      if (answered) responses[i] = *std::move(answered);
    });
  }
  while (server.store.gated_sticky().finds < 6) std::this_thread::yield();
  server.store.gated_sticky().gate.open();
  for (std::thread& thread : asking) thread.join();
  const std::string stored = server.document("account_id", "a1");
  for (const Response& response : responses) {
    REQUIRE(response.status == 200);
    const std::string variant = text_at(item_at(json_of(response), "assignments", 0), "variant");
    CHECK(stored == R"({"team__1":")" + variant + R"("})");
  }
}

TEST_CASE("Sticky: a store that fails is 503 with Retry-After for flags that need it only") {
  StickyServer server;
  const auto check_unavailable = [&server](const std::string& experiment) {
    const Response response =
        server.post("/v1/assign", kClientKey, server.body("u9", kGerman, experiment));
    CHECK(response.header("retry-after") == "1");
    return detail_of(response, 503);
  };
  SECTION("while it is read") {
    server.store.gated_sticky().is_unreadable = true;
    CHECK_THAT(check_unavailable("kept"), Catch::Contains("disk"));
    CHECK_THAT(server.answer("u9", kGerman, "colour"), Catch::EndsWith(" split"));
    CHECK(server.get("/v1/sticky?attribute=id&value=u9", kReadKey).status == 503);
  }
  SECTION("while it is written") {
    const std::string member = server.answer("u1", kGerman, "kept");
    server.store.gated_sticky().gate.fail_with({Errc::kUnavailable, "disk full"});
    CHECK(check_unavailable("kept") == "disk full");
    // What is durable can be told.
    CHECK(server.answer("u1", kGerman, "kept") == variant_of(member) + " sticky");
    CHECK_THAT(server.answer("u9", kGerman, "colour"), Catch::EndsWith(" split"));
  }
}

TEST_CASE("Sticky: without an experiment that asks for it nothing is read") {
  StickyServer server;
  server.answer("u1", kGerman, "colour");
  CHECK(server.store.gated_sticky().finds == 0);
  TestServer plain;
  CHECK(plain.post("/v1/assign", kClientKey, R"({"unit": "u1"})").status == 200);
  CHECK(plain.store.gated_sticky().finds == 0);
}

TEST_CASE("Sticky: an exposure is logged after the assignment is kept, with its variant") {
  StickyServer server;
  const Response response = server.post(
      "/v1/assign", kClientKey,
      R"({"unit": "u1", "attributes": {"country": "DE"}, "experiments": ["kept"], "expose": true})");
  CHECK(response.status == 200);
  const auto rows = server.store.events().read(LogSeq{0}, 10);
  REQUIRE(rows->size() == 1);
  const std::string variant = text_at(item_at(json_of(response), "assignments", 0), "variant");
  CHECK(text_at(*parse_json((*rows)[0].body), "variant") == variant);
  CHECK(server.document("id", "u1") == R"({"kept__1":")" + variant + R"("})");
}

TEST_CASE("Sticky: the look-up shows what is kept and evaluates nothing") {
  StickyServer server;
  const Response response = server.get("/v1/sticky?attribute=id&value=Zo%C3%AB", kReadKey);
  CHECK(response.body == R"({"attributeName":"id","attributeValue":"Zoë","assignments":{}})");
  server.answer("Zoë", kGerman, "kept");
  CHECK_THAT(server.document("id", "Zo%C3%AB"), Catch::StartsWith(R"({"kept__1":)"));
  CHECK_THAT(detail_of(server.get("/v1/sticky?attribute=id", kReadKey), 400),
             Catch::StartsWith("value:"));
  CHECK_THAT(detail_of(server.get("/v1/sticky?value=u1", kReadKey), 400),
             Catch::StartsWith("attribute:"));
}

}  // namespace
}  // namespace converge
