#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "engine/codec/json.h"
#include "tests/http/api_fixture.h"

namespace converge {
namespace {

using namespace test;

TEST_CASE("Assign: the answer has exactly the documented members") {
  TestServer server;
  const Response response =
      server.post("/v1/assign", kClientKey, R"({"unit": "u1", "attributes": {"country": "DE"}})");
  REQUIRE(response.status == 200);
  CHECK(response.content_type == "application/json");
  const Value answer = json_of(response);
  CHECK(text_at(answer, "definitions_version") == server.engine->catalog()->definitions_version());
  REQUIRE(answer.find("assignments")->as_array()->size() == 1);
  const Value& assignment = item_at(answer, "assignments", 0);
  std::vector<std::string> names;
  for (const auto& [name, value] : *assignment.as_object()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"experiment", "flag", "variant", "value", "reason",
                                          "in_experiment", "bucket"});
  CHECK(text_at(assignment, "experiment") == "colour");
  CHECK(text_at(assignment, "flag") == "button_colour");
  CHECK(text_at(assignment, "reason") == name_of(AssignReason::kSplit));
  CHECK(*assignment.find("in_experiment")->as_boolean());
  const std::int64_t bucket = integer_at(assignment, "bucket");
  CHECK(bucket >= 0);
  CHECK(bucket < 10'000);
  const bool is_red = text_at(assignment, "variant") == "red";
  CHECK(text_at(assignment, "value") == (is_red ? "red" : "blue"));
}

TEST_CASE("Assign: who is not targeted gets the control and is in no experiment") {
  TestServer server;
  const Value answer = json_of(server.post("/v1/assign", kClientKey, R"({"unit": "u1"})"));
  const Value& assignment = item_at(answer, "assignments", 0);
  CHECK(text_at(assignment, "variant") == "control");
  CHECK(text_at(assignment, "reason") == name_of(AssignReason::kNotTargeted));
  CHECK_FALSE(*assignment.find("in_experiment")->as_boolean());
}

TEST_CASE("Assign: mistakes in the body are named") {
  struct Row {
    const char* body;
    const char* detail;
  };
  const Row rows[] = {
      {"", "JSON"},
      {R"({"unit": "u1")", "JSON, byte"},
      {R"(["u1"])", "object is expected, found array"},
      {R"({})", "\"unit\" is missing"},
      {R"({"unit": null})", "\"unit\" is missing"},
      {R"({"unit": 5})", "unit: a string is expected, found 5"},
      {R"({"unit": "u1", "attribute": {}})", "did you mean \"attributes\"?"},
      {R"({"unit": "u1", "attributes": []})", "attributes: an object is expected, found array"},
      {R"({"unit": "u1", "experiments": "colour"})", "experiments: an array of strings"},
      {R"({"unit": "u1", "experiments": [1]})", "experiments: an array of strings"},
      {R"({"unit": "u1", "experiments": []})", "experiments: name at least one"},
      {R"({"unit": "u1", "expose": "yes"})", "expose: true or false"},
      {R"({"unit": "u1", "unit": "u2"})", "two members named"},
  };
  TestServer server;
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK_THAT(detail_of(server.post("/v1/assign", kClientKey, row.body), 400),
               Catch::Contains(row.detail));
  }
  CHECK(
      server.post("/v1/assign", kClientKey, R"({"unit": "u1", "experiments": ["colou"]})").status ==
      404);
}

TEST_CASE("Assign: unit ids that mean nothing are refused") {
  TestServer server;
  for (const std::string& unit : {std::string(""), std::string("0"), std::string("null"),
                                  std::string("undefined"), std::string(257, 'x')}) {
    const Value body = Value::object({{"unit", Value::string(unit)}});
    INFO(unit);
    detail_of(server.post("/v1/assign", kClientKey, to_json(body)), 400);
  }
}

TEST_CASE("Assign: with expose the exposure is durable before the answer") {
  TestServer server;
  server.store.gate().close_gate();
  Response response;
  std::atomic<bool> is_answered{false};
  std::thread asking([&] {
    response = server.post("/v1/assign", kClientKey,
                           R"({"unit": "u1", "attributes": {"country": "DE"}, "expose": true})");
    is_answered = true;
  });
  server.store.gate().await_append();
  CHECK_FALSE(is_answered);
  CHECK(raw(*server.store.events().last()) == 0);
  server.store.gate().open_gate();
  asking.join();
  CHECK(response.status == 200);
  const auto rows = server.store.events().read(LogSeq{0}, 10);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  const Value event = *parse_json((*rows)[0].body);
  CHECK(text_at(event, "type") == "exposure");
  CHECK(text_at(event, "experiment") == "colour");
  CHECK(text_at(event, "variant") ==
        text_at(item_at(json_of(response), "assignments", 0), "variant"));
  CHECK(text_at(event, "source") == "experiment");
  CHECK(text_at(event, "ts") == "2026-03-02T09:00:00Z");
  CHECK(text_at(*event.find("units"), "user_id") == "u1");
  CHECK(text_at(*event.find("attributes"), "country") == "DE");
  CHECK(event.find("id") == nullptr);
}

TEST_CASE("Assign: an exposure beyond the limit of events is refused") {
  TestServer server;
  const std::string body = R"({"unit": "u1", "attributes": {"country": "DE", "x": ")" +
                           std::string(100'000, 'x') + R"("}, "expose": true})";
  CHECK_THAT(detail_of(server.post("/v1/assign", kClientKey, body), 413),
             Catch::Contains("65536 bytes"));
  CHECK(raw(*server.store.events().last()) == 0);
}

TEST_CASE("Assign: nobody who is outside is exposed, and without expose nothing is logged") {
  TestServer server;
  CHECK(server.post("/v1/assign", kClientKey, R"({"unit": "u1", "expose": true})").status == 200);
  CHECK(server.post("/v1/assign", kClientKey, R"({"unit": "u1", "attributes": {"country": "DE"}})")
            .status == 200);
  CHECK(raw(*server.store.events().last()) == 0);
}

}  // namespace
}  // namespace converge
