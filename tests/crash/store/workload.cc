#include "tests/crash/store/workload.h"

#include <algorithm>
#include <limits>

#include "engine/codec/catalog_codec.h"

namespace converge {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
const Time kStart = *parse_rfc3339("2026-03-01T00:00:00Z");
const ExperimentKey kExperiment("checkout");

LogRow make_row(std::int64_t seq, int operation) {
  LogRow row;
  row.seq = LogSeq{seq};
  row.received_at = kStart + Duration(operation);
  row.body = std::to_string(operation) + ":" +
             std::string(static_cast<std::size_t>((operation * 131L + seq * 17) % 900), 'e');
  row.previous = {LogSeq{seq / 2}};
  return row;
}

Catalog make_catalog(std::int64_t version, int operation) {
  Catalog catalog;
  catalog.version = CatalogVersion{version};
  catalog.created_at = kStart + Duration(operation);
  catalog.content_hash = std::to_string(operation);
  catalog.definitions.timezone = "Europe/Berlin";
  return catalog;
}

StoredLook make_look(int operation) {
  StoredLook look;
  look.evidence.experiment = kExperiment;
  look.evidence.look_time = kStart + std::chrono::hours(operation);
  look.evidence.method = "confidence_sequence";
  look.evidence.alpha = 0.05;
  look.decision.reason = std::to_string(operation);
  return look;
}

AuditEntry make_audit(int operation) {
  AuditEntry entry;
  entry.at = kStart + std::chrono::hours(operation);
  entry.actor = "converge";
  entry.action = "promote";
  entry.detail = std::to_string(operation);
  return entry;
}

Checkpoint make_checkpoint(int operation) {
  return {LogSeq{operation}, std::to_string(operation) + ":" +
                                 std::string(static_cast<std::size_t>(operation * 37 % 9000), 'c')};
}

/// Two assignments of one unit: all or none.
std::vector<StickyChange> make_changes(int operation) {
  const StickyUnit unit{"id", std::to_string(operation)};
  return {{unit, "a__1", std::to_string(operation), std::nullopt},
          {unit, "b__1", std::to_string(operation), std::nullopt}};
}

int number_in(const std::string& text) {
  return std::atoi(text.c_str());
}

}  // namespace

std::string describe(const Holdings& holdings) {
  const auto list = [](const std::vector<int>& numbers) {
    std::string text = std::to_string(numbers.size()) + " [";
    for (const int number : numbers) text += " " + std::to_string(number);
    return text + " ]";
  };
  return "rows " + list(holdings.rows) + " versions " + list(holdings.versions) + " looks " +
         list(holdings.looks) + " audit " + list(holdings.audit) + " sticky " +
         list(holdings.sticky) + " checkpoint " + std::to_string(holdings.checkpoint);
}

Workload::Workload(PowerCutDisk& disk, SqliteOptions options, std::uint64_t seed)
    : disk_(disk), options_(std::move(options)), random_(seed) {
  options_.vfs = disk_.vfs();
  options_.busy_timeout = std::chrono::milliseconds(0);
  options_.checkpoint_part_bytes = 2000;
  // Small, so that cuts also meet the copying of the log into the file.
  options_.wal_pages = 12;
}

Status Workload::open() {
  auto store = open_sqlite_store(options_);
  if (!store) return store.error();
  store_ = std::move(*store);
  return {};
}

Status Workload::operate() {
  const int operation = ++operations_;
  Holdings next = acknowledged_;
  Status status;
  switch (random_() % 8) {
    case 0:
      status = put(next, operation);
      break;
    case 1:
      status = record_look(next, operation);
      break;
    case 2:
      status = save(next, operation);
      break;
    case 3:
      status = keep(next, operation);
      break;
    default:
      status = append(next, operation);
  }
  if (status) {
    acknowledged_ = std::move(next);
    possible_.clear();
  } else {
    possible_.push_back(std::move(next));
  }
  return status;
}

Status Workload::append(Holdings& next, int operation) {
  std::vector<LogRow> rows;
  const std::uint64_t count = 1 + random_() % 6;
  for (std::uint64_t i = 0; i < count; ++i) {
    next.rows.push_back(operation);
    rows.push_back(make_row(static_cast<std::int64_t>(next.rows.size()), operation));
  }
  return store_->events().append(rows);
}

Status Workload::put(Holdings& next, int operation) {
  const auto expected = static_cast<std::int64_t>(next.versions.size());
  next.versions.push_back(operation);
  next.looks.push_back(operation);
  next.audit.push_back(operation);
  const AuditEntry audit = make_audit(operation);
  return store_->control().put(CatalogVersion{expected}, make_catalog(expected + 1, operation),
                               std::span(&audit, 1), make_look(operation));
}

