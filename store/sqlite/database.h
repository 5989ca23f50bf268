#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/file_lock.h"
#include "store/sqlite/sqlite_store.h"

namespace converge::sqlite {

/// The connections of one open file: one that writes, behind a mutex, and up to readers_max that
/// read. WAL lets them work side by side. Thread-safe.
class Database {
 public:
  /// Sole use of the writing connection while it lives.
  class Writer {
   public:
    Writer(std::unique_lock<std::mutex> lock, Connection& connection)
        : lock_(std::move(lock)), connection_(&connection) {}
    Connection& operator*() const { return *connection_; }

   private:
    std::unique_lock<std::mutex> lock_;
    Connection* connection_;
  };

  /// Sole use of one reading connection while it lives.
  class Reader {
   public:
    Reader(Database& database, std::unique_ptr<Connection> connection)
        : database_(&database), connection_(std::move(connection)) {}
    Reader(Reader&& other) noexcept = default;
    Reader& operator=(Reader&&) = delete;
    ~Reader() {
      if (connection_) database_->give_back(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }

   private:
    Database* database_;
    std::unique_ptr<Connection> connection_;
  };

  static Result<std::unique_ptr<Database>> open(const SqliteOptions& options);

  /// kForbidden when the file was opened read-only.
  Result<Writer> write();
  Result<Reader> read();

  const SqliteOptions& options() const { return options_; }
  const std::string& environment() const { return environment_; }

 private:
  explicit Database(SqliteOptions options) : options_(std::move(options)) {}
  Status open_for_serving();
  Status open_for_reading();
  Status check_environment(Connection& connection);
  void give_back(std::unique_ptr<Connection> connection);

  const SqliteOptions options_;
  std::string environment_;
  std::optional<FileLock> lock_;  ///< outlives the connections: destroyed after them

  std::mutex write_mutex_;
  std::unique_ptr<Connection> writer_;

  std::mutex read_mutex_;
  std::condition_variable reader_is_free_;
  std::vector<std::unique_ptr<Connection>> free_readers_;
  std::size_t readers_lent_ = 0;
};

}  // namespace converge::sqlite
