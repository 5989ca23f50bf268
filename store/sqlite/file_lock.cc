#include "store/sqlite/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace converge::sqlite {
namespace {

/// A link to a database must lead to the same lock as the database itself.
std::string lock_path(const std::string& database_path) {
  std::error_code ignored;
  const std::filesystem::path real = std::filesystem::weakly_canonical(database_path, ignored);
  return (real.empty() ? database_path : real.string()) + ".lock";
}

std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  return size > 0 ? " (process " + std::string(text.data(), static_cast<std::size_t>(size)) + ")"
                  : "";
}

/// Only for the message that a second process prints; the lock does not depend on it.
void write_holder(int descriptor) {
  const std::string process = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const ssize_t written =
        ::pwrite(descriptor, process.data(), process.size(), 0);
  }
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::string& database_path) {
  const std::string path = lock_path(database_path);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return Error{Errc::kUnavailable, "database " + database_path + ": cannot make " + path + ": " +
                                         std::generic_category().message(errno)};
  }
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return Error{Errc::kUnavailable, "database " + database_path + " is locked by another process" +
                                         holder(descriptor) +
                                         ": only one may serve it; others can read it"};
  }
  write_holder(descriptor);
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace converge::sqlite
