#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>

#include "store/sqlite/sqlite_store.h"
#include "tests/unit/store/sample_records.h"
#include "tests/unit/store/temporary_folder.h"

// What only a file can get wrong: reopening, other processes, other programs, other versions,
// damage.
namespace converge {
namespace {

SqliteOptions options_for(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  options.environment = "test";
  options.busy_timeout = std::chrono::milliseconds(50);
  return options;
}

std::unique_ptr<Store> open_or_fail(const SqliteOptions& options) {
  auto store = open_sqlite_store(options);
  INFO((store ? std::string() : store.error().message));
  REQUIRE(store);
  return std::move(*store);
}

/// Runs SQL as another program would; the result code.
int run_sql(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_close(database);
  return code;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("SQLite: everything is there after a restart") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  {
    const auto store = open_or_fail(options);
    REQUIRE(store->events().append(sample_rows(1, 20)));
    const std::vector<AuditEntry> audit = {sample_audit(1)};
    REQUIRE(store->control().put(CatalogVersion{0}, sample_catalog(1), audit,
                                 sample_look("checkout", 1)));
    REQUIRE(store->checkpoints().save("ledger", {LogSeq{20}, "state"}));
  }
  const auto store = open_or_fail(options);
  CHECK(store->environment() == "test");
  CHECK(*store->events().read(LogSeq{0}, 100) == sample_rows(1, 20));
  CHECK(*store->control().latest() == sample_catalog(1));
  CHECK(store->control().audit(day(0), day(9), 9)->size() == 1);
  CHECK(same_look(store->control().looks(ExperimentKey("checkout"), day(0), day(9), 9)->front(),
                  sample_look("checkout", 1)));
  CHECK((*store->checkpoints().load("ledger"))->bytes == "state");
  CHECK(store->events().append(sample_rows(21, 1)));
}

TEST_CASE("SQLite: a store belongs to one environment") {
  const TemporaryFolder folder;
  SqliteOptions options = options_for(folder.file("c.db"));
  options.environment = "production";
  open_or_fail(options);
  options.environment = "staging";
  const auto other = open_sqlite_store(options);
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Errc::kConflict);
  CHECK(other.error().message.find("production") != std::string::npos);
  options.environment.reset();
  CHECK(open_or_fail(options)->environment() == "production");
  options.environment = "No Spaces";
  CHECK(open_sqlite_store(options).error().code == Errc::kInvalidArgument);
}

TEST_CASE("SQLite: a new store without a name is not production") {
  const TemporaryFolder folder;
  SqliteOptions options = options_for(folder.file("c.db"));
  options.environment.reset();
  CHECK(open_or_fail(options)->environment() == kDefaultEnvironment);
}

TEST_CASE("SQLite: only one may serve a file, others can read it meanwhile") {
  const TemporaryFolder folder;
  SqliteOptions options = options_for(folder.file("c.db"));
  auto store = open_or_fail(options);
  REQUIRE(store->events().append(sample_rows(1, 3)));

  const auto second = open_sqlite_store(options);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::kUnavailable);
  CHECK(second.error().message.find("locked by another process") != std::string::npos);

  options.mode = OpenMode::kReadOnly;
  const auto reader = open_or_fail(options);
  CHECK(*reader->events().last() == LogSeq{3});
  CHECK(reader->events().append(sample_rows(4, 1)).error().code == Errc::kForbidden);
  CHECK(reader->control().record_look(sample_look("a", 1)).error().code == Errc::kForbidden);
  CHECK(reader->checkpoints().save("a", {}).error().code == Errc::kForbidden);
  REQUIRE(store->events().append(sample_rows(4, 1)));
  CHECK(*reader->events().last() == LogSeq{4});

  store.reset();
  options.mode = OpenMode::kServe;
  CHECK(*open_or_fail(options)->events().last() == LogSeq{4});
}

