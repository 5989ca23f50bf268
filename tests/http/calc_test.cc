#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/http/api_fixture.h"

namespace converge {
namespace {

using namespace test;

TEST_CASE("Calc: a method answers over HTTP what it computes") {
  TestServer server;
  const Response response =
      server.post("/v1/calc/fieller_relative_lift", kReadKey,
                  R"({"mean_a": 10, "se_a": 0.1, "mean_b": 11, "se_b": 0.1, "z": 1.96})");
  REQUIRE(response.status == 200);
  const Value answer = json_of(response);
  CHECK(text_at(answer, "method") == "fieller_relative_lift");
  CHECK(answer.find("outputs")->find("relative_lift")->as_number()->value == Approx(0.1));
}

TEST_CASE("Calc: mistakes are named where they are, with the nearest name") {
  TestServer server;
  CHECK_THAT(detail_of(server.post("/v1/calc/fieler_relative_lift", kReadKey, "{}"), 404),
             Catch::Contains("did you mean \"fieller_relative_lift\"?"));
  CHECK_THAT(detail_of(server.post("/v1/calc/fieller_relative_lift", kReadKey, "{}"), 400),
             Catch::Contains("inputs.se_a: missing"));
  CHECK_THAT(detail_of(server.post("/v1/calc/fieller_relative_lift", kReadKey, "[1"), 400),
             Catch::Contains("byte"));
}

TEST_CASE("Calc: the methods are listed by name") {
  TestServer server;
  const Value answer = json_of(server.get("/v1/calc", kReadKey));
  const Value::Array* methods = answer.find("methods")->as_array();
  REQUIRE(methods != nullptr);
  CHECK(std::any_of(methods->begin(), methods->end(), [](const Value& method) {
    return text_at(method, "method") == "fieller_relative_lift";
  }));
}

}  // namespace
}  // namespace converge
