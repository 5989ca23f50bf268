#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "engine/model/event.h"

/// The set of records that a fold reads: what of it is in evidence, what of that was taken back.
namespace converge {

/// A record of a chain with its canonical bytes (borrowed).
struct ChainRecord {
  Event event;
  std::string_view canonical;
};

/// By ts, then by canonical bytes.
bool earlier(const ChainRecord& a, const ChainRecord& b);

enum class Removal {
  kNone,
  kRetracted,  ///< a retract names the identity
  kErased,     ///< an erase names one of its units; where both hold, this one
};

/// One identity (design section 8) of exposures or outcomes.
struct Identity {
  /// Its distinct contents, smallest canonical bytes first: the first one is what counts. Borrowed.
  std::vector<const ChainRecord*> contents;
  Removal removal = Removal::kNone;

  const ChainRecord& winner() const { return *contents.front(); }
  /// All contents name the same units, sorted by kind.
  const std::vector<Unit>& units() const { return winner().event.units; }
};

/// The identities of exposures and outcomes with ts < look_time, from records in any order and with
/// repeats. Retracts take effect whether they come before or after their target, and whichever of
/// the two has the larger ts. `is_erased` says of which units every record is gone. O(k log k).
std::vector<Identity> identities_of(std::span<const ChainRecord> records, Time look_time,
                                    const std::function<bool(const Unit&)>& is_erased);

}  // namespace converge
