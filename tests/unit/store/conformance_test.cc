#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <memory>
#include <thread>

#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/unit/store/sample_records.h"
#include "tests/unit/store/temporary_folder.h"

// One suite for every adapter of engine/ports.h: what holds for one holds for all.
namespace converge {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

struct StoreUnderTest {
  std::unique_ptr<TemporaryFolder> folder = std::make_unique<TemporaryFolder>();
  std::unique_ptr<Store> store;
};

StoreUnderTest open_store(const std::string& kind) {
  StoreUnderTest opened;
  if (kind == "memory") {
    opened.store = std::make_unique<MemoryStore>("test");
  } else {
    SqliteOptions options;
    options.path = opened.folder->file("converge.db");
    options.environment = "test";
    options.checkpoint_part_bytes = 16;
    auto store = open_sqlite_store(options);
    REQUIRE(store);
    opened.store = std::move(*store);
  }
  return opened;
}

std::vector<std::int64_t> numbers(const std::vector<LogRow>& rows) {
  std::vector<std::int64_t> found;
  for (const LogRow& row : rows) found.push_back(raw(row.seq));
  return found;
}

}  // namespace

TEST_CASE("Event log: is empty at first and knows its environment") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  CHECK(test.store->environment() == "test");
  CHECK(*test.store->events().last() == LogSeq{0});
  CHECK(test.store->events().read(LogSeq{0}, 10)->empty());
  CHECK(test.store->events().row(LogSeq{1}).error().code == Errc::kNotFound);
  CHECK(test.store->events().row(LogSeq{0}).error().code == Errc::kNotFound);
}

TEST_CASE("Event log: gives back every row exactly as it was appended") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  EventLog& log = test.store->events();
  const std::vector<LogRow> rows = sample_rows(1, 60);
  REQUIRE(log.append(std::span(rows).first(1)));
  REQUIRE(log.append(std::span(rows).subspan(1)));
  CHECK(*log.last() == LogSeq{60});
  CHECK(*log.read(LogSeq{0}, kNoLimit) == rows);
  for (const LogRow& row : rows) CHECK(*log.row(row.seq) == row);
}

TEST_CASE("Event log: an empty body, no back pointers and extreme numbers survive") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  LogRow row;
  row.seq = LogSeq{1};
  row.received_at = Time(Duration(std::numeric_limits<std::int64_t>::min()));
  row.previous = {LogSeq{0}, LogSeq{std::numeric_limits<std::int64_t>::max()}, LogSeq{127},
                  LogSeq{128}};
  REQUIRE(test.store->events().append(std::span(&row, 1)));
  CHECK(*test.store->events().row(LogSeq{1}) == row);
}

TEST_CASE("Event log: reads after a row, at most the limit, in order") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  EventLog& log = test.store->events();
  REQUIRE(log.append(sample_rows(1, 10)));
  CHECK(numbers(*log.read(LogSeq{0}, 3)) == std::vector<std::int64_t>{1, 2, 3});
  CHECK(numbers(*log.read(LogSeq{7}, 10)) == std::vector<std::int64_t>{8, 9, 10});
  CHECK(log.read(LogSeq{10}, 10)->empty());
  CHECK(log.read(LogSeq{99}, 10)->empty());
  CHECK(log.read(LogSeq{0}, 0)->empty());
}

TEST_CASE("Event log: refuses rows that do not follow and keeps none of them") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  EventLog& log = test.store->events();
  REQUIRE(log.append(sample_rows(1, 3)));
  std::vector<LogRow> gap = sample_rows(4, 3);
  gap[2].seq = LogSeq{7};
  CHECK(log.append(gap).error().code == Errc::kConflict);
  CHECK(log.append(sample_rows(3, 2)).error().code == Errc::kConflict);
  CHECK(log.append(sample_rows(5, 1)).error().code == Errc::kConflict);
  CHECK(*log.last() == LogSeq{3});
  CHECK(log.append({}));
  CHECK(log.append(sample_rows(4, 1)));
  CHECK(*log.last() == LogSeq{4});
}

TEST_CASE("Event log: readers see whole batches while a writer appends") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  EventLog& log = test.store->events();
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto rows = log.read(LogSeq{0}, kNoLimit);
        if (!rows || rows->size() % 5 != 0) ++torn;
      }
    });
  }
  std::int64_t appended = 0;
  for (; appended < 200; appended += 5) {
    if (!log.append(sample_rows(appended + 1, 5))) break;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(appended == 200);
  CHECK(torn == 0);
}

TEST_CASE("Catalog: starts as the empty version 0 and keeps every version") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  ControlStore& control = test.store->control();
  CHECK(*control.latest() == Catalog{});
  CHECK(*control.at(CatalogVersion{0}) == Catalog{});
  for (std::int64_t version = 1; version <= 3; ++version) {
    REQUIRE(control.put(CatalogVersion{version - 1}, sample_catalog(version), {}, std::nullopt));
    CHECK(*control.latest() == sample_catalog(version));
  }
  CHECK(*control.at(CatalogVersion{2}) == sample_catalog(2));
  CHECK(control.at(CatalogVersion{4}).error().code == Errc::kNotFound);
}

TEST_CASE("Catalog: a writer that came second gets a conflict and changes nothing") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  ControlStore& control = test.store->control();
  REQUIRE(control.put(CatalogVersion{0}, sample_catalog(1), {}, std::nullopt));
  const std::vector<AuditEntry> audit = {sample_audit(1)};
  const auto late = control.put(CatalogVersion{0}, sample_catalog(1), audit, sample_look("a", 1));
  CHECK(late.error().code == Errc::kConflict);
  CHECK(control.put(CatalogVersion{1}, sample_catalog(3), audit, std::nullopt).error().code ==
        Errc::kInvalidArgument);
  CHECK(raw(control.latest()->version) == 1);
  CHECK(control.audit(day(-100), day(100), kNoLimit)->empty());
  CHECK(control.looks(ExperimentKey("a"), day(-100), day(100), kNoLimit)->empty());
}

