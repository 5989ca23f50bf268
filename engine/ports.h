#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/model/catalog.h"
#include "engine/model/decision.h"
#include "engine/model/event.h"
#include "engine/model/evidence.h"
#include "engine/model/sticky.h"

/// What the engine needs from outside. Every method is one business fact and one transaction;
/// adapters in store/ are thread-safe. Failures: kUnavailable (locked, disk full: try again),
/// kUnsupported (written by a newer version), kInternal (corrupt).
namespace converge {

/// The durable, append-only record of everything that was acknowledged.
class EventLog {
 public:
  virtual ~EventLog() = default;
  /// Sequence number of the last durable row; 0 when empty.
  virtual Result<LogSeq> last() = 0;
  /// All rows or none; durable (synced) when it returns success. Precondition: rows carry the
  /// consecutive numbers after last(); kConflict otherwise.
  virtual Status append(std::span<const LogRow> rows) = 0;
  /// Up to `limit` rows with seq > after, in order.
  virtual Result<std::vector<LogRow>> read(LogSeq after, std::size_t limit) = 0;
  /// One row: the step of a chain walk. kNotFound when there is none.
  virtual Result<LogRow> row(LogSeq seq) = 0;
};

/// A look as it was: evidence is never rewritten.
struct StoredLook {
  std::int64_t id = 0;  ///< given by the store, increasing
  LookKind kind = LookKind::kScheduled;
  Evidence evidence;
  Decision decision;
  /// True when the engine (or a person) acted on it, false when it was only recommended or nothing
  /// was to be done.
  bool acted = false;
};

/// Catalog versions, looks and the audit log: the control plane.
class ControlStore {
 public:
  virtual ~ControlStore() = default;
  /// The newest version's number, without reading it; 0 at first.
  virtual Result<CatalogVersion> version() = 0;
  /// The newest version; the empty catalog of version 0 at first.
  virtual Result<Catalog> latest() = 0;
  virtual Result<Catalog> at(CatalogVersion version) = 0;
  /// The version that was in force at a time: the last one with created_at <= time (of several
  /// with one created_at the newest); the empty version 0 before the first.
  virtual Result<Catalog> in_force(Time time) = 0;
  /// Compare-and-set: stores `next` (whose version is expected + 1) with its audit entries in one
  /// transaction, and the look that led to it when there is one (its id is then put into the audit
  /// entries). kConflict when the newest version is not `expected`.
  virtual Status put(CatalogVersion expected, const Catalog& next,
                     std::span<const AuditEntry> audit, const std::optional<StoredLook>& look) = 0;
  /// Stores a look that changed nothing. Returns its id.
  virtual Result<std::int64_t> record_look(const StoredLook& look) = 0;
  /// Looks of one experiment with from <= look_time < until, oldest first, at most `limit` newest
  /// ones.
  virtual Result<std::vector<StoredLook>> looks(const ExperimentKey& experiment, Time from,
                                                Time until, std::size_t limit) = 0;
  /// Audit entries with from <= at < until, oldest first, at most the `limit` newest ones.
  virtual Result<std::vector<AuditEntry>> audit(Time from, Time until, std::size_t limit) = 0;
};

/// Where the ledger continues after a restart. Losing one costs time, never truth.
struct Checkpoint {
  LogSeq seq{};       ///< rows up to here are in `bytes`
  std::string bytes;  ///< versioned and checksummed by its writer
};

class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;
  virtual Result<std::optional<Checkpoint>> load(const std::string& name) = 0;
  /// Replaces the one of that name.
  virtual Status save(const std::string& name, const Checkpoint& checkpoint) = 0;
};

/// Assignments that units keep. Only experiments that ask for stickiness come here.
class StickyStore {
 public:
  virtual ~StickyStore() = default;
  /// One document per unit, in their order, without assignments when there is none; one point read
  /// each. Assignments are sorted by key.
  virtual Result<std::vector<StickyDocument>> find(std::span<const StickyUnit> units) = 0;
  /// All or none; durable when it returns success. Of several for one assignment the first wins:
  /// the answer has, for each change, the variation that is kept now.
  virtual Result<std::vector<std::string>> keep(std::span<const StickyChange> changes) = 0;
  /// Forgets everything that the unit was given.
  virtual Status erase(const StickyUnit& unit) = 0;
};

/// One store is one environment, named when it is first opened.
class Store {
 public:
  virtual ~Store() = default;
  virtual EventLog& events() = 0;
  virtual ControlStore& control() = 0;
  virtual CheckpointStore& checkpoints() = 0;
  virtual StickyStore& sticky() = 0;
  virtual const std::string& environment() const = 0;
};

}  // namespace converge
