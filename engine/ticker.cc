#include "engine/ticker.h"

#include <algorithm>
#include <tuple>

#include "base/log.h"
#include "engine/analyse/rule_evidence.h"
#include "engine/decide/decide.h"
#include "engine/decide/looks.h"
#include "engine/look.h"

namespace converge {
namespace {

constexpr const char* kCheckpointName = "ledger";

Result<Ledger> restored_ledger(Store& store, const LedgerOptions& options) {
  auto checkpoint = store.checkpoints().load(kCheckpointName);
  if (!checkpoint) return checkpoint.error();
  const auto last = store.events().last();
  if (!last) return last.error();
  if (*checkpoint) {
    Result<Ledger> ledger = Ledger::decode((*checkpoint)->bytes, store.events(), options);
    if (ledger && raw(ledger->cursor()) <= raw(*last)) return ledger;
    log::warning("the ledger's checkpoint cannot be used, the log is folded from its start: " +
                 (ledger ? std::string("it is ahead of the log") : ledger.error().message));
  }
  return Ledger(store.events(), options);
}

}  // namespace

Result<std::unique_ptr<Ticker>> Ticker::open(Store& store, CatalogKeeper& keeper,
                                             const EngineOptions& options) {
  Result<Ledger> ledger = restored_ledger(store, options.ledger);
  if (!ledger) return ledger.error();
  return std::unique_ptr<Ticker>(new Ticker(store, keeper, options, *std::move(ledger)));
}

Status Ticker::tick(Time clock_now) {
  if (Status fresh = keeper_.refresh(); !fresh) return fresh;
  // A clock that was set back: the ledger waits until it has caught up.
  const Time now = std::max(clock_now, ledger_.look_time());
  Status turned = turn(now);
  // Another writer came first: its catalog is read and the decision taken again at the next tick.
  if (!turned && turned.error().code == Errc::kConflict) return {};
  return turned;
}

Status Ticker::turn(Time now) {
  if (Status started = start_waiting(now); !started) return started;
  const Result<LogSeq> cursor = store_.events().last();
  if (!cursor) return cursor.error();
  const Result<std::vector<Due>> due = due_looks(keeper_.snapshot(), now);
  if (!due) return due.error();
  for (const Due& look : *due) {
    if (Status looked = scheduled_look(look, *cursor, now); !looked) return looked;
  }
  const CatalogSnapshot snapshot = keeper_.snapshot();
  if (Status read = ledger_.advance(*snapshot.catalog, *cursor, now); !read) return read;
  publish(snapshot);
  if (Status looked = look_at_all(snapshot, now); !looked) return looked;
  if (!saved_at_) saved_at_ = now;
  if (now - *saved_at_ < options_.checkpoint_every) return {};
  saved_at_ = now;
  return save_checkpoint();
}

Status Ticker::save_checkpoint() {
  return store_.checkpoints().save(kCheckpointName, {ledger_.cursor(), ledger_.encode()});
}

std::optional<Evidence> Ticker::evidence(const ExperimentKey& key) const {
  std::shared_ptr<const Newest> newest;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = newest_.find(key);
    if (found == newest_.end()) return std::nullopt;
    newest = found->second;
  }
  return analyse(*newest->catalog->find(key), newest->moments,
                 {newest->catalog->definitions_version(), options_.health});
}

/// Drafts whose files say running since a time that has come.
Status Ticker::start_waiting(Time now) {
  const CatalogSnapshot snapshot = keeper_.snapshot();
  for (const ExperimentEntry& entry : snapshot.catalog->experiments) {
    const ExperimentDefinition& definition = entry.definition;
    const bool is_waiting = entry.state == ExperimentState::kDraft &&
                            definition.status == DeclaredStatus::kRunning && definition.start_at &&
                            *definition.start_at <= now;
    if (!is_waiting) continue;
    Action start;
    start.experiment = definition.key;
    start.actor = "converge";
    const Result<Transition> started = act(*keeper_.snapshot().catalog, start, now);
    if (!started) {
      log::warning("cannot start at start_at: " + started.error().message);
      continue;
    }
    if (Status stored = keeper_.commit(started->next, {&started->audit, 1}, std::nullopt);
        !stored) {
      return stored;
    }
  }
  return {};
}

