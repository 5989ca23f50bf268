#include <signal.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <thread>

#include "engine/codec/json.h"
#include "server/http/client.h"
#include "tests/program/program.h"

using converge::HttpClient;
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
    flag: banner
    variants: [{key: control, weight: 50, value: false}, {key: shown, weight: 50, value: true}]
    metrics: [{metric: conversion_1d, role: success}]
)";

/// The key of that role from the generated key file.
std::string key_of(const ScratchFolder& scratch, const std::string& role) {
  const auto document =
      converge::parse_json(converge::test::read_file(scratch.path("shop.db.keys.json")));
  REQUIRE(document);
  for (const Value& key : *document->find("keys")->as_array()) {
    if (*key.find("role")->as_string() == role) return *key.find("key")->as_string();
  }
  FAIL("no key of role " << role);
  return {};
}

std::vector<std::string> serve_arguments(const ScratchFolder& scratch) {
  return {"serve",
          "--db",
          scratch.path("shop.db"),
          "--definitions",
          scratch.path("definitions"),
          "--port",
          "0",
          "--tick-ms",
          "50"};
}

void write_definitions(const ScratchFolder& scratch, const std::string& text) {
  std::filesystem::create_directories(scratch.path("definitions"));
  scratch.write("definitions/shop.yaml", text);
}

std::string outcome_event(int number) {
  return R"([{"type":"outcome","id":"o-)" + std::to_string(number) +
         R"(","ts":"2026-01-01T00:00:00Z","unit":"user-)" + std::to_string(number % 7 + 1) +
         R"(","name":"purchase"}])";
}

converge::Response send_event(HttpClient& client, const std::string& key, int number) {
  const auto response =
      client.request("POST", "/v1/events",
                     {{"content-type", "application/json"}, {"authorization", "Bearer " + key}},
                     outcome_event(number));
  return response ? *response : converge::Response{0, {}, {}, {}};
}

/// Rows in the log: the cursor of a look reads all of them.
std::int64_t logged_rows(const ScratchFolder& scratch) {
  const Outcome outcome =
      converge::test::run({"analyze", "banner", "--db", scratch.path("shop.db"), "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return static_cast<std::int64_t>(
      converge::parse_json(outcome.out)->find("cursor")->as_number()->value);
}

}  // namespace

TEST_CASE("Program: serve holds the limits that its command line gives") {
  const ScratchFolder scratch;
  write_definitions(scratch, kDefinitions);
  std::vector<std::string> arguments = serve_arguments(scratch);
  arguments.insert(arguments.end(), {"--rate-limit", "2", "--max-streams", "0"});
  RunningProgram serve(arguments);
  const std::uint16_t port = serve.wait_until_listening(kStartMax);
  REQUIRE(port != 0);
  HttpClient client("127.0.0.1", port, kStartMax);
  const converge::NamedTexts key = {{"x-api-key", key_of(scratch, "client")}};
  const auto stream = client.request("GET", "/ofrep/v1/stream", key, "");
  REQUIRE(stream);
  CHECK(stream->status == 503);
  const auto assigned = client.request("POST", "/v1/assign", key, R"({"unit": "u1"})");
  REQUIRE(assigned);
  CHECK(assigned->status == 200);
  const auto refused = client.request("POST", "/v1/assign", key, R"({"unit": "u1"})");
  REQUIRE(refused);
  CHECK(refused->status == 429);
  CHECK_THAT(std::string(refused->header("retry-after")), Catch::Matches("[1-9][0-9]*"));
}

TEST_CASE(
    "Program: SIGTERM stops a server gracefully with exit status 0 and nothing acknowledged is "
    "lost") {
  const ScratchFolder scratch;
  write_definitions(scratch, kDefinitions);
  RunningProgram server(serve_arguments(scratch));
  const std::uint16_t port = server.wait_until_listening(kStartMax);
  INFO(server.errors());
  REQUIRE(port != 0);
  HttpClient client("127.0.0.1", port, std::chrono::seconds(10));
  const std::string key = key_of(scratch, "client");
  for (int i = 0; i < 20; ++i) REQUIRE(send_event(client, key, i).status == 200);
  server.send_signal(SIGTERM);
  CHECK(server.wait() == 0);
  CHECK(logged_rows(scratch) == 20);
}

