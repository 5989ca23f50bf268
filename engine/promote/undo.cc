#include <fmt/format.h>

#include "engine/promote/apply_checks.h"
#include "engine/promote/enrolment.h"
#include "engine/promote/phases.h"
#include "engine/promote/transition.h"

namespace converge {
namespace {

bool same_stretch(const Phase* a, const Phase* b) {
  return a != nullptr && b != nullptr && a->effective_seed == b->effective_seed &&
         a->randomisation == b->randomisation && a->allocation == b->allocation &&
         a->condition == b->condition && a->declared_weights == b->declared_weights &&
         a->filters == b->filters && a->frozen_at == b->frozen_at;
}

/// Time never runs backwards: what ended stays ended, and a stretch that comes back is a new phase
/// of its randomisation.
void restore_experiment(const ExperimentEntry& was, ExperimentEntry& entry, Time now) {
  const ExperimentEntry before = entry;
  entry.state = was.state;
  entry.enrolment = was.enrolment;
  entry.promotion = was.promotion;
  entry.extended_days = was.extended_days;
  entry.started_at = was.started_at;
  // The hold and the days of the holdback are watched again, else the undone step would come back
  // at once.
  if (entry.promotion) entry.promotion->step_started_at = now;
  if (was.state == ExperimentState::kDraft && !entry.phases.empty()) {
    // Who met a variant met it: a start is undone by stopping.
    entry.state = ExperimentState::kStopped;
    entry.started_at = before.started_at;
  }
  const Phase* was_open = was.current_phase();
  if (same_stretch(was_open, entry.current_phase())) return;
  close_phase(entry, now);
  ExperimentEntry restored = entry;
  if (was_open != nullptr) open_phase(restored, *was_open, now);
  // A move must be known before the new phase opens, and depends on what it serves.
  if (moves_members(before, restored)) record_move(entry, now);
  if (was_open != nullptr) open_phase(entry, *was_open, now);
}

/// The pair as it was measured in `was`; a pair that only `entry` knows ends.
void restore_pair(const ExperimentEntry* was, ExperimentEntry& entry, Time now) {
  const Phase* was_open = was != nullptr ? was->current_phase() : nullptr;
  if (same_stretch(was_open, entry.current_phase())) return;
  if (entry.current_phase() != nullptr) {
    close_phase(entry, now);
    record_move(entry, now);
    entry.state = ExperimentState::kConcluded;
  }
  if (was_open == nullptr) return;
  entry.state = was->state;
  entry.started_at = was->started_at;
  open_phase(entry, *was_open, now);
}

/// Concluding gave them away; others may hold them by now.
Status take_segments_back(const Catalog& catalog, const ExperimentEntry& was,
                          ExperimentEntry& entry) {
  if (!entry.definition.layer || covers(entry.segments, was.segments)) return {};
  const BucketRanges free = free_segments(catalog, *entry.definition.layer, entry.definition.key);
  if (!covers(free, was.segments)) {
    return Error{Errc::kConflict,
                 fmt::format("{}: undo: its segments of layer '{}' were given to another "
                             "experiment since, expected a new start by `phase: next`",
                             entry.definition.key.str(), entry.definition.layer->str())};
  }
  entry.segments = was.segments;
  return {};
}

Status check_undo(const ExperimentEntry& was, const ExperimentEntry& entry) {
  const std::string& key = entry.definition.key.str();
  DefinitionDiff diff = diff_definition(was, entry.definition);
  std::vector<std::string> edits = diff.reshuffling;
  edits.insert(edits.end(), diff.reallocating.begin(), diff.reallocating.end());
  edits.insert(edits.end(), diff.rule.begin(), diff.rule.end());
  if (was.definition.status != entry.definition.status) edits.emplace_back("status");
  if (!edits.empty()) {
    return Error{Errc::kConflict,
                 fmt::format("{}: undo: the definition was changed since ({}), expected the change "
                             "to be taken back first",
                             key, listed(edits))};
  }
  if (!was.phases.empty() && was.phases.back().randomisation != entry.phases.back().randomisation) {
    return Error{Errc::kConflict,
                 fmt::format("{}: undo: the experiment was started anew since", key)};
  }
  return {};
}

}  // namespace

Result<Transition> undo(const Catalog& present, const Catalog& before, const Action& action,
                        Time now) {
  const ExperimentKey& key = action.experiment;
  const ExperimentEntry* was = before.find(key);
  if (present.find(key) == nullptr || was == nullptr) {
    return Error{Errc::kNotFound,
                 fmt::format("experiment: there is no '{}' before its last action", key.str())};
  }
  Catalog next = present;
  ExperimentEntry& entry = *find_entry(next, key);
  if (entry.holdback_of) {
    return Error{Errc::kConflict, fmt::format("{}: a holdback pair follows its experiment, "
                                              "expected an action on '{}'",
                                              key.str(), entry.holdback_of->str())};
  }
  if (const Status allowed = check_undo(*was, entry); !allowed) return allowed.error();
  if (const Status taken = take_segments_back(next, *was, entry); !taken) return taken.error();
  const ExperimentState undone = entry.state;
  restore_experiment(*was, entry, now);
  if (ExperimentEntry* pair = find_entry(next, holdback_key(key))) {
    restore_pair(before.find(holdback_key(key)), *pair, now);
  }
  if (const auto clash = live_clash(next)) return Error{Errc::kConflict, *clash};

  Transition result;
  AuditEntry& audit = result.audit;
  audit.at = now;
  audit.actor = action.actor;
  audit.action = "undo";
  audit.experiment = key;
  audit.before = present.version;
  audit.detail = fmt::format("{} -> {}, as in version {}", name_of(undone), name_of(entry.state),
                             before.definitions_version());
  if (!action.note.empty()) audit.detail += " (" + action.note + ")";
  result.next = next_version(std::move(next), present, now);
  audit.after = result.next.version;
  return result;
}

}  // namespace converge
