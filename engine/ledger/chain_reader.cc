#include "engine/ledger/chain_reader.h"

#include <algorithm>
#include <utility>

#include "engine/codec/event_codec.h"
#include "engine/record/chain_heads.h"

namespace converge {
namespace {

std::string row_name(LogSeq seq) {
  return "log row " + std::to_string(raw(seq));
}

/// The chain's pointer out of this row.
Result<LogSeq> previous_in_chain(const DecodedRow& decoded, std::uint64_t key) {
  const std::vector<Unit>& units = decoded.event.units;
  const auto found = std::find_if(units.begin(), units.end(),
                                  [key](const Unit& unit) { return chain_key(unit) == key; });
  const auto index = static_cast<std::size_t>(found - units.begin());
  if (found == units.end() || index >= decoded.row.previous.size()) {
    return Error{Errc::kInternal, row_name(decoded.row.seq) + " is not part of its unit's chain"};
  }
  const LogSeq previous = decoded.row.previous[index];
  if (raw(previous) < 0 || raw(previous) >= raw(decoded.row.seq)) {
    return Error{Errc::kInternal, row_name(decoded.row.seq) + " points forward in its chain"};
  }
  return previous;
}

}  // namespace

Result<DecodedRow> decode_row(LogRow row) {
  if (row.version != LogRow::kVersion) {
    return Error{Errc::kUnsupported, row_name(row.seq) + " was written by a newer version"};
  }
  DecodedRow decoded{std::move(row), {}};
  if (decoded.row.kind != RowKind::kEvent) return decoded;
  Result<Event> event = decode_event(decoded.row.body);
  if (!event) return event.error().within(row_name(decoded.row.seq));
  decoded.event = *std::move(event);
  return decoded;
}

void ChainReader::keep(const LogRow& row) {
  kept_.push_back(row);
  if (kept_.size() > kRowsKept) kept_.pop_front();
}

Result<LogRow> ChainReader::row(LogSeq seq) {
  if (!kept_.empty() && raw(seq) >= raw(kept_.front().seq)) {
    const auto index = static_cast<std::size_t>(raw(seq) - raw(kept_.front().seq));
    if (index < kept_.size()) return kept_[index];
  }
  return log_->row(seq);
}

Result<std::vector<DecodedRow>> ChainReader::read(const Unit& unit, LogSeq newest) {
  const std::uint64_t key = chain_key(unit);
  std::vector<DecodedRow> chain;
  for (LogSeq seq = newest; raw(seq) > 0;) {
    Result<LogRow> stored = row(seq);
    if (!stored) return stored.error();
    Result<DecodedRow> decoded = decode_row(*std::move(stored));
    if (!decoded) return decoded.error();
    const Result<LogSeq> previous = previous_in_chain(*decoded, key);
    if (!previous) return previous.error();
    seq = *previous;
    // A row of another unit whose key is equal only carries the chain on.
    const std::vector<Unit>& units = decoded->event.units;
    if (std::find(units.begin(), units.end(), unit) != units.end()) {
      chain.push_back(*std::move(decoded));
    }
  }
  return chain;
}

}  // namespace converge