TEST_CASE("Program: kill -9 at random moments loses nothing acknowledged and invents nothing") {
  const ScratchFolder scratch;
  write_definitions(scratch, kDefinitions);
  std::int64_t sent = 0;
  std::int64_t acknowledged = 0;
  for (int round = 0; round < 5; ++round) {
    RunningProgram server(serve_arguments(scratch));
    const std::uint16_t port = server.wait_until_listening(kStartMax);
    INFO(server.errors());
    REQUIRE(port != 0);
    const std::string key = key_of(scratch, "client");
    std::thread killer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + 37 * round));
      server.send_signal(SIGKILL);
    });
    HttpClient client("127.0.0.1", port, std::chrono::seconds(10));
    for (;;) {
      const int number = static_cast<int>(++sent);
      if (send_event(client, key, number).status != 200) break;
      ++acknowledged;
    }
    killer.join();
    server.wait();
    const std::int64_t rows = logged_rows(scratch);
    CHECK(rows >= acknowledged);
    CHECK(rows <= sent);
  }
  CHECK(acknowledged > 0);
}

TEST_CASE("Program: a port in use is a clear failure") {
  const ScratchFolder first;
  const ScratchFolder second;
  write_definitions(first, kDefinitions);
  write_definitions(second, kDefinitions);
  RunningProgram server(serve_arguments(first));
  const std::uint16_t port = server.wait_until_listening(kStartMax);
  REQUIRE(port != 0);
  const Outcome outcome = converge::test::run(
      {"serve", "--db", second.path("shop.db"), "--port", std::to_string(port)});
  CHECK(outcome.status == 3);
  CHECK(outcome.err.find(std::to_string(port)) != std::string::npos);
}

TEST_CASE("Program: a second server on the same database is refused") {
  const ScratchFolder scratch;
  write_definitions(scratch, kDefinitions);
  RunningProgram server(serve_arguments(scratch));
  REQUIRE(server.wait_until_listening(kStartMax) != 0);
  const Outcome outcome = converge::test::run(serve_arguments(scratch));
  CHECK(outcome.status == 3);
  CHECK(outcome.err.find("shop.db") != std::string::npos);
}

TEST_CASE(
    "Program: definitions that do not parse at reload leave the old ones in force and show in "
    "/healthz") {
  const ScratchFolder scratch;
  write_definitions(scratch, kDefinitions);
  RunningProgram server(serve_arguments(scratch));
  const std::uint16_t port = server.wait_until_listening(kStartMax);
  REQUIRE(port != 0);
  write_definitions(scratch, "apiVersion: converge/v1\nexperiments: [");
  HttpClient client("127.0.0.1", port, std::chrono::seconds(10));
  std::string health;
  for (int i = 0; i < 200 && health.find("shop.yaml") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto response = client.request("GET", "/healthz", {}, "");
    REQUIRE(response);
    health = response->body;
  }
  CHECK(health.find("shop.yaml") != std::string::npos);
  const auto assigned = client.request("POST", "/v1/assign",
                                       {{"content-type", "application/json"},
                                        {"authorization", "Bearer " + key_of(scratch, "client")}},
                                       R"({"unit":"user-1","attributes":{"id":"user-1"}})");
  REQUIRE(assigned);
  CHECK(assigned->status == 200);
  CHECK(assigned->body.find("\"banner\"") != std::string::npos);
  CHECK(server.errors().find("shop.yaml") != std::string::npos);
}

TEST_CASE("Program: the demo promotes one experiment, rolls one back, blocks one, runs one on") {
  const ScratchFolder scratch;
  const Outcome demo =
      converge::test::run({"demo", "--exit", "--port", "0", "--directory", scratch.path("demo")});
  INFO(demo.err << demo.out);
  REQUIRE(demo.status == 0);
  const Outcome exported =
      converge::test::run({"export", "--db", scratch.path("demo/converge.db")});
  REQUIRE(exported.status == 0);
  const auto catalog = converge::parse_json(exported.out);
  REQUIRE(catalog);
  std::map<std::string, std::string> states;
  for (const Value& entry : *catalog->find("experiments")->as_array()) {
    const Value* definition = entry.find("definition");
    states[*definition->find("key")->as_string()] = *entry.find("state")->as_string();
  }
  CHECK(states["checkout-one-page"] == "watching");
  CHECK(states["search-suggestions"] == "rolled_back");
  CHECK(states["home-video"] == "running");
  CHECK(states["home-reviews"] == "running");
  const Outcome video = converge::test::run(
      {"analyze", "home-video", "--db", scratch.path("demo/converge.db"), "--json"});
  REQUIRE(video.status == 0);
  CHECK(video.out.find("sample_ratio_mismatch") != std::string::npos);
  const Outcome reviews = converge::test::run(
      {"analyze", "home-reviews", "--db", scratch.path("demo/converge.db"), "--json"});
  REQUIRE(reviews.status == 0);
  CHECK(reviews.out.find("sample_ratio_mismatch") == std::string::npos);
  CHECK(demo.out.find("checkout-one-page") != std::string::npos);
}