Status Workload::record_look(Holdings& next, int operation) {
  next.looks.push_back(operation);
  const auto id = store_->control().record_look(make_look(operation));
  if (!id) return id.error();
  return {};
}

Status Workload::save(Holdings& next, int operation) {
  next.checkpoint = operation;
  return store_->checkpoints().save("ledger", make_checkpoint(operation));
}

Status Workload::keep(Holdings& next, int operation) {
  next.sticky.push_back(operation);
  const auto kept = store_->sticky().keep(make_changes(operation));
  if (!kept) return kept.error();
  return {};
}

Result<std::vector<int>> Workload::read_sticky() const {
  std::vector<int> found;
  for (int operation = 1; operation <= operations_; ++operation) {
    const std::vector<StickyChange> changes = make_changes(operation);
    const auto documents = store_->sticky().find({&changes.front().unit, 1});
    if (!documents) return documents.error();
    const auto& assignments = documents->front().assignments;
    if (assignments.empty()) continue;
    bool same = assignments.size() == changes.size();
    for (std::size_t i = 0; same && i < changes.size(); ++i) {
      same = assignments[i] == std::pair(changes[i].assignment, changes[i].variation);
    }
    found.push_back(same ? operation : Holdings::kForeign);
  }
  return found;
}

Result<Holdings> Workload::read() const {
  Holdings found;
  const auto rows = store_->events().read(LogSeq{0}, kNoLimit);
  if (!rows) return rows.error();
  for (const LogRow& row : *rows) {
    const int operation = number_in(row.body);
    const auto seq = static_cast<std::int64_t>(found.rows.size()) + 1;
    found.rows.push_back(row == make_row(seq, operation) ? operation : Holdings::kForeign);
  }
  const auto last = store_->events().last();
  if (!last) return last.error();
  if (raw(*last) != static_cast<std::int64_t>(found.rows.size())) {
    found.rows.push_back(Holdings::kForeign);
  }

  const auto latest = store_->control().latest();
  if (!latest) return latest.error();
  for (std::int64_t version = 1; version <= raw(latest->version); ++version) {
    const auto catalog = store_->control().at(CatalogVersion{version});
    if (!catalog) return catalog.error();
    const int operation = number_in(catalog->content_hash);
    found.versions.push_back(*catalog == make_catalog(version, operation) ? operation
                                                                          : Holdings::kForeign);
  }

  const Time end = kStart + std::chrono::hours(1'000'000);
  const auto looks = store_->control().looks(kExperiment, kStart, end, kNoLimit);
  if (!looks) return looks.error();
  for (const StoredLook& look : *looks) {
    const int operation = number_in(look.decision.reason);
    const StoredLook expected = make_look(operation);
    const bool same = look.evidence == expected.evidence && look.decision == expected.decision;
    found.looks.push_back(same ? operation : Holdings::kForeign);
  }

  const auto audit = store_->control().audit(kStart, end, kNoLimit);
  if (!audit) return audit.error();
  for (const AuditEntry& entry : *audit) {
    const int operation = number_in(entry.detail);
    AuditEntry expected = make_audit(operation);
    expected.id = entry.id;
    const auto look = std::find_if(looks->begin(), looks->end(), [&](const StoredLook& stored) {
      return stored.id == entry.look && number_in(stored.decision.reason) == operation;
    });
    expected.look = entry.look;
    found.audit.push_back(look != looks->end() && entry == expected ? operation
                                                                    : Holdings::kForeign);
  }

  auto sticky = read_sticky();
  if (!sticky) return sticky.error();
  found.sticky = *std::move(sticky);

  const auto checkpoint = store_->checkpoints().load("ledger");
  if (!checkpoint) return checkpoint.error();
  if (*checkpoint) {
    const int operation = number_in((*checkpoint)->bytes);
    const Checkpoint expected = make_checkpoint(operation);
    const bool same = (*checkpoint)->seq == expected.seq && (*checkpoint)->bytes == expected.bytes;
    found.checkpoint = same ? operation : Holdings::kForeign;
  }
  return found;
}

std::string Workload::settle(const Holdings& found) {
  const bool is_possible = found == acknowledged_ ||
                           std::find(possible_.begin(), possible_.end(), found) != possible_.end();
  if (!is_possible) {
    return "acknowledged: " + describe(acknowledged_) + "\nfound: " + describe(found);
  }
  acknowledged_ = found;
  possible_.clear();
  return {};
}

}  // namespace converge
