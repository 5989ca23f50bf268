#include "store/sqlite/database.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/sqlite/schema.h"

namespace converge::sqlite {
namespace {

constexpr std::size_t kEnvironmentCharactersMax = 64;

Status check_environment_name(const std::string& name) {
  const bool is_valid =
      !name.empty() && name.size() <= kEnvironmentCharactersMax &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      });
  if (is_valid) return {};
  return Error{Errc::kInvalidArgument,
               "environment: expected 1 to 64 of a-z, 0-9, - and _, got \"" + name + "\""};
}

/// FULL makes a commit wait for the disk; the log is cut back to 64 MiB after a checkpoint.
Status configure_writer(Connection& connection, const SqliteOptions& options) {
  const auto mode = connection.text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal") {
    return Error{Errc::kUnavailable,
                 "database: the file system does not support write-ahead logging (got journal "
                 "mode \"" +
                     *mode + "\")"};
  }
  return connection.execute(std::string("PRAGMA synchronous = ") +
                            (options.synchronous == Synchronous::kFull ? "FULL" : "OFF") +
                            "; PRAGMA wal_autocheckpoint = " + std::to_string(options.wal_pages) +
                            "; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;"
                            // Otherwise INSERT OR REPLACE would pass by the triggers.
                            " PRAGMA recursive_triggers = ON");
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const SqliteOptions& options) {
  if (options.readers_max == 0 || options.checkpoint_part_bytes == 0 || options.wal_pages < 1) {
    return Error{Errc::kInvalidArgument,
                 "readers_max, checkpoint_part_bytes and wal_pages must be positive"};
  }
  if (options.environment) {
    if (const Status status = check_environment_name(*options.environment); !status) {
      return status.error();
    }
  }
  std::unique_ptr<Database> database(new Database(options));
  const Status status = options.mode == OpenMode::kServe ? database->open_for_serving()
                                                         : database->open_for_reading();
  if (!status) return status.error().within(options.path);
  return database;
}

Status Database::open_for_serving() {
  auto lock = FileLock::acquire(options_.path);
  if (!lock) return lock.error();
  lock_ = std::move(*lock);
  auto opened = Connection::open(options_.path, Access::kReadWriteCreate, options_.vfs,
                                 options_.busy_timeout);
  if (!opened) return opened.error();
  writer_ = std::move(*opened);
  // Before anything is written: the file of another program, or of a newer version, stays as it is.
  if (const auto state = inspect(*writer_); !state) return state.error();
  if (const Status status = configure_writer(*writer_, options_); !status) {
    return status.error();
  }
  if (const Status status = migrate(*writer_); !status) return status.error();
  const std::string name = options_.environment.value_or(kDefaultEnvironment);
  if (const Status status = name_environment(*writer_, name); !status) return status.error();
  return check_environment(*writer_);
}

Status Database::open_for_reading() {
  std::error_code ignored;
  if (options_.vfs.empty() && !std::filesystem::exists(options_.path, ignored)) {
    return Error{Errc::kNotFound, "there is no database"};
  }
  const auto reader = read();
  if (!reader) return reader.error();
  const auto state = inspect(**reader);
  if (!state) return state.error();
  switch (*state) {
    case FileState::kEmpty:
      return Error{Errc::kNotFound, "the database is empty: nothing has been stored yet"};
    case FileState::kOlder:
      return Error{Errc::kUnsupported,
                   "the database was written by an older version: start `converge serve` once to "
                   "bring it up to date"};
    case FileState::kCurrent:
      break;
  }
  return check_environment(**reader);
}

Status Database::check_environment(Connection& connection) {
  auto stored = environment_of(connection);
  if (!stored) return stored.error();
  if (options_.environment && *options_.environment != *stored) {
    return Error{Errc::kConflict, "the database is that of environment \"" + *stored +
                                      "\", not of \"" + *options_.environment + "\""};
  }
  environment_ = std::move(*stored);
  return {};
}

Result<Database::Writer> Database::write() {
  if (!writer_) return Error{Errc::kForbidden, "the database was opened read-only"};
  return Writer(std::unique_lock(write_mutex_), *writer_);
}

Result<Database::Reader> Database::read() {
  {
    std::unique_lock lock(read_mutex_);
    reader_is_free_.wait(
        lock, [this] { return !free_readers_.empty() || readers_lent_ < options_.readers_max; });
    ++readers_lent_;
    if (!free_readers_.empty()) {
      std::unique_ptr<Connection> connection = std::move(free_readers_.back());
      free_readers_.pop_back();
      return Reader(*this, std::move(connection));
    }
  }
  auto opened =
      Connection::open(options_.path, Access::kReadOnly, options_.vfs, options_.busy_timeout);
  if (!opened) {
    give_back(nullptr);
    return opened.error();
  }
  return Reader(*this, std::move(*opened));
}

void Database::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(read_mutex_);
    --readers_lent_;
    if (connection) free_readers_.push_back(std::move(connection));
  }
  reader_is_free_.notify_one();
}

}  // namespace converge::sqlite
