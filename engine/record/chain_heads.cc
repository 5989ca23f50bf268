#include "engine/record/chain_heads.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <vector>

#include "base/log.h"
#include "base/sha256.h"
#include "engine/codec/event_codec.h"

namespace converge {
namespace {

constexpr std::string_view kMagic = "CVHEADS1";
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kEntryBytes = 16;
constexpr std::size_t kReadRows = 10'000;

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325U;
constexpr std::uint64_t kFnvPrime = 0x100000001b3U;

std::uint64_t fnv1a64(std::uint64_t state, std::string_view bytes) {
  for (const char c : bytes) state = (state ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return state;
}

/// FNV's high bits are weak, and the table uses them: the finaliser of MurmurHash3.
std::uint64_t mixed(std::uint64_t h) {
  h = (h ^ (h >> 33U)) * 0xff51afd7ed558ccdU;
  h = (h ^ (h >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return h ^ (h >> 33U);
}

void append_u64(std::string& bytes, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes += static_cast<char>(static_cast<unsigned char>(value >> shift));
  }
}

std::uint64_t u64_at(std::string_view bytes, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[offset + i])} << (8 * i);
  }
  return value;
}

std::string digest_of(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return {digest.begin(), digest.end()};
}

}  // namespace

std::uint64_t chain_key(const Unit& unit) {
  // The byte between kind and id keeps ("a", "bc") and ("ab", "c") apart; ids hold no control
  // bytes.
  const std::uint64_t kind = fnv1a64(kFnvOffset, unit.kind.str());
  return mixed(fnv1a64(fnv1a64(kind, std::string_view("\0", 1)), unit.id));
}

struct ChainHeads::Table {
  boost::unordered_flat_map<std::uint64_t, std::int64_t> heads;
};

ChainHeads::ChainHeads() : table_(std::make_unique<Table>()) {}
ChainHeads::~ChainHeads() = default;
ChainHeads::ChainHeads(ChainHeads&&) noexcept = default;
ChainHeads& ChainHeads::operator=(ChainHeads&&) noexcept = default;

LogSeq ChainHeads::head(std::uint64_t key) const {
  const auto found = table_->heads.find(key);
  return LogSeq{found == table_->heads.end() ? 0 : found->second};
}

void ChainHeads::set(std::uint64_t key, LogSeq seq) {
  table_->heads[key] = raw(seq);
}

std::size_t ChainHeads::size() const {
  return table_->heads.size();
}

std::string ChainHeads::encode() const {
  std::vector<std::pair<std::uint64_t, std::int64_t>> entries(table_->heads.begin(),
                                                              table_->heads.end());
  std::sort(entries.begin(), entries.end());
  std::string bytes(kMagic);
  bytes.reserve(kMagic.size() + entries.size() * kEntryBytes + kDigestBytes);
  for (const auto& [key, seq] : entries) {
    append_u64(bytes, key);
    append_u64(bytes, static_cast<std::uint64_t>(seq));
  }
  return bytes + digest_of(bytes);
}

Result<ChainHeads> ChainHeads::decode(std::string_view bytes) {
  const std::size_t frame = kMagic.size() + kDigestBytes;
  if (bytes.size() < frame || bytes.substr(0, kMagic.size()) != kMagic ||
      (bytes.size() - frame) % kEntryBytes != 0) {
    return Error{Errc::kInternal, "chain heads: not a checkpoint of this format"};
  }
  const std::string_view content = bytes.substr(0, bytes.size() - kDigestBytes);
  if (bytes.substr(content.size()) != digest_of(content)) {
    return Error{Errc::kInternal, "chain heads: the checksum does not match"};
  }
  ChainHeads heads;
  heads.table_->heads.reserve((content.size() - kMagic.size()) / kEntryBytes);
  for (std::size_t at = kMagic.size(); at < content.size(); at += kEntryBytes) {
    heads.set(u64_at(content, at), LogSeq{static_cast<std::int64_t>(u64_at(content, at + 8))});
  }
  return heads;
}

Status ChainHeads::catch_up(EventLog& log, LogSeq after) {
  for (;;) {
    const Result<std::vector<LogRow>> rows = log.read(after, kReadRows);
    if (!rows) return rows.error();
    if (rows->empty()) return {};
    for (const LogRow& row : *rows) {
      after = row.seq;
      if (row.kind != RowKind::kEvent) continue;
      const Result<Event> event = decode_event(row.body);
      if (!event) return event.error().within("row " + std::to_string(raw(row.seq)));
      for (const Unit& unit : event->units) set(chain_key(unit), row.seq);
    }
  }
}

Result<RestoredHeads> restore_chain_heads(EventLog& log, CheckpointStore& checkpoints) {
  RestoredHeads restored;
  const Result<LogSeq> end = log.last();
  if (!end) return end.error();
  restored.last = *end;
  const Result<std::optional<Checkpoint>> checkpoint = checkpoints.load(kHeadsCheckpoint);
  if (!checkpoint) return checkpoint.error();
  if (checkpoint->has_value() && raw((*checkpoint)->seq) <= raw(*end)) {
    Result<ChainHeads> decoded = ChainHeads::decode((*checkpoint)->bytes);
    if (decoded) {
      restored.heads = *std::move(decoded);
      restored.saved = (*checkpoint)->seq;
    } else {
      log::warning("chain heads are read from the log again: " + decoded.error().message);
    }
  }
  if (Status caught_up = restored.heads.catch_up(log, restored.saved); !caught_up) {
    return caught_up.error();
  }
  return restored;
}

}  // namespace converge
