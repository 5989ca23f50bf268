#include "engine/promote/transition.h"

#include <fmt/format.h>

#include "engine/promote/phases.h"
#include "engine/promote/promotion.h"

namespace converge {
namespace {

/// The engine's own name in the audit log.
constexpr const char* kEngineActor = "converge";

/// All extensions of one experiment together.
constexpr int kExtendedDaysMax = 3650;

Error forbidden(const ExperimentEntry& entry, const std::string& what, const std::string& allowed) {
  return {Errc::kConflict,
          fmt::format("{}: {}: the experiment is {}, expected {}", entry.definition.key.str(), what,
                      name_of(entry.state), allowed)};
}

Result<const ExperimentEntry*> experiment_of(const Catalog& catalog, const ExperimentKey& key) {
  const ExperimentEntry* entry = catalog.find(key);
  if (entry == nullptr) {
    return Error{Errc::kNotFound, fmt::format("experiment: there is no '{}'", key.str())};
  }
  if (entry->holdback_of) {
    return Error{Errc::kConflict,
                 fmt::format("{}: a holdback pair follows its experiment, expected an action on "
                             "'{}'",
                             key.str(), entry->holdback_of->str())};
  }
  return entry;
}

bool is_assigned(const ExperimentEntry& entry) {
  return entry.current_phase() != nullptr;
}

bool is_promoting(const ExperimentEntry& entry) {
  return entry.state == ExperimentState::kRamping || entry.state == ExperimentState::kWatching;
}

Transition transition(const Catalog& present, Catalog next, const Action& action, const char* name,
                      std::string detail, Time now) {
  Transition result;
  result.next = next_version(std::move(next), present, now);
  result.audit.at = now;
  result.audit.actor = action.actor;
  result.audit.action = name;
  result.audit.experiment = action.experiment;
  result.audit.before = present.version;
  result.audit.after = result.next.version;
  result.audit.detail = std::move(detail);
  if (!action.note.empty()) result.audit.detail += " (" + action.note + ")";
  return result;
}

Result<Transition> start(const Catalog& present, const ExperimentEntry& entry, const Action& action,
                         Time now) {
  if (entry.state != ExperimentState::kDraft) {
    return forbidden(entry, "start",
                     "a draft (a stopped experiment starts anew by `phase: next` in its file)");
  }
  Catalog next = present;
  ExperimentEntry& started = *find_entry(next, action.experiment);
  const ExperimentDefinition& definition = started.definition;
  // A start that was written down keeps its written time; a native one in the past is only that of
  // a tick's delay.
  const bool is_written = definition.start_at && *definition.start_at <= now &&
                          (definition.status == DeclaredStatus::kRunning || !is_native(entry));
  const Time begin = is_written ? *definition.start_at : now;
  if (const Status status = start_randomisation(next, started, begin); !status) {
    return status.error();
  }
  if (const auto clash = live_clash(next)) return Error{Errc::kConflict, *clash};
  return transition(present, std::move(next), action, "start", "phase 1 begins", now);
}

Result<Transition> promote(const Catalog& present, const ExperimentEntry& entry,
                           const Action& action, Time now) {
  const bool is_open = entry.state == ExperimentState::kRunning ||
                       (entry.state == ExperimentState::kInconclusive && is_assigned(entry));
  if (!is_open) return forbidden(entry, "promote", "a running experiment");
  if (!is_native(entry)) {
    return Error{Errc::kConflict,
                 fmt::format("{}: promote: with `assignment: external` other software assigns, "
                             "expected the winner to be promoted there",
                             entry.definition.key.str())};
  }
  const int winner = action.variant ? entry.variant_index(*action.variant) : kNoVariant;
  if (winner <= 0) {
    std::string names;
    for (std::size_t i = 1; i < entry.definition.variants.size(); ++i) {
      names += (i > 1 ? ", " : "") + entry.definition.variants[i].key.str();
    }
    return Error{Errc::kInvalidArgument,
                 fmt::format("{}: variant: '{}' cannot be promoted, expected one of: {}",
                             entry.definition.key.str(),
                             action.variant ? action.variant->str() : "", names)};
  }
  Catalog next = present;
  Result<std::string> detail = begin_promotion(next, action.experiment, winner, now);
  if (!detail) return detail.error().within(entry.definition.key.str());
  return transition(present, std::move(next), action, "promote", *std::move(detail), now);
}

Result<Transition> roll_back(const Catalog& present, const ExperimentEntry& entry,
                             const Action& action, Time now) {
  if (!is_live(entry)) return forbidden(entry, "rollback", "one that serves a variant");
  Catalog next = present;
  end_experiment(next, action.experiment, ExperimentState::kRolledBack, now);
  return transition(present, std::move(next), action, "rollback", "everyone gets the control", now);
}

Result<Transition> kill(const Catalog& present, const ExperimentEntry& entry, const Action& action,
                        Time now) {
  if (!is_live(entry)) return forbidden(entry, "kill", "one that serves a variant");
  Catalog next = present;
  end_experiment(next, action.experiment, ExperimentState::kStopped, now);
  return transition(present, std::move(next), action, "kill", "everyone gets the control", now);
}

Status check_enrolment_change(const ExperimentEntry& entry, const char* verb) {
  if (entry.state != ExperimentState::kRunning || !is_assigned(entry)) {
    return forbidden(entry, verb, "a running experiment");
  }
  const bool is_sticky = is_native(entry) && entry.definition.sticky;
  if (is_sticky) return {};
  return Error{Errc::kConflict,
               fmt::format("{}: {}: members keep their variant by sticky documents, and the "
                           "experiment was started without, expected `sticky: true` from the start "
                           "(or the action kill)",
                           entry.definition.key.str(), verb)};
}

Result<Transition> pause_enrolment(const Catalog& present, const ExperimentEntry& entry,
                                   const Action& action, Time now) {
  if (const Status status = check_enrolment_change(entry, "pause-enrolment"); !status) {
    return status.error();
  }
  if (entry.enrolment != Enrolment::kOpen) {
    return forbidden(entry, "pause-enrolment",
                     std::string("one whose enrolment is open, not ") + name_of(entry.enrolment));
  }
  Catalog next = present;
  find_entry(next, action.experiment)->enrolment = Enrolment::kPaused;
  return transition(present, std::move(next), action, "pause-enrolment",
                    "nobody new comes in, members keep their variant", now);
}

Result<Transition> resume_enrolment(const Catalog& present, const ExperimentEntry& entry,
                                    const Action& action, Time now) {
  if (entry.enrolment != Enrolment::kPaused) {
    return forbidden(entry, "resume-enrolment", "one whose enrolment is paused");
  }
  Catalog next = present;
  find_entry(next, action.experiment)->enrolment = Enrolment::kOpen;
  return transition(present, std::move(next), action, "resume-enrolment", "new units come in", now);
}

Result<Transition> freeze(const Catalog& present, const ExperimentEntry& entry,
                          const Action& action, Time now) {
  if (const Status status = check_enrolment_change(entry, "freeze"); !status) {
    return status.error();
  }
  if (entry.enrolment == Enrolment::kFrozen) {
    return forbidden(entry, "freeze", "one that is not frozen yet");
  }
  Catalog next = present;
  ExperimentEntry& frozen = *find_entry(next, action.experiment);
  frozen.enrolment = Enrolment::kFrozen;
  frozen.phases.back().frozen_at = std::max(now, frozen.phases.back().start);
  return transition(present, std::move(next), action, "freeze",
                    "nobody new comes in, later exposures do not count, open windows go on", now);
}

/// Every unit starts anew under a new seed; earlier outcomes do not count, the previous variant is
/// a stratum.
Result<Transition> restart(const Catalog& present, const ExperimentEntry& entry,
                           const Action& action, Time now) {
  const bool is_allowed = is_assigned(entry) || entry.state == ExperimentState::kStopped ||
                          entry.state == ExperimentState::kRolledBack ||
                          entry.state == ExperimentState::kInconclusive;
  if (!is_allowed) {
    return forbidden(entry, "restart", "a running one or one that ended without a winner");
  }
  Catalog next = present;
  ExperimentEntry& restarted = *find_entry(next, action.experiment);
  const bool was_assigned = is_assigned(restarted);
  close_phase(restarted, now);
  if (was_assigned) record_move(restarted, now);
  if (const Status status = start_randomisation(next, restarted, now); !status) {
    return status.error();
  }
  if (const auto clash = live_clash(next)) return Error{Errc::kConflict, *clash};
  const Phase& phase = find_entry(next, action.experiment)->phases.back();
  std::string detail = fmt::format("randomisation {} begins with seed '{}'", phase.randomisation,
                                   phase.effective_seed);
  return transition(present, std::move(next), action, "restart", std::move(detail), now);
}

Result<Transition> extend(const Catalog& present, const ExperimentEntry& entry,
                          const Action& action, Time now) {
  if (action.days < 1 || action.days > kExtendedDaysMax - entry.extended_days) {
    return Error{
        Errc::kInvalidArgument,
        fmt::format("{}: days: {} is out of range, expected 1 to {}", entry.definition.key.str(),
                    action.days, kExtendedDaysMax - entry.extended_days)};
  }
  if (!entry.definition.decision) {
    return Error{Errc::kConflict, fmt::format("{}: extend: there is no decision rule whose "
                                              "max_days could be extended",
                                              entry.definition.key.str())};
  }
  const bool is_open = entry.state == ExperimentState::kRunning ||
                       (entry.state == ExperimentState::kInconclusive && is_assigned(entry));
  if (!is_open) return forbidden(entry, "extend", "a running experiment");
  Catalog next = present;
  ExperimentEntry& extended = *find_entry(next, action.experiment);
  extended.extended_days += action.days;
  extended.state = ExperimentState::kRunning;
  return transition(
      present, std::move(next), action, "extend",
      fmt::format("max_days {} + {}", entry.definition.decision->max_days, extended.extended_days),
      now);
}

Result<Transition> conclude(const Catalog& present, const ExperimentEntry& entry,
                            const Action& action, Time now) {
  if (entry.state == ExperimentState::kConcluded) {
    return forbidden(entry, "conclude", "one that is not concluded yet");
  }
  Catalog next = present;
  end_experiment(next, action.experiment, ExperimentState::kConcluded, now);
  return transition(present, std::move(next), action, "conclude",
                    "archived: the flag falls to its default", now);
}

Result<Transition> expire(const Catalog& present, const ExperimentEntry& entry,
                          const Action& action, Time now) {
  if (entry.state != ExperimentState::kRunning || !entry.definition.decision) {
    return forbidden(entry, "inconclusive", "a running experiment with a decision rule");
  }
  Catalog next = present;
  if (entry.definition.decision->on_expiry == ExpiryAction::kKeepControl) {
    end_experiment(next, action.experiment, ExperimentState::kInconclusive, now);
    return transition(present, std::move(next), action, "inconclusive", "everyone gets the control",
                      now);
  }
  find_entry(next, action.experiment)->state = ExperimentState::kInconclusive;
  return transition(present, std::move(next), action, "inconclusive",
                    "assignment stays as it is until people decide", now);
}

}  // namespace

Result<Transition> enact(const Catalog& present, const ExperimentKey& key, const Decision& decision,
                         Time now) {
  const Result<const ExperimentEntry*> found = experiment_of(present, key);
  if (!found) return found.error();
  const ExperimentEntry& entry = **found;
  Action action;
  action.experiment = key;
  action.variant = decision.variant;
  action.actor = kEngineActor;
  action.note = decision.rule + ": " + decision.reason;
  Catalog next = present;
  switch (decision.kind) {
    case DecisionKind::kKeepRunning:
    case DecisionKind::kBlocked:
      break;
    case DecisionKind::kPromote:
      if (entry.state != ExperimentState::kRunning) {
        return forbidden(entry, "promote", "a running experiment");
      }
      return promote(present, entry, action, now);
    case DecisionKind::kRollBack:
      if (entry.state != ExperimentState::kRunning && !is_promoting(entry)) {
        return forbidden(entry, "rollback", "a running, ramping or watching experiment");
      }
      return roll_back(present, entry, action, now);
    case DecisionKind::kInconclusive:
      return expire(present, entry, action, now);
    case DecisionKind::kNextStep: {
      if (entry.state != ExperimentState::kRamping) {
        return forbidden(entry, "next step", "a ramping experiment");
      }
      std::string detail = advance_promotion(next, key, now);
      return transition(present, std::move(next), action, "next-step", std::move(detail), now);
    }
    case DecisionKind::kFinish: {
      if (entry.state != ExperimentState::kWatching) {
        return forbidden(entry, "finish", "a watching experiment");
      }
      std::string detail = finish_promotion(next, key, now);
      return transition(present, std::move(next), action, "finish", std::move(detail), now);
    }
  }
  return Error{Errc::kConflict,
               fmt::format("{}: '{}' is no decision to act on", key.str(), name_of(decision.kind))};
}

Result<Transition> act(const Catalog& present, const Action& action, Time now) {
  const Result<const ExperimentEntry*> found = experiment_of(present, action.experiment);
  if (!found) return found.error();
  const ExperimentEntry& entry = **found;
  switch (action.kind) {
    case ActionKind::kStart:
      return start(present, entry, action, now);
    case ActionKind::kPromote:
      return promote(present, entry, action, now);
    case ActionKind::kRollback:
      return roll_back(present, entry, action, now);
    case ActionKind::kKill:
      return kill(present, entry, action, now);
    case ActionKind::kPauseEnrolment:
      return pause_enrolment(present, entry, action, now);
    case ActionKind::kResumeEnrolment:
      return resume_enrolment(present, entry, action, now);
    case ActionKind::kFreeze:
      return freeze(present, entry, action, now);
    case ActionKind::kRestart:
      return restart(present, entry, action, now);
    case ActionKind::kExtend:
      return extend(present, entry, action, now);
    case ActionKind::kConclude:
      return conclude(present, entry, action, now);
    case ActionKind::kUndo:
      break;
  }
  return Error{Errc::kInvalidArgument, "action: undo needs the catalog before the last action"};
}

}  // namespace converge
