#include "engine/record/recorder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "engine/codec/json.h"
#include "engine/record/chain_heads.h"
#include "store/memory/memory_store.h"

namespace converge {
namespace {

const Time kNow = *parse_rfc3339("2026-03-01T12:00:00Z");

/// A log that can be held in append, can fail, and counts commits.
class GuardedLog final : public EventLog {
 public:
  Result<LogSeq> last() override { return inner_.last(); }
  Result<std::vector<LogRow>> read(LogSeq after, std::size_t limit) override {
    return inner_.read(after, limit);
  }
  Result<LogRow> row(LogSeq seq) override { return inner_.row(seq); }

  Status append(std::span<const LogRow> rows) override {
    std::unique_lock lock(mutex_);
    ++entered_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (fail_) return Error{Errc::kUnavailable, "disk full"};
    ++commits_;
    Status done = inner_.append(rows);
    if (done && lose_answer_) return Error{Errc::kUnavailable, "the answer was lost"};
    return done;
  }

  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void wait_until_entered(int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, times] { return entered_ >= times; });
  }
  std::atomic<bool> fail_{false};
  std::atomic<bool> lose_answer_{false};
  std::atomic<int> commits_{0};

 private:
  MemoryEventLog inner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int entered_ = 0;
};

AcceptedEvent event(const std::string& unit, const std::string& id) {
  IntakeRules rules;
  rules.now = kNow;
  auto item = accept_event(
      *parse_json(R"({"type":"outcome","name":"n","ts":"2026-03-01T00:00:00Z","unit":")" + unit +
                  R"(","id":")" + id + "\"}"),
      rules);
  return std::get<AcceptedEvent>(std::move(item));
}

RecordBatch batch(std::vector<AcceptedEvent> events) {
  RecordBatch batch;
  batch.events = std::move(events);
  return batch;
}

struct Bench {
  GuardedLog log;
  MemoryCheckpointStore checkpoints;
  ManualClock clock{kNow};
  std::unique_ptr<Recorder> recorder;

  explicit Bench(const RecorderLimits& limits = {}) { open(limits); }
  void open(const RecorderLimits& limits) {
    recorder = *Recorder::open(log, checkpoints, clock, limits);
  }
};

TEST_CASE("Recorder: the receipt comes after the commit returned, never before") {
  Bench bench;
  bench.log.hold(true);
  std::promise<Result<RecordReceipt>> answered;
  std::atomic<bool> done{false};
  REQUIRE(
      bench.recorder->submit(batch({event("u", "1")}), [&](const Result<RecordReceipt>& receipt) {
        done = true;
        answered.set_value(receipt);
      }));
  bench.log.wait_until_entered(1);
  CHECK_FALSE(done);
  CHECK(bench.recorder->queued_events() == 1);
  bench.log.hold(false);
  const Result<RecordReceipt> receipt = answered.get_future().get();
  REQUIRE(receipt);
  CHECK(receipt->accepted == 1);
  CHECK(raw(*bench.log.last()) == 1);
}

TEST_CASE(
    "Recorder: a failed commit is an error receipt, and numbers and chains go on as if it never "
    "was") {
  Bench bench;
  REQUIRE(bench.recorder->record(batch({event("u", "1")})));
  bench.log.fail_ = true;
  CHECK(bench.recorder->record(batch({event("u", "2")})).error().code == Errc::kUnavailable);
  bench.log.fail_ = false;
  const Result<RecordReceipt> again = bench.recorder->record(batch({event("u", "2")}));
  REQUIRE(again);
  CHECK(again->duplicates == 0);
  const Result<LogRow> row = bench.log.row(LogSeq{2});
  REQUIRE(row);
  CHECK(row->previous == std::vector<LogSeq>{LogSeq{1}});
}

TEST_CASE(
    "Recorder: rows that became durable although their commit reported failure are not lost from "
    "the chain") {
  Bench bench;
  bench.log.lose_answer_ = true;
  CHECK_FALSE(bench.recorder->record(batch({event("u", "1")})));
  bench.log.lose_answer_ = false;
  REQUIRE(bench.recorder->record(batch({event("u", "2")})));
  CHECK(bench.log.row(LogSeq{2})->previous == std::vector<LogSeq>{LogSeq{1}});
}

