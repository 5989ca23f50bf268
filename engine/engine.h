#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/time_zone.h"
#include "engine/analyse/analyse.h"
#include "engine/explain/explain.h"
#include "engine/features/assigner.h"
#include "engine/ledger/ledger.h"
#include "engine/ports.h"
#include "engine/preview/preview.h"
#include "engine/promote/apply.h"
#include "engine/promote/transition.h"
#include "engine/record/recorder.h"
#include "engine/review/review.h"
#include "engine/sticky/sticky_keeper.h"

namespace converge {

/// Whether decisions become actions. Only a store named "production" (and the demo's) acts unless
/// told otherwise.
enum class Automation { kRecommend, kAct };

struct EngineOptions {
  Automation automation = Automation::kRecommend;
  HealthLimits health;
  LedgerOptions ledger;
  RecorderLimits recorder;
  StickyLimits sticky;
  Duration checkpoint_every = std::chrono::minutes(5);  ///< of the clock
};

/// The loop: definitions in, assignments out, events in, decisions made, users moved. Owns the
/// recorder, the keeper of sticky assignments and the ledger. tick() belongs to one thread;
/// everything else is thread-safe. The store and the clock must outlive it.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(Store& store, const Clock& clock,
                                              const EngineOptions& options);
  ~Engine();

  /// One turn: read the log's tail, fold, and for each look that is due: analyse, decide, promote,
  /// checkpoint.
  Status tick();

  /// The present catalog, compiled; never null.
  std::shared_ptr<const Assigner> assigner() const;
  std::shared_ptr<const Catalog> catalog() const;
  Recorder& recorder();
  StickyKeeper& sticky();
  const std::string& environment() const;
  Time now() const;
  TimeZone zone() const;

  /// What applying would change and mean; recorded traffic is read from the store. O(replayed
  /// rows).
  Result<Preview> preview(const Definitions& definitions) const;
  /// Plan and store. Applying what is applied already succeeds and changes nothing.
  Result<CatalogPlan> apply(const Definitions& definitions, const std::string& actor);
  /// Manual actions; kUndo finds the catalog before the last action on the experiment in the audit
  /// log.
  Result<Catalog> act(const Action& action);

  /// Evidence as of the last tick. kNotFound for an unknown experiment, kInsufficientData before
  /// its first tick.
  Result<Evidence> results(const ExperimentKey& key) const;
  /// A fresh fold of the log at a past moment with the catalog of now. O(log).
  Result<Evidence> results_at(const ExperimentKey& key, Time look_time) const;

  Result<Review> review(IsoWeek week) const;
  /// Why a unit gets what it gets, now or at a past moment.
  Result<UnitExplanation> explain(const ExplainQuestion& question) const;
  Result<std::vector<StoredLook>> looks(const ExperimentKey& key, std::size_t limit) const;
  Result<std::vector<AuditEntry>> audit(std::size_t limit) const;

  /// Stops the recorder and the keeper of sticky assignments after committing what is queued, and
  /// saves a checkpoint. tick() must not run
  /// any more.
  Status close();

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace converge
