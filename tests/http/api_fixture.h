#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/model/value.h"
#include "server/api/api.h"
#include "server/api/route.h"
#include "server/http/client.h"
#include "server/http/server.h"
#include "store/memory/memory_store.h"
#include "tests/http/patience.h"

namespace converge::test {

/// The keys every test server knows, one per role.
inline constexpr const char* kClientKey = "client-key-0123456789";
/// A client key that sends outcomes and links only.
inline constexpr const char* kOutcomesKey = "outcomes-key-0123456789";
/// Another client key, whose GrowthBook payloads are encrypted for kDecryptionKey.
inline constexpr const char* kEncryptedKey = "encrypted-key-0123456789";
inline constexpr const char* kDecryptionKey = "AAECAwQFBgcICQoLDA0ODw==";
/// A third one, for remote evaluation by GrowthBook's SDKs.
inline constexpr const char* kRemoteKey = "remote-key-0123456789";
inline constexpr const char* kReadKey = "read-key-0123456789";
inline constexpr const char* kWriteKey = "write-key-0123456789";
inline constexpr const char* kDecideKey = "decide-key-0123456789";
KeyRing test_keys();
/// Header that presents a key.
NamedTexts with_key(const std::string& key);

/// One running experiment "colour" on the flag "button_colour" (red, blue), and a draft "later".
extern const char* const kDefinitions;

/// Where writes stand while it is closed, as before a slow disk.
class Gate {
 public:
  void close();
  void open();
  /// Returns when a write stands at the gate.
  void await_write();
  /// Writes that pass from now on fail with this error.
  void fail_with(const Error& error);
  /// Waits while the gate is closed.
  Status pass();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_closed_ = false;
  int waiting_ = 0;
  std::optional<Error> failure_;
};

/// A memory log whose appends pass a gate.
class GatedLog final : public EventLog {
 public:
  explicit GatedLog(EventLog& log) : log_(log) {}
  void close_gate() { gate_.close(); }
  void open_gate() { gate_.open(); }
  void await_append() { gate_.await_write(); }
  void fail_with(const Error& error) { gate_.fail_with(error); }

  Result<LogSeq> last() override { return log_.last(); }
  Status append(std::span<const LogRow> rows) override;
  Result<std::vector<LogRow>> read(LogSeq after, std::size_t limit) override {
    return log_.read(after, limit);
  }
  Result<LogRow> row(LogSeq seq) override { return log_.row(seq); }

 private:
  EventLog& log_;
  Gate gate_;
};

/// Sticky assignments in memory whose writes pass a gate.
class GatedSticky final : public StickyStore {
 public:
  explicit GatedSticky(StickyStore& sticky) : sticky_(sticky) {}
  Result<std::vector<StickyDocument>> find(std::span<const StickyUnit> units) override;
  Result<std::vector<std::string>> keep(std::span<const StickyChange> changes) override;
  Status erase(const StickyUnit& unit) override { return sticky_.erase(unit); }

  Gate gate;
  std::atomic<bool> is_unreadable{false};
  std::atomic<int> finds{0};

 private:
  StickyStore& sticky_;
};

/// A memory store behind gates.
class GatedStore final : public Store {
 public:
  GatedStore() : memory_("test"), log_(memory_.events()), sticky_(memory_.sticky()) {}
  EventLog& events() override { return log_; }
  ControlStore& control() override { return memory_.control(); }
  CheckpointStore& checkpoints() override { return memory_.checkpoints(); }
  StickyStore& sticky() override { return sticky_; }
  const std::string& environment() const override { return memory_.environment(); }
  GatedLog& gate() { return log_; }
  GatedSticky& gated_sticky() { return sticky_; }

 private:
  MemoryStore memory_;
  GatedLog log_;
  GatedSticky sticky_;
};

struct TestLimits {
  ServiceLimits service{};
  HttpLimits http{};
};

/// A whole server in the process, on a free port of the loopback, with kDefinitions applied.
class TestServer {
 public:
  explicit TestServer(const EngineOptions& engine_options = {}, const TestLimits& limits = {});
  ~TestServer();

  /// One request on the fixture's own connection.
  Response send(const std::string& method, const std::string& target, const NamedTexts& headers,
                const std::string& body);
  Response get(const std::string& target, const std::string& key);
  Response post(const std::string& target, const std::string& key, const std::string& body);
  /// Puts definitions in force.
  void apply(const std::string& definitions) const;

  GatedStore store;
  ManualClock clock;
  KeyRing keys = test_keys();
  ServiceHealth health;
  StaticAssets assets;  ///< the web SDK and a page at /page
  std::unique_ptr<Engine> engine;
  std::optional<Api> api;
  std::unique_ptr<HttpServer> http;
  std::optional<HttpClient> client;
};

/// The path of a route with the text in the place of its parameter, if it has one.
std::string with_parameter(const Route& route, const std::string& text);
/// The same with the tests' client key where that is the parameter, else with `name`.
std::string concrete(const Route& route, const std::string& name);

/// The body as JSON; fails the test when it is none.
Value json_of(const Response& response);
/// The text at a member; fails the test when there is none.
std::string text_at(const Value& object, const std::string& name);
std::int64_t integer_at(const Value& object, const std::string& name);
const Value& item_at(const Value& object, const std::string& name, std::size_t index);
/// The member "detail" of a problem; fails the test when the response is no problem of that status.
std::string detail_of(const Response& response, int status);

}  // namespace converge::test