TEST_CASE("Recorder: every row points to the previous row of each unit it names") {
  Bench bench;
  IntakeRules rules;
  rules.now = kNow;
  const auto link = std::get<AcceptedEvent>(accept_event(
      *parse_json(
          R"({"type":"link","ts":"2026-03-01T00:00:00Z","units":{"visitor_id":"v","user_id":"a"}})"),
      rules));
  REQUIRE(bench.recorder->record(batch({event("a", "1"), event("b", "1"), link, event("a", "2")})));
  REQUIRE(bench.recorder->record(batch({event("b", "2")})));
  const auto previous = [&bench](std::int64_t seq) { return bench.log.row(LogSeq{seq})->previous; };
  CHECK(previous(1) == std::vector<LogSeq>{LogSeq{0}});
  CHECK(previous(3) == std::vector<LogSeq>{LogSeq{1}, LogSeq{0}});
  CHECK(previous(4) == std::vector<LogSeq>{LogSeq{3}});
  CHECK(previous(5) == std::vector<LogSeq>{LogSeq{2}});
}

TEST_CASE("Recorder: batches that wait while a commit runs go into the next one together") {
  Bench bench;
  bench.log.hold(true);
  std::atomic<int> answered{0};
  const auto count = [&answered](const Result<RecordReceipt>&) { ++answered; };
  REQUIRE(bench.recorder->submit(batch({event("u", "0")}), count));
  bench.log.wait_until_entered(1);
  for (int i = 1; i <= 5; ++i) {
    REQUIRE(bench.recorder->submit(batch({event("u", std::to_string(i))}), count));
  }
  bench.log.hold(false);
  bench.recorder->stop();
  CHECK(answered == 6);
  CHECK(bench.log.commits_ == 2);
}

TEST_CASE("Recorder: a full queue answers unavailable at once, and room made by a commit is used") {
  RecorderLimits limits;
  limits.queue_events_max = 2;
  Bench bench(limits);
  bench.log.hold(true);
  const auto ignore = [](const Result<RecordReceipt>&) {};
  REQUIRE(bench.recorder->submit(batch({event("u", "1")}), ignore));
  REQUIRE(bench.recorder->submit(batch({event("u", "2")}), ignore));
  const Status refused = bench.recorder->submit(batch({event("u", "3")}), ignore);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::kUnavailable);
  const Status never =
      bench.recorder->submit(batch({event("u", "3"), event("u", "4"), event("u", "5")}), ignore);
  CHECK(never.error().code == Errc::kTooLarge);
  bench.log.hold(false);
  bench.recorder->stop();
  CHECK(raw(*bench.log.last()) == 2);
  CHECK(bench.recorder->queued_events() == 0);
}

TEST_CASE("Recorder: a repeat that is known at once is counted and not logged again") {
  Bench bench;
  const Result<RecordReceipt> first =
      bench.recorder->record(batch({event("u", "1"), event("u", "1"), event("u", "2")}));
  REQUIRE(first);
  CHECK(first->accepted == 3);
  CHECK(first->duplicates == 1);
  CHECK(bench.recorder->record(batch({event("u", "2")}))->duplicates == 1);
  CHECK(raw(*bench.log.last()) == 2);
}

TEST_CASE(
    "Recorder: a repeat through another source is logged, because sources have their own "
    "watermarks") {
  Bench bench;
  REQUIRE(bench.recorder->record(batch({event("u", "1")})));
  RecordBatch import = batch({event("u", "1")});
  import.source = RowSource::kImport;
  CHECK(bench.recorder->record(import)->duplicates == 0);
  CHECK(raw(*bench.log.last()) == 2);
}

TEST_CASE("Recorder: beyond the remembered contents a repeat is logged, the fold decides") {
  RecorderLimits limits;
  limits.recent_max = 1;
  Bench bench(limits);
  REQUIRE(bench.recorder->record(batch({event("u", "1")})));
  REQUIRE(bench.recorder->record(batch({event("u", "2")})));
  CHECK(bench.recorder->record(batch({event("u", "1")}))->duplicates == 0);
  CHECK(raw(*bench.log.last()) == 3);
}

