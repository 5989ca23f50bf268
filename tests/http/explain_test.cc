#include <catch2/catch.hpp>

#include "engine/codec/json.h"
#include "server/api/body.h"
#include "tests/http/api_fixture.h"

namespace converge {
namespace {

using namespace test;

/// The answer for the flag "button_colour".
Value flag_of(const Response& response) {
  REQUIRE(response.status == 200);
  const Value document = json_of(response);
  for (const Value& flag : *document.find("flags")->as_array()) {
    if (text_at(flag, "flag") == "button_colour") return flag;
  }
  FAIL("the flag is missing");
  return {};
}

constexpr const char* kGerman = "&attributes=%7B%22country%22%3A%22DE%22%7D";

TEST_CASE("Explain: says the same as assign, and why") {
  TestServer server;
  for (int i = 0; i < 20; ++i) {
    const std::string unit = "u" + std::to_string(i);
    const Value assignment = item_at(
        json_of(server.post("/v1/assign", kClientKey,
                            R"({"unit": ")" + unit + R"(", "attributes": {"country": "DE"}})")),
        "assignments", 0);
    const Value flag = flag_of(server.get("/v1/explain?unit=" + unit + kGerman, kReadKey));
    for (const char* member :
         {"experiment", "variant", "value", "reason", "in_experiment", "bucket"}) {
      INFO(member);
      CHECK(*flag.find(member) == *assignment.find(member));
    }
    CHECK_THAT(text_at(item_at(flag, "rules", 0), "words"),
               Catch::Contains("bucket " + to_json(*assignment.find("bucket"))));
  }
}

TEST_CASE("Explain: the attributes of the last exposure are found in the log") {
  TestServer server;
  const Value nothing = json_of(server.get("/v1/explain?unit=u1", kReadKey));
  CHECK(text_at(nothing, "attributes_from") == "none");
  REQUIRE(server
              .post("/v1/assign", kClientKey,
                    R"({"unit": "u1", "attributes": {"country": "DE"}, "expose": true})")
              .status == 200);
  const Response response = server.get("/v1/explain?unit=u1", kReadKey);
  const Value found = json_of(response);
  CHECK(text_at(found, "attributes_from") == "last_exposure");
  CHECK(text_at(*found.find("attributes"), "country") == "DE");
  CHECK(text_at(*found.find("exposure"), "ts") == "2026-03-02T09:00:00Z");
  CHECK(text_at(flag_of(response), "reason") == "split");
}

TEST_CASE("Explain: a past moment is answered by the catalog of that moment") {
  TestServer server;
  server.clock.advance_to(server.clock.now() + std::chrono::hours(2));
  REQUIRE(
      server.post("/v1/experiments/colour/actions", kDecideKey, R"({"action": "kill"})").status ==
      200);
  const std::string question = std::string("/v1/explain?unit=u1") + kGerman;
  const auto at = [&](const std::string& time) {
    return server.get(question + "&at=" + time, kReadKey);
  };
  CHECK(text_at(flag_of(server.get(question, kReadKey)), "reason") == "ended");
  CHECK(text_at(flag_of(at("2026-03-02T10:59:59Z")), "reason") == "split");
  CHECK(text_at(flag_of(at("2026-03-02T11:00:00Z")), "reason") == "ended");
  CHECK(text_at(json_of(at("2026-03-02T10:00:00Z")), "in_force_since") == "2026-03-02T09:00:00Z");
  const Value before = json_of(at("2026-03-02T08:59:59Z"));
  CHECK(before.find("in_force_since")->is_null());
  CHECK(before.find("flags")->as_array()->empty());
  CHECK_THAT(detail_of(at("2026-03-02T11:00:01Z"), 400), Catch::Contains("ahead of the clock"));
}

TEST_CASE("Explain: wrong questions are refused by name") {
  TestServer server;
  CHECK_THAT(detail_of(server.get("/v1/explain", kReadKey), 400), Catch::StartsWith("unit:"));
  CHECK_THAT(detail_of(server.get("/v1/explain?unit=null", kReadKey), 400),
             Catch::StartsWith("unit:"));
  CHECK_THAT(detail_of(server.get("/v1/explain?unit=u1&at=noon", kReadKey), 400),
             Catch::StartsWith("at "));
  CHECK_THAT(detail_of(server.get("/v1/explain?unit=u1&attributes=%7B", kReadKey), 400),
             Catch::StartsWith("attributes:"));
  CHECK_THAT(detail_of(server.get("/v1/explain?unit=u1&attributes=3", kReadKey), 400),
             Catch::StartsWith("attributes:"));
}

}  // namespace
}  // namespace converge