TEST_CASE("Catalog: of many writers at once exactly one wins each version") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  ControlStore& control = test.store->control();
  std::atomic<int> won = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      for (std::int64_t version = 1; version <= 10; ++version) {
        if (control.put(CatalogVersion{version - 1}, sample_catalog(version), {}, std::nullopt)) {
          ++won;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(won == 10);
  CHECK(raw(control.latest()->version) == 10);
}

TEST_CASE("Audit: entries get ids and point at the look that led to them") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  ControlStore& control = test.store->control();
  const std::vector<AuditEntry> audit = {sample_audit(1), sample_audit(2)};
  REQUIRE(control.record_look(sample_look("checkout", 1)));
  REQUIRE(control.put(CatalogVersion{0}, sample_catalog(1), audit, sample_look("checkout", 2)));
  const auto entries = control.audit(day(0), day(10), kNoLimit);
  REQUIRE(entries);
  REQUIRE(entries->size() == 2);
  const auto looks = control.looks(ExperimentKey("checkout"), day(0), day(10), kNoLimit);
  REQUIRE(looks);
  REQUIRE(looks->size() == 2);
  CHECK((*looks)[0].id < (*looks)[1].id);
  for (std::size_t i = 0; i < 2; ++i) {
    AuditEntry expected = audit[i];
    expected.id = (*entries)[i].id;
    expected.look = (*looks)[1].id;
    CHECK((*entries)[i] == expected);
  }
  CHECK((*entries)[0].id < (*entries)[1].id);
}

TEST_CASE("Audit: from is included, until is not, and the newest come first into the limit") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  ControlStore& control = test.store->control();
  // Out of order, because an injected clock may be handed over to one that is behind.
  const std::vector<AuditEntry> audit = {sample_audit(3), sample_audit(1), sample_audit(2)};
  REQUIRE(control.put(CatalogVersion{0}, sample_catalog(1), audit, std::nullopt));
  const auto days = [&control](int from, int until, std::size_t limit) {
    std::vector<int> found;
    const auto entries = control.audit(day(from), day(until), limit);
    REQUIRE(entries);
    for (const AuditEntry& entry : *entries) {
      CHECK(entry.look == 0);
      found.push_back(static_cast<int>((entry.at - day(0)) / kDay));
    }
    return found;
  };
  CHECK(days(1, 3, kNoLimit) == std::vector<int>{1, 2});
  CHECK(days(0, 9, kNoLimit) == std::vector<int>{1, 2, 3});
  CHECK(days(0, 9, 2) == std::vector<int>{2, 3});
}

TEST_CASE("Looks: are kept per experiment, in order, as they were") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  ControlStore& control = test.store->control();
  for (const int number : {2, 1, 3}) {
    REQUIRE(control.record_look(sample_look("checkout", number)));
    REQUIRE(control.record_look(sample_look("search", number)));
  }
  const auto looks = control.looks(ExperimentKey("checkout"), day(1), day(3), kNoLimit);
  REQUIRE(looks);
  REQUIRE(looks->size() == 2);
  CHECK(same_look((*looks)[0], sample_look("checkout", 1)));
  CHECK(same_look((*looks)[1], sample_look("checkout", 2)));
  const auto newest = control.looks(ExperimentKey("search"), day(0), day(9), 1);
  REQUIRE(newest);
  REQUIRE(newest->size() == 1);
  CHECK(same_look(newest->front(), sample_look("search", 3)));
  CHECK(control.looks(ExperimentKey("other"), day(0), day(9), kNoLimit)->empty());
}

TEST_CASE("Checkpoints: the last one of a name is kept") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  CheckpointStore& checkpoints = test.store->checkpoints();
  CHECK_FALSE(checkpoints.load("ledger")->has_value());
  const std::string large = std::string(100, 'a') + '\0' + std::string(33, 'b');
  for (const std::string& bytes : {std::string("one"), large, std::string(), std::string("z")}) {
    const Checkpoint checkpoint{LogSeq{static_cast<std::int64_t>(bytes.size())}, bytes};
    REQUIRE(checkpoints.save("ledger", checkpoint));
    const auto loaded = checkpoints.load("ledger");
    REQUIRE(loaded);
    REQUIRE(loaded->has_value());
    CHECK((*loaded)->seq == checkpoint.seq);
    CHECK((*loaded)->bytes == bytes);
  }
  REQUIRE(checkpoints.save("other", {LogSeq{5}, "other"}));
  CHECK((*checkpoints.load("ledger"))->bytes == "z");
}

TEST_CASE("Checkpoints: a load beside saves gets one of them whole") {
  const StoreUnderTest test = open_store(GENERATE("memory", "sqlite"));
  CheckpointStore& checkpoints = test.store->checkpoints();
  REQUIRE(checkpoints.save("ledger", {LogSeq{0}, std::string(90, 'a')}));
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!done) {
      const auto loaded = checkpoints.load("ledger");
      if (!loaded || !*loaded || (*loaded)->bytes != std::string(90, (*loaded)->bytes[0])) ++torn;
    }
  });
  int saved = 0;
  for (; saved < 100; ++saved) {
    const char letter = static_cast<char>('a' + saved % 26);
    if (!checkpoints.save("ledger", {LogSeq{saved}, std::string(90, letter)})) break;
  }
  done = true;
  reader.join();
  CHECK(saved == 100);
  CHECK(torn == 0);
}

}  // namespace converge
