#include "engine/engine.h"

#include <algorithm>
#include <array>

#include "engine/catalog_keeper.h"
#include "engine/look.h"
#include "engine/ticker.h"

namespace converge {
namespace {

/// How often an apply or an action tries again when the engine or another process stored a version
/// in between.
constexpr int kAttemptsMax = 5;
/// Newest audit entries that undo searches for the last action.
constexpr std::size_t kUndoSearchMax = 100'000;

Error unknown(const ExperimentKey& key) {
  return {Errc::kNotFound, "experiment: there is no '" + key.str() + "'"};
}

/// One line per planned change, so that every experiment's timeline has its own.
std::vector<AuditEntry> audit_of(const CatalogPlan& plan, const Catalog& present,
                                 const std::string& actor, Time now) {
  std::vector<AuditEntry> audit;
  for (const PlannedChange& change : plan.changes) {
    AuditEntry entry;
    entry.at = now;
    entry.actor = actor;
    entry.action = "apply";
    entry.before = present.version;
    entry.after = plan.next.version;
    entry.detail = std::string(name_of(change.kind)) + ": " + change.detail;
    if (change.kind == PlannedChange::Kind::kMetric ||
        change.kind == PlannedChange::Kind::kSettings) {
      entry.detail = change.subject + ": " + entry.detail;
    } else {
      entry.experiment = ExperimentKey(change.subject);
    }
    audit.push_back(std::move(entry));
  }
  return audit;
}

}  // namespace

struct Engine::State {
  Store& store;
  const Clock& clock;
  EngineOptions options;
  std::unique_ptr<CatalogKeeper> keeper;
  std::unique_ptr<Ticker> ticker;
  std::unique_ptr<Recorder> recorder;
  std::unique_ptr<StickyKeeper> sticky;  ///< its answers go on to the recorder

  Result<Transition> undone(const Catalog& present, const Action& action, Time now);
};

/// The catalog before the last action, whoever took it; changes of files are taken back in files.
Result<Transition> Engine::State::undone(const Catalog& present, const Action& action, Time now) {
  const auto audit = store.control().audit(Time::min(), Time::max(), kUndoSearchMax);
  if (!audit) return audit.error();
  const auto last =
      std::find_if(audit->rbegin(), audit->rend(), [&action](const AuditEntry& entry) {
        return entry.experiment == action.experiment && entry.action != "apply";
      });
  if (last == audit->rend()) {
    return Error{Errc::kConflict, action.experiment.str() + ": undo: there was no action yet"};
  }
  const Result<Catalog> before = store.control().at(last->before);
  if (!before) return before.error();
  return undo(present, *before, action, now);
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(Store& store, const Clock& clock,
                                             const EngineOptions& options) {
  std::unique_ptr<State> state(
      new State{store, clock, options, nullptr, nullptr, nullptr, nullptr});
  auto keeper = CatalogKeeper::open(store.control());
  if (!keeper) return keeper.error().within("catalog");
  state->keeper = *std::move(keeper);
  auto ticker = Ticker::open(store, *state->keeper, options);
  if (!ticker) return ticker.error().within("ledger");
  state->ticker = *std::move(ticker);
  auto recorder = Recorder::open(store.events(), store.checkpoints(), clock, options.recorder);
  if (!recorder) return recorder.error().within("recorder");
  state->recorder = *std::move(recorder);
  state->sticky = std::make_unique<StickyKeeper>(store.sticky(), options.sticky);
  return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Status Engine::tick() {
  return state_->ticker->tick(state_->clock.now());
}

std::shared_ptr<const Assigner> Engine::assigner() const {
  return state_->keeper->snapshot().assigner;
}

std::shared_ptr<const Catalog> Engine::catalog() const {
  return state_->keeper->snapshot().catalog;
}

Recorder& Engine::recorder() {
  return *state_->recorder;
}

StickyKeeper& Engine::sticky() {
  return *state_->sticky;
}

const std::string& Engine::environment() const {
  return state_->store.environment();
}

Time Engine::now() const {
  return state_->clock.now();
}

TimeZone Engine::zone() const {
  return state_->keeper->snapshot().zone;
}

Result<Preview> Engine::preview(const Definitions& definitions) const {
  const std::shared_ptr<const Catalog> present = catalog();
  Result<CatalogPlan> plan = plan_definitions(*present, definitions, now());
  if (!plan) return plan.error();
  return preview_of(*present, *std::move(plan), state_->store.events(), ReplayLimits{});
}

Result<CatalogPlan> Engine::apply(const Definitions& definitions, const std::string& actor) {
  Status stored;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (Status fresh = state_->keeper->refresh(); !fresh) return fresh.error();
    const std::shared_ptr<const Catalog> present = catalog();
    const Time at = now();
    Result<CatalogPlan> plan = plan_definitions(*present, definitions, at);
    if (!plan || plan->changes.empty()) return plan;
    stored = state_->keeper->commit(plan->next, audit_of(*plan, *present, actor, at), std::nullopt);
    if (stored) return plan;
    if (stored.error().code != Errc::kConflict) break;
  }
  return stored.error();
}

Result<Catalog> Engine::act(const Action& action) {
  Status stored;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (Status fresh = state_->keeper->refresh(); !fresh) return fresh.error();
    const std::shared_ptr<const Catalog> present = catalog();
    Result<Transition> transition = action.kind == ActionKind::kUndo
                                        ? state_->undone(*present, action, now())
                                        : converge::act(*present, action, now());
    if (!transition) return transition.error();
    stored = state_->keeper->commit(transition->next, {&transition->audit, 1}, std::nullopt);
    if (stored) return std::move(transition->next);
    if (stored.error().code != Errc::kConflict) break;
  }
  return stored.error();
}

Result<Evidence> Engine::results(const ExperimentKey& key) const {
  if (catalog()->find(key) == nullptr) return unknown(key);
  std::optional<Evidence> evidence = state_->ticker->evidence(key);
  if (!evidence) {
    return Error{Errc::kInsufficientData,
                 key.str() +
                     ": nothing was analysed yet: it has not started, or the engine has "
                     "not looked since"};
  }
  return *std::move(evidence);
}

Result<Evidence> Engine::results_at(const ExperimentKey& key, Time look_time) const {
  return look_at(state_->store.events(), *catalog(), key, look_time, state_->options.ledger,
                 state_->options.health);
}

Result<Review> Engine::review(IsoWeek week) const {
  const CatalogSnapshot snapshot = state_->keeper->snapshot();
  return collect_review(state_->store.control(), *snapshot.catalog, environment(), snapshot.zone,
                        week, now());
}

Result<UnitExplanation> Engine::explain(const ExplainQuestion& question) const {
  const NewestRow newest = [recorder = state_->recorder.get()](const Unit& unit) {
    return Result<LogSeq>(recorder->newest_row(unit));
  };
  return explain_unit(state_->store, newest, question, now());
}

Result<std::vector<StoredLook>> Engine::looks(const ExperimentKey& key, std::size_t limit) const {
  if (catalog()->find(key) == nullptr) return unknown(key);
  return state_->store.control().looks(key, Time::min(), Time::max(), limit);
}

Result<std::vector<AuditEntry>> Engine::audit(std::size_t limit) const {
  return state_->store.control().audit(Time::min(), Time::max(), limit);
}

Status Engine::close() {
  state_->sticky->stop();
  state_->recorder->stop();
  return state_->ticker->save_checkpoint();
}

}  // namespace converge
