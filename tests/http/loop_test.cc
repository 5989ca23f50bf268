#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "server/definitions_watch.h"
#include "server/ticker.h"
#include "tests/http/api_fixture.h"

// The ticker thread and the folder it watches.
namespace converge {
namespace {

using namespace test;

class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("converge-" + name + "-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

std::string owned_by(const std::string& owner) {
  std::string text = kDefinitions;
  const std::string old_owner = "owner: shop";
  text.replace(text.find(old_owner), old_owner.size(), "owner: " + owner);
  return text;
}

std::string owner_now(TestServer& server) {
  return server.engine->catalog()->find(ExperimentKey("colour"))->definition.owner;
}

TEST_CASE("Watch: a changed folder is applied, an unchanged one changes nothing") {
  TestServer server;
  const Folder folder("watch-change");
  folder.write("shop.yaml", owned_by("anna"));
  DefinitionsWatch watch(folder.path(), *server.engine, server.health);
  watch.poll();
  CHECK(owner_now(server) == "anna");
  const auto version = server.engine->catalog()->version;
  watch.poll();
  folder.write("shop.yaml", owned_by("anna"));
  folder.write("README.md", "not a definition");
  watch.poll();
  CHECK(server.engine->catalog()->version == version);
  folder.write("shop.yaml", owned_by("bertha"));
  watch.poll();
  CHECK(owner_now(server) == "bertha");
}

TEST_CASE(
    "Watch: a folder that does not parse leaves the old catalog and shows in healthz until "
    "mended") {
  TestServer server;
  const Folder folder("watch-broken");
  folder.write("shop.yaml", owned_by("anna"));
  DefinitionsWatch watch(folder.path(), *server.engine, server.health);
  watch.poll();
  const auto version = server.engine->catalog()->version;
  server.clock.advance_to(server.clock.now() + std::chrono::hours(1));
  folder.write("shop.yaml", owned_by("clara") + "\nbroken: [\n");
  watch.poll();
  watch.poll();
  CHECK(server.engine->catalog()->version == version);
  CHECK(owner_now(server) == "anna");
  CHECK(server.post("/v1/assign", kClientKey, R"({"unit": "u1"})").status == 200);
  const Response degraded = server.get("/healthz", "");
  CHECK(degraded.status == 200);
  const Value health = json_of(degraded);
  CHECK(text_at(health, "status") == "degraded");
  const Value& trouble = *health.find("definitions");
  CHECK_THAT(text_at(trouble, "error"), Catch::Contains("shop.yaml:"));
  CHECK(text_at(trouble, "since") == "2026-03-02T10:00:00Z");
  folder.write("shop.yaml", owned_by("dora"));
  watch.poll();
  CHECK(owner_now(server) == "dora");
  CHECK(text_at(json_of(server.get("/healthz", "")), "status") == "ok");
}

TEST_CASE("Watch: an edit that the state forbids leaves the old catalog and shows in healthz") {
  TestServer server;
  const Folder folder("watch-refused");
  // A running experiment may not vanish from the folder.
  std::string text = kDefinitions;
  text.erase(text.find("  - key: colour"),
             text.find("  - key: later") - text.find("  - key: colour"));
  folder.write("shop.yaml", text);
  DefinitionsWatch watch(folder.path(), *server.engine, server.health);
  watch.poll();
  CHECK(server.engine->catalog()->find(ExperimentKey("colour")) != nullptr);
  const Value health = json_of(server.get("/healthz", ""));
  CHECK(text_at(health, "status") == "degraded");
  CHECK_THAT(text_at(*health.find("definitions"), "error"), Catch::Contains("colour"));
}

TEST_CASE("Watch: a folder that is gone or empty is an error, not an empty set of definitions") {
  TestServer server;
  DefinitionsWatch watch("/nonexistent/definitions", *server.engine, server.health);
  watch.poll();
  CHECK(server.engine->catalog()->experiments.size() == 2);
  CHECK(server.health.snapshot().definitions.has_value());
}

TEST_CASE("Ticker: one turn polls the folder and ticks; stop is at once, whatever the interval") {
  TestServer server;
  const Folder folder("ticker");
  folder.write("shop.yaml", owned_by("anna"));
  DefinitionsWatch watch(folder.path(), *server.engine, server.health);
  TickerThread ticker(*server.engine, server.health, &watch, std::chrono::hours(1));
  REQUIRE(ticker.run_once().has_value());
  CHECK(owner_now(server) == "anna");
  CHECK(server.health.snapshot().ticks == 1);
  CHECK(server.engine->results(ExperimentKey("colour")).has_value());
  const auto begin = std::chrono::steady_clock::now();
  ticker.start();
  while (server.health.snapshot().ticks < 2) std::this_thread::yield();
  ticker.stop();
  ticker.stop();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::minutes(1));
}

}  // namespace
}  // namespace converge
