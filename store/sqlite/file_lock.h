#pragma once

#include <string>

#include "base/result.h"

namespace converge::sqlite {

/// An exclusive advisory lock held for the life of the object and released by the kernel when the
/// process dies. It is on a file of its own, because SQLite loses its own locks when another handle
/// of the database file is closed.
class FileLock {
 public:
  /// kUnavailable when another holder has it (its process is named) or the file cannot be made.
  static Result<FileLock> acquire(const std::string& database_path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace converge::sqlite
