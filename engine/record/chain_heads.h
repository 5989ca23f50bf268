#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/model/event.h"
#include "engine/ports.h"

namespace converge {

/// 64-bit key of a unit's chain. Two units with one key share a chain; readers check the unit's
/// text.
std::uint64_t chain_key(const Unit& unit);

/// The last row of every unit's chain: one 16-byte entry for every id ever seen. Not thread-safe:
/// the recorder's writer thread owns it.
class ChainHeads {
 public:
  ChainHeads();
  ~ChainHeads();
  ChainHeads(ChainHeads&&) noexcept;
  ChainHeads& operator=(ChainHeads&&) noexcept;

  /// 0 when the unit was never seen.
  LogSeq head(std::uint64_t key) const;
  void set(std::uint64_t key, LogSeq seq);
  std::size_t size() const;

  /// For checkpoints: versioned, checksummed bytes. kInternal when damaged.
  std::string encode() const;
  static Result<ChainHeads> decode(std::string_view bytes);

  /// Takes in the rows after `after`, in order, until the end of the log. O(rows).
  Status catch_up(EventLog& log, LogSeq after);

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

/// The heads of a whole log.
struct RestoredHeads {
  ChainHeads heads;
  LogSeq saved{};  ///< rows up to here were in the checkpoint
  LogSeq last{};   ///< last row of the log
};

/// Where the recorder keeps them between runs.
inline constexpr const char* kHeadsCheckpoint = "chain-heads";

/// From the checkpoint and the rows after it; a damaged checkpoint is read from the log again.
Result<RestoredHeads> restore_chain_heads(EventLog& log, CheckpointStore& checkpoints);

}  // namespace converge