TEST_CASE("Recorder: a declaration of completeness stands after the events of its import") {
  Bench bench;
  RecordBatch import = batch({event("u", "1")});
  import.source = RowSource::kImport;
  import.complete_until = kNow;
  REQUIRE(bench.recorder->record(import));
  REQUIRE(bench.recorder->record(import));
  REQUIRE(raw(*bench.log.last()) == 2);
  const Result<LogRow> row = bench.log.row(LogSeq{2});
  REQUIRE(row);
  CHECK(row->kind == RowKind::kCompleteUntil);
  CHECK(row->source == RowSource::kImport);
  CHECK(row->body == "2026-03-01T12:00:00Z");
  CHECK(row->received_at == kNow);
}

TEST_CASE(
    "Recorder: stop commits what is queued, refuses what comes later and saves the chain heads") {
  Bench bench;
  bench.log.hold(true);
  std::atomic<int> durable{0};
  for (int i = 0; i < 4; ++i) {
    REQUIRE(bench.recorder->submit(batch({event("u", std::to_string(i))}),
                                   [&durable](const Result<RecordReceipt>& receipt) {
                                     if (receipt) ++durable;
                                   }));
  }
  bench.log.hold(false);
  bench.recorder->stop();
  bench.recorder->stop();
  CHECK(durable == 4);
  CHECK(raw(*bench.log.last()) == 4);
  CHECK(bench.recorder->record(batch({event("u", "9")})).error().code == Errc::kUnavailable);
  const auto checkpoint = bench.checkpoints.load("chain-heads");
  REQUIRE(checkpoint);
  REQUIRE(checkpoint->has_value());
  CHECK(raw((*checkpoint)->seq) == 4);
}

TEST_CASE(
    "Recorder: after a restart chains go on from the checkpoint, from the log, or past a damaged "
    "checkpoint") {
  Bench bench;
  REQUIRE(bench.recorder->record(batch({event("u", "1")})));
  std::int64_t rows = 1;
  for (const std::string state : {"saved", "lost", "damaged", "of another log"}) {
    INFO(state);
    bench.recorder->stop();
    if (state == "lost")
      REQUIRE(bench.checkpoints.save("chain-heads", {LogSeq{0}, ChainHeads().encode()}));
    if (state == "damaged")
      REQUIRE(bench.checkpoints.save("chain-heads", {LogSeq{rows}, "nonsense"}));
    if (state == "of another log") {
      REQUIRE(bench.checkpoints.save("chain-heads", {LogSeq{999}, ChainHeads().encode()}));
    }
    bench.open({});
    REQUIRE(bench.recorder->record(batch({event("u", "after " + state)})));
    CHECK(bench.log.row(LogSeq{rows + 1})->previous == std::vector<LogSeq>{LogSeq{rows}});
    ++rows;
  }
}

TEST_CASE("Recorder: many threads lose nothing and double nothing") {
  RecorderLimits limits;
  limits.group_events_max = 7;
  Bench bench(limits);
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  std::atomic<std::size_t> accepted{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&bench, &accepted, t] {
      for (int i = 0; i < 50; ++i) {
        const auto receipt =
            bench.recorder->record(batch({event("u" + std::to_string(t), std::to_string(i)),
                                          event("shared", std::to_string(t * 50 + i))}));
        if (receipt) accepted += receipt->accepted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(accepted == 400);
  const auto rows = bench.log.read(LogSeq{0}, 1000);
  REQUIRE(rows);
  REQUIRE(rows->size() == 400);
  // Every unit's chain visits all of its rows.
  std::map<std::string, std::vector<std::int64_t>> by_unit;
  for (const LogRow& row : *rows) {
    const Result<Event> decoded = decode_event(row.body);
    REQUIRE(decoded);
    std::vector<std::int64_t>& chain = by_unit[decoded->units.front().id];
    REQUIRE(raw(row.previous.front()) == (chain.empty() ? 0 : chain.back()));
    chain.push_back(raw(row.seq));
  }
  CHECK(by_unit["shared"].size() == 200);
}

}  // namespace
}  // namespace converge