TEST_CASE("SQLite: a link to a served file is the same file") {
  const TemporaryFolder folder;
  const auto store = open_or_fail(options_for(folder.file("c.db")));
  std::filesystem::create_symlink(folder.file("c.db"), folder.file("link.db"));
  CHECK(open_sqlite_store(options_for(folder.file("link.db"))).error().code == Errc::kUnavailable);
}

TEST_CASE("SQLite: the lock of a killed server is gone with it") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open_sqlite_store(options);
    const bool appended = store && (*store)->events().append(sample_rows(1, 2));
    ::_exit(appended ? 0 : 1);  // no destructor runs, as with kill -9
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  CHECK(*open_or_fail(options)->events().read(LogSeq{0}, 10) == sample_rows(1, 2));
}

TEST_CASE("SQLite: reading needs a file that exists and never makes one") {
  const TemporaryFolder folder;
  SqliteOptions options = options_for(folder.file("c.db"));
  options.mode = OpenMode::kReadOnly;
  CHECK(open_sqlite_store(options).error().code == Errc::kNotFound);
  CHECK_FALSE(std::filesystem::exists(folder.file("c.db")));
  write_file(folder.file("c.db"), "");
  CHECK(open_sqlite_store(options).error().code == Errc::kNotFound);
}

TEST_CASE("SQLite: a folder that is not there is said so") {
  const TemporaryFolder folder;
  const auto store = open_sqlite_store(options_for(folder.file("missing/c.db")));
  REQUIRE_FALSE(store);
  CHECK(store.error().code == Errc::kUnavailable);
  CHECK(store.error().message.find("missing/c.db") != std::string::npos);
}

TEST_CASE("SQLite: a file of a newer version is refused by number and left as it is") {
  const TemporaryFolder folder;
  SqliteOptions options = options_for(folder.file("c.db"));
  open_or_fail(options);
  REQUIRE(run_sql(options.path, "PRAGMA user_version = 7") == SQLITE_OK);
  const std::string before = contents(options.path);
  for (const OpenMode mode : {OpenMode::kServe, OpenMode::kReadOnly}) {
    options.mode = mode;
    const auto store = open_sqlite_store(options);
    REQUIRE_FALSE(store);
    CHECK(store.error().code == Errc::kUnsupported);
    CHECK(store.error().message.find("format 7") != std::string::npos);
    CHECK(store.error().message.find("newer") != std::string::npos);
  }
  CHECK(contents(options.path) == before);
}

TEST_CASE("SQLite: a file of an older version is brought up to date by the server, whole") {
  const TemporaryFolder folder;
  SqliteOptions options = options_for(folder.file("c.db"));
  {
    const auto store = open_or_fail(options);
    REQUIRE(store->events().append(sample_rows(1, 20)));
    REQUIRE(store->control().put(CatalogVersion{0}, sample_catalog(1), {}, std::nullopt));
  }
  // As format 1 was.
  REQUIRE(run_sql(options.path,
                  "DROP TABLE sticky_assignments; DROP INDEX catalog_versions_by_time; "
                  "PRAGMA user_version = 1") == SQLITE_OK);
  options.mode = OpenMode::kReadOnly;
  const auto reader = open_sqlite_store(options);
  REQUIRE_FALSE(reader);
  CHECK(reader.error().code == Errc::kUnsupported);
  CHECK(reader.error().message.find("converge serve") != std::string::npos);
  options.mode = OpenMode::kServe;
  const auto store = open_or_fail(options);
  CHECK(*store->events().read(LogSeq{0}, 100) == sample_rows(1, 20));
  CHECK(*store->control().latest() == sample_catalog(1));
  CHECK(*store->control().in_force(day(400)) == sample_catalog(1));
  const StickyChange change{{"id", "anna"}, "banner__1", "red", std::nullopt};
  CHECK(store->sticky().keep({&change, 1})->front() == "red");
}

