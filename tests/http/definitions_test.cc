#include <catch2/catch.hpp>

#include "engine/codec/json.h"
#include "tests/http/api_fixture.h"

namespace converge {
namespace {

using namespace test;

std::string with_new_owner() {
  std::string text = kDefinitions;
  const std::string old_owner = "owner: shop";
  text.replace(text.find(old_owner), old_owner.size(), "owner: somebody-else");
  return text;
}

TEST_CASE("Definitions: plan shows what would change and changes nothing, apply does it") {
  TestServer server;
  const std::string before = server.engine->catalog()->definitions_version();
  const Response same = server.post("/v1/definitions:plan", kReadKey, kDefinitions);
  REQUIRE(same.status == 200);
  CHECK(json_of(same).find("changes")->as_array()->empty());
  const Response planned = server.post("/v1/definitions:plan", kReadKey, with_new_owner());
  REQUIRE(planned.status == 200);
  CHECK(text_at(item_at(json_of(planned), "changes", 0), "subject") == "colour");
  CHECK(server.engine->catalog()->definitions_version() == before);
  const Response applied = server.post("/v1/definitions:apply", kWriteKey, with_new_owner());
  REQUIRE(applied.status == 200);
  CHECK(text_at(json_of(applied), "definitions_version") != before);
  CHECK(text_at(json_of(server.get("/v1/experiments/colour", kReadKey)), "owner") ==
        "somebody-else");
  const auto audit = server.engine->audit(10);
  REQUIRE(audit.has_value());
  CHECK(audit->back().actor == "pipeline");
}

TEST_CASE("Definitions: what is answered can be applied again as JSON and changes nothing") {
  TestServer server;
  const Value answer = json_of(server.get("/v1/definitions", kReadKey));
  NamedTexts headers = with_key(kReadKey);
  headers.emplace_back("Content-Type", "application/json");
  const Response planned =
      server.send("POST", "/v1/definitions:plan", headers, to_json(*answer.find("definitions")));
  REQUIRE(planned.status == 200);
  CHECK(json_of(planned).find("changes")->as_array()->empty());
}

TEST_CASE("Definitions: every mistake is listed with its place, and nothing is applied") {
  TestServer server;
  const std::string before = server.engine->catalog()->definitions_version();
  std::string text = kDefinitions;
  text.replace(text.find("hypothesis"), 10, "hypothesys");
  text.replace(text.find("weight: 50"), 10, "weight: 60");
  for (const char* verb : {":plan", ":apply"}) {
    const Response response = server.post(std::string("/v1/definitions") + verb, kDecideKey, text);
    REQUIRE(response.status == 400);
    detail_of(response, 400);
    const Value problem = json_of(response);
    CHECK(problem.find("findings")->as_array()->size() >= 2);
    CHECK(integer_at(item_at(problem, "findings", 0), "line") > 0);
  }
  CHECK(server.post("/v1/definitions:apply", kWriteKey, "a: [unclosed").status == 400);
  CHECK(server.post("/v1/definitions:apply", kWriteKey, "").status == 400);
  CHECK(server.engine->catalog()->definitions_version() == before);
}

TEST_CASE("Definitions: the schema is served without a key") {
  TestServer server;
  const Response schema = server.get("/v1/schema", "");
  CHECK(schema.status == 200);
  CHECK(schema.content_type == "application/schema+json");
  CHECK(json_of(schema).find("$schema") != nullptr);
}

}  // namespace
}  // namespace converge
