#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/time_zone.h"
#include "engine/features/assigner.h"
#include "engine/model/catalog.h"
#include "engine/ports.h"

namespace converge {

/// One catalog version with what is compiled from it. All immutable.
struct CatalogSnapshot {
  std::shared_ptr<const Catalog> catalog;
  std::shared_ptr<const Assigner> assigner;
  TimeZone zone;
};

/// The present catalog: request threads take snapshots, writers compare and set. Thread-safe. The
/// store must outlive it.
class CatalogKeeper {
 public:
  static Result<std::unique_ptr<CatalogKeeper>> open(ControlStore& control);

  CatalogSnapshot snapshot() const;

  /// Takes over what another process stored.
  Status refresh();

  /// Stores `next` after `next.version - 1` and makes it the present one. A catalog that does not
  /// compile is never stored. kConflict when another writer came first.
  Status commit(const Catalog& next, std::span<const AuditEntry> audit,
                const std::optional<StoredLook>& look);

 private:
  explicit CatalogKeeper(ControlStore& control) : control_(control) {}
  void publish(CatalogSnapshot snapshot);

  ControlStore& control_;
  mutable std::mutex mutex_;
  CatalogSnapshot present_;  ///< guarded by mutex_
};

}  // namespace converge
