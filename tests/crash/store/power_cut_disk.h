#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

struct sqlite3_vfs;

namespace converge {

struct DiskFile;

enum class DiskFault {
  kFull,     ///< writes stop half-way, nothing can be made
  kIoError,  ///< writes and syncs fail; what a failed sync was to save may never reach the disk, as
             ///< on Linux
};

/// A disk in memory, offered to SQLite as a VFS, that forgets at a power cut what was not synced:
/// of the unsynced writes some 512-byte sectors survive, some are torn, some are lost, in any
/// order, and so are new names in the folder until the folder is synced. Everything follows from
/// the seed.
class PowerCutDisk {
 public:
  explicit PowerCutDisk(std::uint64_t seed);
  PowerCutDisk(const PowerCutDisk&) = delete;
  PowerCutDisk& operator=(const PowerCutDisk&) = delete;
  ~PowerCutDisk();

  const std::string& vfs() const { return name_; }

  /// Power fails during the n-th operation from now that changes the disk; whatever comes later
  /// fails.
  void cut_at(std::int64_t operation);
  bool is_cut() const;
  /// Power is back. Precondition: every file is closed.
  void restart();

  /// From the n-th changing operation from now, `count` of them fail.
  void fail_at(std::int64_t operation, std::int64_t count, DiskFault fault);
  void mend();
  std::int64_t failures() const;

 private:
  friend struct DiskMethods;
  enum class Step { kGo, kCut, kDead, kFull, kIoError };

  /// Counts a changing operation and says what becomes of it.
  Step step();
  void sync_folder() { durable_names_ = names_; }
  void lose_power();
  bool toss() { return random_() % 2 == 0; }
  std::size_t up_to(std::size_t size) { return static_cast<std::size_t>(random_()) % (size + 1); }

  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, std::shared_ptr<DiskFile>> names_;
  std::map<std::string, std::shared_ptr<DiskFile>> durable_names_;
  std::int64_t operations_ = 0;
  std::int64_t cut_at_ = -1;
  bool is_cut_ = false;
  std::int64_t fail_from_ = 0;
  std::int64_t fail_until_ = 0;
  DiskFault fault_ = DiskFault::kFull;
  std::int64_t failures_ = 0;
};

}  // namespace converge