TEST_CASE("SQLite: the database of another program is refused and left as it is") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  REQUIRE(run_sql(options.path, "CREATE TABLE notes (text); PRAGMA user_version = 1") == SQLITE_OK);
  const std::string before = contents(options.path);
  const auto store = open_sqlite_store(options);
  REQUIRE_FALSE(store);
  CHECK(store.error().code == Errc::kInvalidArgument);
  CHECK(contents(options.path) == before);
}

TEST_CASE("SQLite: a file that is no database is refused and left as it is") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  std::mt19937 random(7);
  std::string garbage(GENERATE(std::size_t{100}, std::size_t{4096}, std::size_t{100'000}), ' ');
  for (char& c : garbage) c = static_cast<char>(random());
  write_file(options.path, garbage);
  const auto store = open_sqlite_store(options);
  REQUIRE_FALSE(store);
  CHECK(store.error().code == Errc::kInternal);
  CHECK(store.error().message.find("not a database") != std::string::npos);
  CHECK(contents(options.path) == garbage);
}

TEST_CASE("SQLite: damaged pages are an error, never other rows") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  {
    const auto store = open_or_fail(options);
    for (std::int64_t first = 1; first < 2000; first += 100) {
      REQUIRE(store->events().append(sample_rows(first, 100)));
    }
  }
  std::string bytes = contents(options.path);
  for (std::size_t page = 20; page * 4096 + 64 < bytes.size(); ++page) {
    bytes.replace(page * 4096, 64, std::string(64, '\xa5'));
  }
  write_file(options.path, bytes);
  const auto store = open_or_fail(options);
  const auto rows = store->events().read(LogSeq{0}, 10'000);
  REQUIRE_FALSE(rows);
  CHECK(rows.error().code == Errc::kInternal);
}

TEST_CASE("SQLite: a row that somebody removed by force is noticed") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  REQUIRE(open_or_fail(options)->events().append(sample_rows(1, 9)));
  REQUIRE(run_sql(options.path,
                  "DROP TRIGGER events_are_never_deleted; DELETE FROM events WHERE seq = 4") ==
          SQLITE_OK);
  const auto rows = open_or_fail(options)->events().read(LogSeq{0}, 100);
  REQUIRE_FALSE(rows);
  CHECK(rows.error().message.find("row 4: missing") != std::string::npos);
}

TEST_CASE("SQLite: events, catalog versions, looks and audit can only grow") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  {
    const auto store = open_or_fail(options);
    REQUIRE(store->events().append(sample_rows(1, 2)));
    const std::vector<AuditEntry> audit = {sample_audit(1)};
    REQUIRE(store->control().put(CatalogVersion{0}, sample_catalog(1), audit, sample_look("a", 1)));
  }
  for (const std::string change :
       {"UPDATE events SET body = x'00'", "DELETE FROM events WHERE seq = 1",
        "UPDATE looks SET acted = 0", "DELETE FROM looks", "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit", "UPDATE catalog_versions SET document = ''",
        "DELETE FROM catalog_versions"}) {
    INFO(change);
    CHECK(run_sql(options.path, change) == SQLITE_CONSTRAINT);
  }
  CHECK(*open_or_fail(options)->events().read(LogSeq{0}, 100) == sample_rows(1, 2));
}

TEST_CASE("SQLite: the log has no secondary index") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  open_or_fail(options);
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(options.path.c_str(), &database) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(
              database,
              "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'events'", -1,
              &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  CHECK(sqlite3_column_int(statement, 0) == 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
}

TEST_CASE("SQLite: a lock held by another program ends in try again later") {
  const TemporaryFolder folder;
  const SqliteOptions options = options_for(folder.file("c.db"));
  const auto store = open_or_fail(options);
  REQUIRE(store->events().append(sample_rows(1, 1)));
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(options.path.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const Status locked = store->events().append(sample_rows(2, 1));
  REQUIRE_FALSE(locked);
  CHECK(locked.error().code == Errc::kUnavailable);
  CHECK(*store->events().last() == LogSeq{1});
  sqlite3_close(other);
  CHECK(store->events().append(sample_rows(2, 1)));
}

}  // namespace converge