std::optional<Ticker::Subject> Ticker::subject_of(const Catalog& catalog,
                                                  const ExperimentEntry& entry) {
  if (entry.holdback_of) {
    const ExperimentEntry* parent = catalog.find(*entry.holdback_of);
    if (entry.current_phase() == nullptr || parent == nullptr) return std::nullopt;
    return Subject{&entry, parent};
  }
  const bool is_ramping_unpaired =
      entry.state == ExperimentState::kRamping && entry.promotion && !entry.promotion->holdback_old;
  if (entry.state == ExperimentState::kRunning || is_ramping_unpaired) {
    return Subject{&entry, &entry};
  }
  return std::nullopt;
}

Result<LookHistory*> Ticker::history_of(const ExperimentEntry& measured) {
  const ExperimentKey& key = measured.definition.key;
  auto found = histories_.find(key);
  if (found == histories_.end() || !found->second.is_of(measured)) {
    Result<LookHistory> loaded = LookHistory::load(store_.control(), measured);
    if (!loaded) return loaded.error();
    found = histories_.insert_or_assign(key, *std::move(loaded)).first;
  }
  return &found->second;
}

Result<std::vector<Ticker::Due>> Ticker::due_looks(const CatalogSnapshot& snapshot, Time now) {
  std::vector<Due> due;
  for (const ExperimentEntry& entry : snapshot.catalog->experiments) {
    if (!subject_of(*snapshot.catalog, entry)) continue;
    const Result<LookHistory*> history = history_of(entry);
    if (!history) return history.error();
    const auto look = due_look(entry, snapshot.zone, (*history)->scheduled_until(), now);
    if (!look) continue;
    due.push_back({look->time, look->missed > 0 ? LookKind::kScheduledLate : LookKind::kScheduled,
                   entry.definition.key});
  }
  // The ledger cannot go back in time.
  std::sort(due.begin(), due.end(), [](const Due& a, const Due& b) {
    return std::tie(a.time, a.measured) < std::tie(b.time, b.measured);
  });
  return due;
}

Status Ticker::scheduled_look(const Due& due, LogSeq cursor, Time now) {
  const CatalogSnapshot snapshot = keeper_.snapshot();
  const ExperimentEntry* entry = snapshot.catalog->find(due.measured);
  const std::optional<Subject> subject =
      entry == nullptr ? std::nullopt : subject_of(*snapshot.catalog, *entry);
  if (!subject) return {};
  StoredLook look;
  look.kind = due.kind;
  if (due.time >= ledger_.look_time()) {
    if (Status read = ledger_.advance(*snapshot.catalog, cursor, due.time); !read) return read;
    const ExperimentMoments* moments = ledger_.moments(due.measured);
    if (moments == nullptr) return {};
    look.evidence =
        analyse(*entry, *moments, {snapshot.catalog->definitions_version(), options_.health});
  } else {
    // Started in the past (imports): the ledger has been beyond this look already.
    Result<Evidence> past = look_at(store_.events(), *snapshot.catalog, due.measured, due.time,
                                    options_.ledger, options_.health);
    if (!past) return past.error();
    look.evidence = *std::move(past);
  }
  return judge(*subject, std::move(look), snapshot.zone, now);
}

