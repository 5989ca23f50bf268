#include "engine/sticky/sticky_keeper.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/codec/json.h"
#include "engine/sticky/sticky_document.h"
#include "store/memory/memory_store.h"

namespace converge {
namespace {

const StickyUnit kAnna{"id", "anna"};
constexpr const char* kBanner = "banner__1";

/// A memory store whose writes can be held up or fail.
class TroubledStore final : public StickyStore {
 public:
  Result<std::vector<StickyDocument>> find(std::span<const StickyUnit> units) override {
    const std::lock_guard lock(mutex_);
    ++finds;
    if (failure) return *failure;
    return memory.find(units);
  }
  Result<std::vector<std::string>> keep(std::span<const StickyChange> changes) override {
    std::unique_lock lock(mutex_);
    ++keeps;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !is_held_; });
    if (failure) return *failure;
    return memory.keep(changes);
  }
  Status erase(const StickyUnit& unit) override { return memory.erase(unit); }

  void hold(bool is_held) {
    const std::lock_guard lock(mutex_);
    is_held_ = is_held;
    changed_.notify_all();
  }
  void await_keep() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return keeps > 0; });
  }

  MemoryStickyStore memory;
  std::optional<Error> failure;
  int finds = 0;
  int keeps = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_held_ = false;
};

/// Gives the unit what its document says, else `wanted`, as an evaluation does.
std::string give(StickyBuckets& buckets, const StickyUnit& unit, const std::string& wanted) {
  const auto found = buckets.documents.find(sticky_document_key(unit.attribute, unit.value));
  if (found != buckets.documents.end()) {
    for (const auto& [assignment, variation] : found->second.assignments) {
      if (assignment == kBanner) return variation;
    }
  }
  keep_sticky(buckets, unit.attribute, Value::string(unit.value), kBanner, wanted);
  return wanted;
}

std::optional<std::string> stored(StickyStore& store, const StickyUnit& unit) {
  const auto documents = store.find({&unit, 1});
  REQUIRE(documents);
  for (const auto& [assignment, variation] : documents->front().assignments) {
    if (assignment == kBanner) return variation;
  }
  return std::nullopt;
}

/// A request that wants `wanted`, from its start to its answer.
struct Request {
  std::string told;
  std::promise<Status> promise;
  std::future<Status> answer = promise.get_future();

  Status start(StickyKeeper& keeper, const StickyUnit& unit, const std::string& wanted) {
    return keeper.settle(
        {unit},
        [this, unit, wanted](StickyBuckets* buckets) {
          told = give(*buckets, unit, wanted);
          return Status();
        },
        [this](const Status& settled) { promise.set_value(settled); });
  }
};

}  // namespace

TEST_CASE("Keeper: without units nothing is read or written") {
  TroubledStore store;
  store.failure = Error{Errc::kUnavailable, "disk full"};
  StickyKeeper keeper(store, StickyLimits{});
  bool is_null = false;
  int done = 0;
  REQUIRE(keeper.settle(
      {},
      [&](StickyBuckets* buckets) {
        is_null = buckets == nullptr;
        return Status();
      },
      [&](const Status& settled) { done += settled ? 1 : 100; }));
  CHECK(is_null);
  CHECK(done == 1);
  CHECK(store.finds == 0);
  CHECK(store.keeps == 0);
}

