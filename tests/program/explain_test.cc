#include <signal.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "engine/codec/json.h"
#include "server/http/client.h"
#include "tests/program/program.h"

using converge::HttpClient;
using converge::Response;
using converge::Value;
using converge::test::Outcome;
using converge::test::RunningProgram;
using converge::test::ScratchFolder;

namespace {

constexpr std::chrono::seconds kStartMax{20};

const char* const kDefinitions = R"(apiVersion: converge/v1
metrics:
  conversion_1d: {type: conversion, event: purchase, window: 1d}
experiments:
  - key: banner
    status: running
    unit: user_id
    sticky: true
    flag: banner
    condition: {country: DE}
    variants: [{key: control, weight: 50, value: false}, {key: shown, weight: 50, value: true}]
    metrics: [{metric: conversion_1d, role: success}]
)";

/// A server on its own folder, with the keys that it wrote.
class Server {
 public:
  explicit Server(const ScratchFolder& scratch)
      : scratch_(scratch),
        program_({"serve", "--db", scratch.path("shop.db"), "--definitions",
                  scratch.path("definitions"), "--port", "0", "--tick-ms", "50"}),
        port_(program_.wait_until_listening(kStartMax)) {
    INFO(program_.errors());
    REQUIRE(port_ != 0);
  }
  void kill() {
    program_.send_signal(SIGKILL);
    program_.wait();
  }
  Response request(const std::string& method, const std::string& target, const std::string& role,
                   const std::string& body) {
    HttpClient client("127.0.0.1", port_, std::chrono::seconds(10));
    const auto response = client.request(
        method, target,
        {{"content-type", "application/json"}, {"authorization", "Bearer " + key_of(role)}}, body);
    REQUIRE(response);
    return *response;
  }
  /// The only assignment of the unit.
  Value assign(const std::string& unit, const std::string& country) {
    const Response response = request("POST", "/v1/assign", "client",
                                      R"({"unit":")" + unit + R"(","attributes":{"country":")" +
                                          country + R"("},"expose":true})");
    INFO(response.body);
    REQUIRE(response.status == 200);
    return converge::parse_json(response.body)->find("assignments")->as_array()->front();
  }

 private:
  std::string key_of(const std::string& role) const {
    const auto document =
        converge::parse_json(converge::test::read_file(scratch_.path("shop.db.keys.json")));
    REQUIRE(document);
    for (const Value& key : *document->find("keys")->as_array()) {
      if (*key.find("role")->as_string() == role) return *key.find("key")->as_string();
    }
    FAIL("no key of role " << role);
    return {};
  }

  const ScratchFolder& scratch_;
  RunningProgram program_;
  std::uint16_t port_;
};

void write_definitions(const ScratchFolder& scratch) {
  std::filesystem::create_directories(scratch.path("definitions"));
  scratch.write("definitions/shop.yaml", kDefinitions);
}

std::string text_of(const Value& object, const char* member) {
  return *object.find(member)->as_string();
}

Value explained(const ScratchFolder& scratch, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"explain", "--db", scratch.path("shop.db"), "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = converge::test::run(arguments);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return *converge::parse_json(outcome.out);
}

}  // namespace

TEST_CASE("Program: members keep their variant over kill -9 and changed attributes") {
  const ScratchFolder scratch;
  write_definitions(scratch);
  std::vector<std::string> variants;
  {
    Server server(scratch);
    for (int unit = 0; unit < 20; ++unit) {
      variants.push_back(text_of(server.assign("user-" + std::to_string(unit), "DE"), "variant"));
    }
    server.kill();
  }
  Server server(scratch);
  for (int unit = 0; unit < 20; ++unit) {
    const std::string name = "user-" + std::to_string(unit);
    const Value assignment = server.assign(name, "FR");
    CHECK(text_of(assignment, "reason") == "sticky");
    CHECK(text_of(assignment, "variant") == variants[static_cast<std::size_t>(unit)]);
    const Response found =
        server.request("GET", "/v1/sticky?attribute=id&value=" + name, "decide", "");
    CHECK(found.body.find(variants[static_cast<std::size_t>(unit)]) != std::string::npos);
  }
  CHECK(text_of(server.assign("user-new", "FR"), "reason") == "not_targeted");
}

TEST_CASE("Program: explain reads the store beside the server, and says what the server says") {
  const ScratchFolder scratch;
  write_definitions(scratch);
  Server server(scratch);
  const Value assignment = server.assign("user-1", "DE");
  const Value now = explained(scratch, {"--unit", "user-1"});
  CHECK(text_of(now, "attributes_from") == "last_exposure");
  const Value& flag = now.find("flags")->as_array()->front();
  CHECK(*flag.find("variant") == *assignment.find("variant"));
  CHECK(text_of(flag, "reason") == "sticky");
  CHECK(now.find("sticky")->as_array()->size() == 1);

  const std::string since = text_of(now, "in_force_since");
  const Value past = explained(
      scratch, {"--unit", "user-1", "--at", since, "--attributes", R"({"country":"DE"})"});
  CHECK(past.find("sticky")->is_null());
  CHECK(text_of(past.find("flags")->as_array()->front(), "reason") == "split");
  const Value before = explained(scratch, {"--unit", "user-1", "--at", "2020-01-01T00:00:00Z"});
  CHECK(before.find("flags")->as_array()->empty());

  const Outcome text =
      converge::test::run({"explain", "--db", scratch.path("shop.db"), "--unit", "user-1"});
  CHECK(text.status == 0);
  CHECK(text.out.find("its sticky document keeps variant " + text_of(assignment, "variant")) !=
        std::string::npos);
}

TEST_CASE(
    "Program: explain refuses what it cannot read with status 2, and a missing store with 3") {
  const ScratchFolder scratch;
  const std::string store = scratch.path("none.db");
  CHECK(converge::test::run({"explain", "--db", store}).status == 2);
  CHECK(converge::test::run({"explain", "--db", store, "--unit", "u", "--at", "noon"}).status == 2);
  CHECK(
      converge::test::run({"explain", "--db", store, "--unit", "u", "--attributes", "{"}).status ==
      2);
  CHECK(converge::test::run({"explain", "--db", store, "--unit", "u"}).status == 3);
}