void Ticker::publish(const CatalogSnapshot& snapshot) {
  std::map<ExperimentKey, std::shared_ptr<const Newest>> newest;
  for (const ExperimentEntry& entry : snapshot.catalog->experiments) {
    const ExperimentMoments* moments = ledger_.moments(entry.definition.key);
    if (moments == nullptr) continue;
    newest[entry.definition.key] =
        std::make_shared<const Newest>(Newest{snapshot.catalog, *moments});
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  newest_.swap(newest);
}

Status Ticker::look_at_all(const CatalogSnapshot& snapshot, Time now) {
  const AnalysisContext context{snapshot.catalog->definitions_version(), options_.health};
  for (const ExperimentEntry& entry : snapshot.catalog->experiments) {
    const std::optional<Subject> subject = subject_of(*snapshot.catalog, entry);
    const ExperimentMoments* moments = ledger_.moments(entry.definition.key);
    if (!subject || moments == nullptr) continue;
    StoredLook look;
    look.kind = LookKind::kTick;
    look.evidence = rule_evidence(entry, *moments, context);
    if (Status judged = judge(*subject, std::move(look), snapshot.zone, now); !judged) {
      return judged;
    }
  }
  return {};
}

bool Ticker::may_act(const Subject& subject, const StoredLook& look, const TimeZone& zone,
                     const LookHistory& history) const {
  const ExperimentDefinition& definition = subject.acting->definition;
  if (options_.automation != Automation::kAct || !definition.decision) return false;
  const bool is_external = definition.assignment == AssignmentSource::kExternal;
  switch (look.decision.kind) {
    case DecisionKind::kKeepRunning:
    case DecisionKind::kBlocked:
      return false;
    case DecisionKind::kPromote:
      if (is_external || definition.decision->on_ship.action == ShipAction::kRecommend)
        return false;
      break;
    case DecisionKind::kRollBack:
      // Where other software assigns, a rollback here would change nothing and look as if it did.
      if (is_external || definition.decision->on_guardrail_breach == BreachAction::kRecommend) {
        return false;
      }
      break;
    case DecisionKind::kInconclusive:
    case DecisionKind::kNextStep:
    case DecisionKind::kFinish:
      break;
  }
  return !history.was_undone(look.decision, *subject.acting, zone);
}

Status Ticker::judge(const Subject& subject, StoredLook look, const TimeZone& zone, Time now) {
  const ExperimentEntry& acting = *subject.acting;
  DecisionContext context;
  context.state = acting.state;
  context.look = look.kind;
  context.calendar = calendar_facts(acting, zone, look.evidence.look_time);
  if (acting.promotion) {
    context.winner =
        acting.definition.variants[static_cast<std::size_t>(acting.promotion->winner)].key;
  }
  look.decision = decide(look.evidence, acting.definition, context);
  const Result<LookHistory*> history = history_of(*subject.measured);
  if (!history) return history.error();

  std::optional<Transition> transition;
  if (may_act(subject, look, zone, **history)) {
    const std::shared_ptr<const Catalog> present = keeper_.snapshot().catalog;
    const ExperimentEntry* unchanged = present->find(acting.definition.key);
    if (unchanged == nullptr || !(*unchanged == acting)) return {};  // somebody acted meanwhile
    Result<Transition> enacted = enact(*present, acting.definition.key, look.decision, now);
    if (enacted) {
      transition = *std::move(enacted);
    } else {
      log::warning("cannot act on a decision: " + enacted.error().message);
    }
  }
  look.acted = transition.has_value();
  if (look.kind == LookKind::kTick) {
    if (!look.acted && !(*history)->is_news(look)) return {};
    // What is kept is the whole evidence, not only what the rule read.
    const ExperimentMoments* moments = ledger_.moments(subject.measured->definition.key);
    look.evidence =
        analyse(*subject.measured, *moments, {look.evidence.definitions_version, options_.health});
  }
  if (transition) {
    if (Status stored = keeper_.commit(transition->next, {&transition->audit, 1}, look); !stored) {
      return stored;
    }
  } else if (const auto stored = store_.control().record_look(look); !stored) {
    return stored.error();
  }
  (*history)->add(look);
  return {};
}

}  // namespace converge
