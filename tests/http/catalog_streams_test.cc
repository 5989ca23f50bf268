#include "server/streams/catalog_streams.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/http/api_fixture.h"

// What is written to streams that follow the catalog, without connections.
namespace converge {
namespace {

using namespace test;
using std::chrono::milliseconds;

const StreamRhythm kFast{milliseconds(2), std::chrono::hours(1), 3, milliseconds(1)};

std::string another_definition(int number) {
  std::string text = kDefinitions;
  const std::string before = "metrics:\n  bought";
  return text.replace(text.find(before), before.size(),
                      "flags: {number: {default: " + std::to_string(number) + "}}\n" + before);
}

/// What is written to a stream that no connection has.
class Written {
 public:
  explicit Written(BodyStream& stream) {
    stream.connect([this](const BodyStream::Part& part) {
      const std::lock_guard lock(mutex_);
      text_ += *part;
    });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

/// The version as the event, and how often it was made.
struct VersionTopic {
  StreamTopic topic{
      "versions", [this](const Catalog& catalog) -> Result<BodyStream::Part> {
        ++made;
        return std::make_shared<const std::string>(catalog.definitions_version() + "\n");
      }};
  std::atomic<int> made{0};
};

TEST_CASE("Catalog streams: pings keep idle streams alive, and only open ones are written to") {
  TestServer server;
  VersionTopic versions;
  StreamRhythm rhythm = kFast;
  rhythm.ping_every = milliseconds(5);
  CatalogStreams streams(*server.engine, rhythm);
  const std::string version = server.engine->catalog()->definitions_version();
  const auto open = streams.open(versions.topic, version);
  const auto gone = streams.open(versions.topic, version);
  Written kept(*open);
  Written lost(*gone);
  gone->close();
  CHECK(becomes_true([&] { return kept.text().size() >= 24; }));
  streams.stop();
  CHECK_THAT(kept.text(), Catch::StartsWith(": ping\n\n: ping\n\n: ping\n\n"));
  CHECK(versions.made == 0);
  CHECK(lost.text().empty());
  CHECK(gone.use_count() == 1);
  CHECK_FALSE(streams.open(versions.topic, version)->is_open());
}

TEST_CASE("Catalog streams: who knows another version is told the present one at once") {
  TestServer server;
  VersionTopic versions;
  CatalogStreams streams(*server.engine, kFast);
  const std::string version = server.engine->catalog()->definitions_version();
  for (const std::string& known : {std::string(), std::string("1-old"), version}) {
    Written written(*streams.open(versions.topic, known));
    CHECK(written.text() == (known == version ? "" : version + "\n"));
  }
}

TEST_CASE("Catalog streams: a change reaches more streams than a burst, each once, made once") {
  constexpr int kStreams = 20;
  TestServer server;
  VersionTopic versions;
  CatalogStreams streams(*server.engine, kFast);
  std::string expected;
  std::vector<std::unique_ptr<Written>> all;
  all.reserve(kStreams);
  for (int i = 0; i < kStreams; ++i) {
    all.push_back(std::make_unique<Written>(
        *streams.open(versions.topic, server.engine->catalog()->definitions_version())));
  }
  for (int change = 1; change <= 3; ++change) {
    server.apply(another_definition(change));
    expected += server.engine->catalog()->definitions_version() + "\n";
    CHECK(becomes_true([&] {
      return std::all_of(all.begin(), all.end(),
                         [&](const auto& one) { return one->text() == expected; });
    }));
    CHECK(versions.made == change);
  }
}

TEST_CASE("Catalog streams: topics are told apart, and one without an event does not disturb") {
  TestServer server;
  VersionTopic versions;
  const StreamTopic broken{"broken", [](const Catalog&) -> Result<BodyStream::Part> {
                             return Error{Errc::kInternal, "no event today"};
                           }};
  const StreamTopic fixed{"fixed", [](const Catalog&) -> Result<BodyStream::Part> {
                            return std::make_shared<const std::string>("fixed\n");
                          }};
  CatalogStreams streams(*server.engine, kFast);
  Written of_broken(*streams.open(broken, ""));
  Written of_fixed(*streams.open(fixed, ""));
  Written of_versions(*streams.open(versions.topic, ""));
  const std::string first = server.engine->catalog()->definitions_version();
  server.apply(another_definition(1));
  const std::string second = server.engine->catalog()->definitions_version();
  CHECK(becomes_true([&] { return of_versions.text() == first + "\n" + second + "\n"; }));
  CHECK(becomes_true([&] { return of_fixed.text() == "fixed\nfixed\n"; }));
  CHECK(of_broken.text().empty());
}

TEST_CASE("Catalog streams: requests are answered by a version before streams tell it") {
  TestServer server;
  std::atomic<bool> is_behind{false};
  const StreamTopic topic{"checked", [&](const Catalog& catalog) -> Result<BodyStream::Part> {
                            const std::string told = catalog.definitions_version();
                            if (server.engine->assigner()->definitions_version() != told) {
                              is_behind = true;
                            }
                            return std::make_shared<const std::string>(told + "\n");
                          }};
  CatalogStreams streams(*server.engine, kFast);
  Written written(*streams.open(topic, server.engine->catalog()->definitions_version()));
  for (int change = 1; change <= 5; ++change) {
    server.apply(another_definition(change));
    const std::string version = server.engine->catalog()->definitions_version();
    CHECK(becomes_true([&] { return written.text().find(version) != std::string::npos; }));
  }
  CHECK_FALSE(is_behind);
}

}  // namespace
}  // namespace converge
