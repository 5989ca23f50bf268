#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/catalog_keeper.h"
#include "engine/engine.h"
#include "engine/look_history.h"

namespace converge {

/// The turning part of the engine: the ledger, the looks that are due, the decisions. One thread
/// calls tick(); evidence() is thread-safe. The references must outlive it.
class Ticker {
 public:
  /// Continues from the checkpoint "ledger", or folds the log from its start when there is none
  /// that can be read.
  static Result<std::unique_ptr<Ticker>> open(Store& store, CatalogKeeper& keeper,
                                              const EngineOptions& options);

  Status tick(Time clock_now);
  Status save_checkpoint();

  /// As of the last turn; analysed in the calling thread. Thread-safe.
  std::optional<Evidence> evidence(const ExperimentKey& key) const;

 private:
  /// Whose evidence is read, and who changes by it: the same experiment, or a holdback pair and its
  /// parent.
  struct Subject {
    const ExperimentEntry* measured;
    const ExperimentEntry* acting;
  };
  struct Due {
    Time time{};
    LookKind kind = LookKind::kScheduled;
    ExperimentKey measured;
  };

  Ticker(Store& store, CatalogKeeper& keeper, const EngineOptions& options, Ledger ledger)
      : store_(store), keeper_(keeper), options_(options), ledger_(std::move(ledger)) {}

  Status turn(Time now);
  Status start_waiting(Time now);
  Result<std::vector<Due>> due_looks(const CatalogSnapshot& snapshot, Time now);
  Status scheduled_look(const Due& due, LogSeq cursor, Time now);
  void publish(const CatalogSnapshot& snapshot);
  Status look_at_all(const CatalogSnapshot& snapshot, Time now);
  Status judge(const Subject& subject, StoredLook look, const TimeZone& zone, Time now);
  bool may_act(const Subject& subject, const StoredLook& look, const TimeZone& zone,
               const LookHistory& history) const;
  static std::optional<Subject> subject_of(const Catalog& catalog, const ExperimentEntry& entry);
  Result<LookHistory*> history_of(const ExperimentEntry& measured);

  Store& store_;
  CatalogKeeper& keeper_;
  EngineOptions options_;
  Ledger ledger_;
  std::map<ExperimentKey, LookHistory> histories_;
  std::optional<Time> saved_at_;

  /// What evidence() analyses when somebody asks.
  struct Newest {
    std::shared_ptr<const Catalog> catalog;
    ExperimentMoments moments;
  };
  mutable std::mutex mutex_;
  std::map<ExperimentKey, std::shared_ptr<const Newest>> newest_;  ///< guarded by mutex_
};

}  // namespace converge
