#include <sqlite3.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "bench/bench.h"
#include "engine/record/intake.h"
#include "engine/record/recorder.h"
#include "store/sqlite/sqlite_store.h"

namespace converge::bench {
namespace {

constexpr int kBodies = 1'000;
constexpr int kEventsPerBody = 100;
constexpr int kRowsPerTransaction = 10'000;

class Folder {
 public:
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "converge-bench-XXXXXX").string();
    CONVERGE_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// NDJSON bodies; one event in ten repeats an earlier one.
const std::vector<std::string>& bodies() {
  static const std::vector<std::string> kAll = [] {
    std::vector<std::string> made;
    for (int body = 0; body < kBodies; ++body) {
      std::string text;
      for (int i = 0; i < kEventsPerBody; ++i) {
        const int number = body * kEventsPerBody + (i % 10 == 9 ? i - 1 : i);
        text += R"({"type":"outcome","id":"e)" + std::to_string(number) +
                R"(","ts":"2026-01-01T00:00:00Z","unit":"user-)" +
                std::to_string(number % 50'021 + 1) +
                R"(","name":"purchase","value":12.5})"
                "\n";
      }
      made.push_back(std::move(text));
    }
    return made;
  }();
  return kAll;
}

double record_all() {
  const Folder folder;
  SqliteOptions options;
  options.path = folder.file("log.db");
  auto store = open_sqlite_store(options);
  CONVERGE_CHECK(store.has_value());
  const SystemClock clock;
  auto recorder =
      Recorder::open((*store)->events(), (*store)->checkpoints(), clock, RecorderLimits{});
  CONVERGE_CHECK(recorder.has_value());
  IntakeRules rules;
  rules.now = clock.now();
  return per_second([&] {
    std::atomic<int> failed{0};
    for (const std::string& body : bodies()) {
      auto intake = read_events(body, BodyForm::kNdjson, rules, IntakeLimits{});
      CONVERGE_CHECK(intake.has_value());
      RecordBatch batch;
      batch.events = std::move(intake->accepted);
      const auto submitted = (*recorder)->submit(
          std::move(batch),
          [&](const Result<RecordReceipt>& receipt) { failed += receipt ? 0 : 1; });
      CONVERGE_CHECK(submitted.has_value());
    }
    (*recorder)->stop();
    CONVERGE_CHECK(failed == 0);
    return static_cast<double>(kBodies) * kEventsPerBody;
  });
}

void execute(sqlite3* database, const char* sql) {
  CONVERGE_CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

double insert_all() {
  const Folder folder;
  sqlite3* database = nullptr;
  CONVERGE_CHECK(sqlite3_open(folder.file("bare.db").c_str(), &database) == SQLITE_OK);
  execute(database,
          "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY "
          "KEY, body BLOB)");
  sqlite3_stmt* insert = nullptr;
  CONVERGE_CHECK(sqlite3_prepare_v2(database, "INSERT INTO t(body) VALUES (?1)", -1, &insert,
                                    nullptr) == SQLITE_OK);
  const std::string row(110, 'x');
  const double rate = per_second([&] {
    const int rows = kBodies * kEventsPerBody;
    for (int i = 0; i < rows; ++i) {
      if (i % kRowsPerTransaction == 0) execute(database, i == 0 ? "BEGIN" : "COMMIT; BEGIN");
      sqlite3_bind_blob(insert, 1, row.data(), static_cast<int>(row.size()), SQLITE_STATIC);
      CONVERGE_CHECK(sqlite3_step(insert) == SQLITE_DONE);
      sqlite3_reset(insert);
    }
    execute(database, "COMMIT");
    return static_cast<double>(rows);
  });
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return rate;
}

}  // namespace

Workload ingest_workload() {
  return {"ingest: NDJSON bodies of 100, validated, 10 % repeats, group commit, durable",
          "bare SQLite WAL synchronous=FULL, 10,000 rows a transaction", "events", record_all,
          insert_all};
}

}  // namespace converge::bench
