#pragma once

#include <deque>
#include <vector>

#include "base/result.h"
#include "engine/ledger/unit_fold.h"
#include "engine/ports.h"

namespace converge {

/// A row with its event.
struct DecodedRow {
  LogRow row;
  Event event;
};
/// kInternal, naming the row, when its body is damaged.
Result<DecodedRow> decode_row(LogRow row);

/// Walks unit chains from their newest row back. Rows that were just read are kept, so that most
/// steps of a tick do not touch the store.
class ChainReader {
 public:
  explicit ChainReader(EventLog& log) : log_(&log) {}

  /// Rows come in order without gaps; the newest kRowsKept are kept until clear().
  void keep(const LogRow& row);
  void clear() { kept_.clear(); }

  /// The rows that name the unit, newest first, from `newest` back. kInternal when the chain is
  /// damaged: a pointer that does not go back, or a row that is not of this chain.
  Result<std::vector<DecodedRow>> read(const Unit& unit, LogSeq newest);

 private:
  static constexpr std::size_t kRowsKept = 100'000;

  Result<LogRow> row(LogSeq seq);

  EventLog* log_;
  std::deque<LogRow> kept_;
};

}  // namespace converge
