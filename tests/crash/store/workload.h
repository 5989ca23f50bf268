#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/crash/store/power_cut_disk.h"

namespace converge {

/// What a store holds, one number per record: the operation that wrote it. A record that is not
/// exactly what that operation wrote is kForeign.
struct Holdings {
  static constexpr int kForeign = -1;
  std::vector<int> rows;
  std::vector<int> versions;
  std::vector<int> looks;
  std::vector<int> audit;
  std::vector<int> sticky;
  int checkpoint = 0;
  bool operator==(const Holdings&) const = default;
};

/// A result in words, for a failing test.
std::string describe(const Holdings& holdings);

/// Random operations on a store on a PowerCutDisk, with a record of what was acknowledged and of
/// what may or may not have happened because it failed.
class Workload {
 public:
  Workload(PowerCutDisk& disk, SqliteOptions options, std::uint64_t seed);

  /// Opens the store; false when the disk fails meanwhile.
  Status open();
  void close() { store_.reset(); }
  bool is_open() const { return store_ != nullptr; }

  /// One random operation. Its error when it failed.
  Status operate();
  /// What the open store holds.
  Result<Holdings> read() const;

  const Holdings& acknowledged() const { return acknowledged_; }
  /// Empty when the store holds what was acknowledged, perhaps with one operation more that was
  /// not; that is then taken as acknowledged. Otherwise what is wrong.
  std::string settle(const Holdings& found);

 private:
  Status append(Holdings& next, int operation);
  Status put(Holdings& next, int operation);
  Status record_look(Holdings& next, int operation);
  Status save(Holdings& next, int operation);
  Status keep(Holdings& next, int operation);
  Result<std::vector<int>> read_sticky() const;

  PowerCutDisk& disk_;
  SqliteOptions options_;
  std::mt19937_64 random_;
  std::unique_ptr<Store> store_;
  Holdings acknowledged_;
  std::vector<Holdings>
      possible_;  ///< acknowledged_ and one failed operation since the last success
  int operations_ = 0;
};

}  // namespace converge
