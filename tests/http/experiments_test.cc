#include <catch2/catch.hpp>

#include "tests/http/api_fixture.h"

namespace converge {
namespace {

using namespace test;

TEST_CASE("Experiments: the list and each one show state, variants and definition") {
  TestServer server;
  const Value list = json_of(server.get("/v1/experiments", kReadKey));
  REQUIRE(list.find("experiments")->as_array()->size() == 2);
  CHECK(text_at(item_at(list, "experiments", 0), "key") == "colour");
  CHECK(text_at(item_at(list, "experiments", 0), "state") == name_of(ExperimentState::kRunning));
  CHECK(text_at(item_at(list, "experiments", 1), "state") == name_of(ExperimentState::kDraft));
  const Value one = json_of(server.get("/v1/experiments/colour", kReadKey));
  CHECK(text_at(one, "owner") == "shop");
  CHECK(integer_at(item_at(one, "variants", 1), "buckets") == 5'000);
  CHECK(text_at(*one.find("definition"), "key") == "colour");
  CHECK(integer_at(item_at(one, "phases", 0), "number") == 1);
  CHECK(one.find("promotion")->is_null());
}

TEST_CASE("Experiments: an unknown one is 404 with the nearest key, on every route") {
  TestServer server;
  for (const char* rest : {"", "/results", "/timeline", "/decisions"}) {
    INFO(rest);
    CHECK_THAT(detail_of(server.get(std::string("/v1/experiments/color") + rest, kReadKey), 404),
               Catch::Contains("did you mean \"colour\"?"));
  }
  CHECK(server.post("/v1/experiments/color/actions", kDecideKey, R"({"action": "kill"})").status ==
        404);
}

TEST_CASE("Experiments: results exist from the first tick on, and say so before") {
  TestServer server;
  CHECK_THAT(detail_of(server.get("/v1/experiments/colour/results", kReadKey), 409),
             !Catch::Equals(""));
  server.clock.advance_to(server.clock.now() + std::chrono::hours(1));
  REQUIRE(server.engine->tick().has_value());
  const Value results = json_of(server.get("/v1/experiments/colour/results", kReadKey));
  CHECK(text_at(results, "experiment") == "colour");
  CHECK(text_at(results, "look_time") == "2026-03-02T10:00:00Z");
  const Value past =
      json_of(server.get("/v1/experiments/colour/results?at=2026-03-02T09:30:00Z", kReadKey));
  CHECK(text_at(past, "look_time") == "2026-03-02T09:30:00Z");
  CHECK_THAT(detail_of(server.get("/v1/experiments/colour/results?at=tomorrow", kReadKey), 400),
             Catch::Contains("at"));
}

TEST_CASE("Experiments: timeline and decisions have a limit with a range") {
  TestServer server;
  CHECK(
      json_of(server.get("/v1/experiments/colour/timeline", kReadKey)).find("looks")->as_array() !=
      nullptr);
  for (const char* limit : {"0", "-1", "many", "1001", "5x", ""}) {
    INFO(limit);
    CHECK_THAT(detail_of(server.get(std::string("/v1/experiments/colour/timeline?limit=") + limit,
                                    kReadKey),
                         400),
               Catch::Contains("1 to 1000"));
  }
}

TEST_CASE("Actions: mistakes are named, what the state does not allow is refused with the reason") {
  struct Row {
    const char* body;
    int status;
    const char* detail;
  };
  const Row rows[] = {
      {R"({"action": )", 400, "JSON"},
      {R"({})", 400, "\"action\" is missing"},
      {R"({"action": 1})", 400, "action: a string"},
      {R"({"action": "promot", "variant": "red"})", 400, "did you mean \"promote\"?"},
      {R"({"action": "promote"})", 400, "variant"},
      {R"({"action": "kill", "variant": "red"})", 400, "variant"},
      {R"({"action": "extend"})", 400, "days"},
      {R"({"action": "extend", "days": 0})", 400, "days"},
      {R"({"action": "extend", "days": 1.5})", 400, "days: an integer is expected, found 1.5"},
      {R"({"action": "kill", "days": 3})", 400, "days"},
      {R"({"action": "kill", "not": "x"})", 400, "did you mean \"note\"?"},
      {R"({"action": "pause-enrolment"})", 409, "sticky: true"},
      {R"({"action": "freeze"})", 409, "sticky: true"},
  };
  TestServer server;
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK_THAT(
        detail_of(server.post("/v1/experiments/colour/actions", kDecideKey, row.body), row.status),
        Catch::Contains(row.detail));
  }
}

TEST_CASE(
    "Actions: kill gives everyone the control, undo takes it back, both stand in the receipts") {
  TestServer server;
  const std::string before = server.engine->catalog()->definitions_version();
  const Response killed = server.post("/v1/experiments/colour/actions", kDecideKey,
                                      R"({"action": "kill", "note": "support is drowning"})");
  REQUIRE(killed.status == 200);
  CHECK(text_at(*json_of(killed).find("experiment"), "state") ==
        name_of(ExperimentState::kStopped));
  CHECK(text_at(json_of(killed), "definitions_version") != before);
  for (const char* unit : {"u1", "u2", "u3", "u4", "u5", "u6"}) {
    const Value answer = json_of(server.post(
        "/v1/assign", kClientKey,
        std::string(R"({"unit": ")") + unit + R"(", "attributes": {"country": "DE"}})"));
    CHECK(text_at(item_at(answer, "assignments", 0), "variant") == "control");
  }
  const Value receipts = json_of(server.get("/v1/experiments/colour/decisions", kReadKey));
  const Value& last = receipts.find("actions")->as_array()->back();
  CHECK(text_at(last, "action") == "kill");
  CHECK(text_at(last, "actor") == "operator");
  server.clock.advance_to(server.clock.now() + std::chrono::hours(1));
  const Response undone =
      server.post("/v1/experiments/colour/actions", kDecideKey, R"({"action": "undo"})");
  REQUIRE(undone.status == 200);
  CHECK(text_at(*json_of(undone).find("experiment"), "state") ==
        name_of(ExperimentState::kRunning));
}

TEST_CASE("Review: the present week by default, as JSON or Markdown") {
  TestServer server;
  const Response json = server.get("/v1/review", kReadKey);
  REQUIRE(json.status == 200);
  CHECK_THAT(json.body, Catch::Contains("2026-W10"));
  CHECK(server.get("/v1/review?week=2026-W09", kReadKey).status == 200);
  const Response markdown = server.get("/v1/review?format=md", kReadKey);
  CHECK(markdown.content_type == "text/markdown; charset=utf-8");
  NamedTexts headers = with_key(kReadKey);
  headers.emplace_back("Accept", "text/markdown");
  CHECK(server.send("GET", "/v1/review", headers, "").body == markdown.body);
  CHECK_THAT(detail_of(server.get("/v1/review?week=2026-W99", kReadKey), 400),
             Catch::Contains("week"));
  CHECK_THAT(detail_of(server.get("/v1/review?format=pdf", kReadKey), 400),
             Catch::Contains("md or json"));
}

}  // namespace
}  // namespace converge