TEST_CASE("Keeper: nothing is told before it is durable") {
  TroubledStore store;
  StickyKeeper keeper(store, StickyLimits{});
  store.hold(true);
  Request request;
  REQUIRE(request.start(keeper, kAnna, "red"));
  store.await_keep();
  CHECK(request.answer.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  store.hold(false);
  CHECK(request.answer.get());
  CHECK(request.told == "red");
  CHECK(stored(store, kAnna) == "red");
}

TEST_CASE("Keeper: what is kept is told at once and not written again") {
  TroubledStore store;
  StickyKeeper keeper(store, StickyLimits{});
  Request first;
  REQUIRE(first.start(keeper, kAnna, "red"));
  REQUIRE(first.answer.get());
  Request second;
  REQUIRE(second.start(keeper, kAnna, "blue"));
  CHECK(second.answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
  CHECK(second.told == "red");
  CHECK(store.keeps == 1);
}

TEST_CASE("Keeper: the second of two first requests is told what the first one was") {
  TroubledStore store;
  StickyKeeper keeper(store, StickyLimits{});
  store.hold(true);
  // Both have read before anything is written.
  Request first;
  Request second;
  Request third;
  REQUIRE(first.start(keeper, kAnna, "red"));
  store.await_keep();
  REQUIRE(second.start(keeper, kAnna, "blue"));
  REQUIRE(third.start(keeper, kAnna, "green"));
  store.hold(false);
  CHECK(first.answer.get());
  CHECK(second.answer.get());
  CHECK(third.answer.get());
  CHECK(first.told == "red");
  CHECK(second.told == "red");
  CHECK(third.told == "red");
  CHECK(stored(store, kAnna) == "red");
}

TEST_CASE("Keeper: of many threads that ask for the same units all are told the same") {
  MemoryStickyStore store;
  StickyKeeper keeper(store, StickyLimits{});
  constexpr int kUnits = 40;
  std::vector<std::vector<std::string>> told(4);
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < told.size(); ++thread) {
    threads.emplace_back([&, thread] {
      for (int unit = 0; unit < kUnits; ++unit) {
        Request request;
        const Status started =
            request.start(keeper, {"id", std::to_string(unit)}, std::to_string(thread));
        told[thread].push_back(started && request.answer.get() ? request.told : "failed");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& one : told) CHECK(one == told.front());
  for (int unit = 0; unit < kUnits; ++unit) {
    CHECK(stored(store, {"id", std::to_string(unit)}) == told[0][static_cast<std::size_t>(unit)]);
  }
}

TEST_CASE("Keeper: an assignment that no evaluation can use any more is replaced") {
  MemoryStickyStore store;
  const StickyChange gone{kAnna, kBanner, "gone", std::nullopt};
  REQUIRE(store.keep({&gone, 1}));
  StickyKeeper keeper(store, StickyLimits{});
  std::promise<Status> answer;
  REQUIRE(keeper.settle(
      {kAnna},
      [](StickyBuckets* buckets) {
        keep_sticky(*buckets, "id", Value::string("anna"), kBanner, "red");
        return Status();
      },
      [&answer](const Status& settled) { answer.set_value(settled); }));
  CHECK(answer.get_future().get());
  CHECK(stored(store, kAnna) == "red");
}

TEST_CASE("Keeper: a store that fails is an error, and nobody is told anything else") {
  TroubledStore store;
  StickyKeeper keeper(store, StickyLimits{});
  SECTION("while it is read") {
    store.failure = Error{Errc::kUnavailable, "disk full"};
    Request request;
    CHECK(request.start(keeper, kAnna, "red").error().code == Errc::kUnavailable);
    CHECK(request.answer.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  }
  SECTION("while it is written") {
    store.hold(true);
    Request request;
    REQUIRE(request.start(keeper, kAnna, "red"));
    store.await_keep();
    store.failure = Error{Errc::kUnavailable, "disk full"};
    store.hold(false);
    CHECK(request.answer.get().error().message == "disk full");
    store.failure.reset();
    CHECK_FALSE(stored(store, kAnna));
  }
}

TEST_CASE("Keeper: an evaluation that fails ends the request") {
  MemoryStickyStore store;
  StickyKeeper keeper(store, StickyLimits{});
  const Status settled = keeper.settle(
      {kAnna},
      [](StickyBuckets*) {
        return Error{Errc::kNotFound, "no experiment"};
      },
      [](const Status&) { FAIL("it was answered"); });
  CHECK(settled.error().code == Errc::kNotFound);
}

TEST_CASE("Keeper: a full queue asks to try again") {
  TroubledStore store;
  StickyLimits limits;
  limits.queue_changes_max = 2;
  StickyKeeper keeper(store, limits);
  store.hold(true);
  Request writing;
  REQUIRE(writing.start(keeper, {"id", "writing"}, "red"));
  store.await_keep();
  std::vector<Request> waiting(3);
  CHECK(waiting[0].start(keeper, {"id", "0"}, "red"));
  CHECK(waiting[1].start(keeper, {"id", "1"}, "red"));
  CHECK(waiting[2].start(keeper, {"id", "2"}, "red").error().code == Errc::kUnavailable);
  store.hold(false);
  CHECK(waiting[0].answer.get());
  CHECK(waiting[1].answer.get());
}

TEST_CASE("Keeper: a request that is overtaken again and again gives up") {
  MemoryStickyStore store;
  StickyLimits limits;
  limits.evaluations_max = 3;
  StickyKeeper keeper(store, limits);
  int evaluations = 0;
  std::promise<Status> answer;
  // Every evaluation wants another assignment, which somebody else has just made.
  REQUIRE(keeper.settle(
      {kAnna},
      [&](StickyBuckets* buckets) {
        const std::string assignment = "e" + std::to_string(++evaluations) + "__1";
        const StickyChange other{kAnna, assignment, "theirs", std::nullopt};
        static_cast<void>(store.keep({&other, 1}));
        keep_sticky(*buckets, "id", Value::string("anna"), assignment, "ours");
        return Status();
      },
      [&answer](const Status& settled) { answer.set_value(settled); }));
  CHECK(answer.get_future().get().error().code == Errc::kUnavailable);
  CHECK(evaluations == 3);
}

TEST_CASE("Keeper: stop keeps what waits and refuses what comes later") {
  TroubledStore store;
  std::vector<Request> requests(20);
  StickyKeeper keeper(store, StickyLimits{});
  store.hold(true);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    REQUIRE(requests[i].start(keeper, {"id", std::to_string(i)}, "red"));
  }
  store.await_keep();
  std::thread stopping([&keeper] { keeper.stop(); });
  store.hold(false);
  stopping.join();
  for (Request& request : requests) CHECK(request.answer.get());
  CHECK(stored(store, {"id", "19"}) == "red");
  Request late;
  CHECK(late.start(keeper, kAnna, "red").error().code == Errc::kUnavailable);
}

TEST_CASE("Keeper: writes that wait for a commit go into the next one together") {
  TroubledStore store;
  StickyKeeper keeper(store, StickyLimits{});
  store.hold(true);
  std::vector<Request> requests(50);
  REQUIRE(requests[0].start(keeper, {"id", "0"}, "red"));
  store.await_keep();
  for (std::size_t i = 1; i < requests.size(); ++i) {
    REQUIRE(requests[i].start(keeper, {"id", std::to_string(i)}, "red"));
  }
  store.hold(false);
  for (Request& request : requests) CHECK(request.answer.get());
  CHECK(store.keeps == 2);
}

TEST_CASE("Sticky document: has the form that GrowthBook's SDKs exchange") {
  const StickyDocument document{"id", "anna", {{"banner__1", "red"}, {"search__2", "1"}}};
  CHECK(to_json(to_document(document)) == R"({"attributeName":"id","attributeValue":"anna",)"
                                          R"("assignments":{"banner__1":"red","search__2":"1"}})");
}

}  // namespace converge
