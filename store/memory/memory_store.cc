#include "store/memory/memory_store.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace converge {
namespace {

using ReadLock = std::shared_lock<std::shared_mutex>;
using WriteLock = std::unique_lock<std::shared_mutex>;

/// Keeps the last `limit` of what is sorted oldest first.
template <class T>
void keep_newest(std::vector<T>& items, std::size_t limit) {
  if (items.size() <= limit) return;
  items.erase(items.begin(), items.end() - static_cast<std::ptrdiff_t>(limit));
}

}  // namespace

Result<LogSeq> MemoryEventLog::last() {
  const ReadLock lock(mutex_);
  return LogSeq{static_cast<std::int64_t>(rows_.size())};
}

Status MemoryEventLog::append(std::span<const LogRow> rows) {
  const WriteLock lock(mutex_);
  auto expected = static_cast<std::int64_t>(rows_.size());
  for (const LogRow& row : rows) {
    if (raw(row.seq) != ++expected) {
      return Error{Errc::kConflict, "event log: expected row " + std::to_string(expected) +
                                        ", got row " + std::to_string(raw(row.seq))};
    }
  }
  rows_.insert(rows_.end(), rows.begin(), rows.end());
  return {};
}

Result<std::vector<LogRow>> MemoryEventLog::read(LogSeq after, std::size_t limit) {
  const ReadLock lock(mutex_);
  const auto first = static_cast<std::size_t>(std::max<std::int64_t>(raw(after), 0));
  if (first >= rows_.size()) return std::vector<LogRow>{};
  const std::size_t count = std::min(limit, rows_.size() - first);
  const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(first);
  return std::vector<LogRow>(begin, begin + static_cast<std::ptrdiff_t>(count));
}

Result<LogRow> MemoryEventLog::row(LogSeq seq) {
  const ReadLock lock(mutex_);
  if (raw(seq) < 1 || raw(seq) > static_cast<std::int64_t>(rows_.size())) {
    return Error{Errc::kNotFound, "event log: no row " + std::to_string(raw(seq))};
  }
  return rows_[static_cast<std::size_t>(raw(seq) - 1)];
}

Result<CatalogVersion> MemoryControlStore::version() {
  const ReadLock lock(mutex_);
  return versions_.back().version;
}

Result<Catalog> MemoryControlStore::latest() {
  const ReadLock lock(mutex_);
  return versions_.back();
}

Result<Catalog> MemoryControlStore::at(CatalogVersion version) {
  const ReadLock lock(mutex_);
  if (raw(version) < 0 || raw(version) >= static_cast<std::int64_t>(versions_.size())) {
    return Error{Errc::kNotFound, "no catalog version " + std::to_string(raw(version))};
  }
  return versions_[static_cast<std::size_t>(raw(version))];
}

Result<Catalog> MemoryControlStore::in_force(Time time) {
  const ReadLock lock(mutex_);
  const Catalog* found = versions_.data();
  for (const Catalog& version : std::span(versions_).subspan(1)) {
    const bool is_later = found == versions_.data() || version.created_at >= found->created_at;
    if (version.created_at <= time && is_later) found = &version;
  }
  return *found;
}

Status MemoryControlStore::put(CatalogVersion expected, const Catalog& next,
                               std::span<const AuditEntry> audit,
                               const std::optional<StoredLook>& look) {
  const WriteLock lock(mutex_);
  if (raw(next.version) != raw(expected) + 1) {
    return Error{Errc::kInvalidArgument, "catalog version " + std::to_string(raw(next.version)) +
                                             " does not follow " + std::to_string(raw(expected))};
  }
  if (versions_.back().version != expected) {
    return Error{Errc::kConflict, "the catalog is at version " +
                                      std::to_string(raw(versions_.back().version)) + ", not " +
                                      std::to_string(raw(expected))};
  }
  versions_.push_back(next);
  const std::optional<std::int64_t> look_id =
      look ? std::optional<std::int64_t>(add_look(*look)) : std::nullopt;
  for (AuditEntry entry : audit) {
    entry.id = static_cast<std::int64_t>(audit_.size()) + 1;
    if (look_id) entry.look = *look_id;
    audit_.push_back(std::move(entry));
  }
  return {};
}

std::int64_t MemoryControlStore::add_look(const StoredLook& look) {
  looks_.push_back(look);
  looks_.back().id = static_cast<std::int64_t>(looks_.size());
  return looks_.back().id;
}

Result<std::int64_t> MemoryControlStore::record_look(const StoredLook& look) {
  const WriteLock lock(mutex_);
  return add_look(look);
}

Result<std::vector<StoredLook>> MemoryControlStore::looks(const ExperimentKey& experiment,
                                                          Time from, Time until,
                                                          std::size_t limit) {
  const ReadLock lock(mutex_);
  std::vector<StoredLook> found;
  for (const StoredLook& look : looks_) {
    const Time time = look.evidence.look_time;
    if (look.evidence.experiment == experiment && from <= time && time < until) {
      found.push_back(look);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const StoredLook& a, const StoredLook& b) {
    return a.evidence.look_time < b.evidence.look_time;
  });
  keep_newest(found, limit);
  return found;
}

Result<std::vector<AuditEntry>> MemoryControlStore::audit(Time from, Time until,
                                                          std::size_t limit) {
  const ReadLock lock(mutex_);
  std::vector<AuditEntry> found;
  for (const AuditEntry& entry : audit_) {
    if (from <= entry.at && entry.at < until) found.push_back(entry);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const AuditEntry& a, const AuditEntry& b) { return a.at < b.at; });
  keep_newest(found, limit);
  return found;
}

Result<std::optional<Checkpoint>> MemoryCheckpointStore::load(const std::string& name) {
  const ReadLock lock(mutex_);
  const auto found = checkpoints_.find(name);
  if (found == checkpoints_.end()) return std::optional<Checkpoint>{};
  return std::optional<Checkpoint>(found->second);
}

Status MemoryCheckpointStore::save(const std::string& name, const Checkpoint& checkpoint) {
  const WriteLock lock(mutex_);
  checkpoints_[name] = checkpoint;
  return {};
}

Result<std::vector<StickyDocument>> MemoryStickyStore::find(std::span<const StickyUnit> units) {
  const ReadLock lock(mutex_);
  std::vector<StickyDocument> documents;
  documents.reserve(units.size());
  for (const StickyUnit& unit : units) {
    StickyDocument document{unit.attribute, unit.value, {}};
    if (const auto found = assignments_.find(unit); found != assignments_.end()) {
      document.assignments.assign(found->second.begin(), found->second.end());
    }
    documents.push_back(std::move(document));
  }
  return documents;
}

Result<std::vector<std::string>> MemoryStickyStore::keep(std::span<const StickyChange> changes) {
  const WriteLock lock(mutex_);
  std::vector<std::string> kept;
  kept.reserve(changes.size());
  for (const StickyChange& change : changes) {
    const auto [assignment, is_new] =
        assignments_[change.unit].emplace(change.assignment, change.variation);
    if (!is_new && assignment->second == change.replaces) assignment->second = change.variation;
    kept.push_back(assignment->second);
  }
  return kept;
}

Status MemoryStickyStore::erase(const StickyUnit& unit) {
  const WriteLock lock(mutex_);
  assignments_.erase(unit);
  return {};
}

}  // namespace converge
