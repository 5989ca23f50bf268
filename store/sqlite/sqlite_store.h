#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/ports.h"

/// The embedded default store: one SQLite file (docs/reference/database.md).
namespace converge {

enum class OpenMode {
  kServe,     ///< reads and writes; one process at a time
  kReadOnly,  ///< reads beside a running server; never creates or changes anything
};

enum class Synchronous {
  kFull,  ///< every commit is on the disk before it is acknowledged
  kOff,   ///< nothing is: exists so that tests can show what kFull is for
};

struct SqliteOptions {
  std::string path;
  /// Named once, when the file is made (kDefaultEnvironment unless stated); a different name later
  /// is kConflict.
  std::optional<std::string> environment;
  OpenMode mode = OpenMode::kServe;
  Synchronous synchronous = Synchronous::kFull;
  /// How long an operation waits for another process's lock before it answers kUnavailable.
  std::chrono::milliseconds busy_timeout{5000};
  /// Connections for reading; more threads than that wait for each other, never for the writer.
  std::size_t readers_max = 4;
  /// A checkpoint is written in parts of this size, so that appends are not held up by a large one.
  std::size_t checkpoint_part_bytes = std::size_t{4} * 1024 * 1024;
  /// The write-ahead log is copied into the file when it has so many pages.
  int wal_pages = 1000;
  /// Name of a registered SQLite VFS; empty: the system's.
  std::string vfs;
};

inline constexpr const char* kDefaultEnvironment = "development";

/// Opens or makes the file, bringing an older format up to date (kServe only).
/// kUnavailable: another process serves it, or the place cannot be read or written; kUnsupported:
/// written by a newer version, or older than this version reads without kServe; kNotFound:
/// kReadOnly and no file; kInvalidArgument: a file of another program, a bad environment name;
/// kConflict: another environment; kInternal: damaged.
Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options);

}  // namespace converge
