#include "engine/promote/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "engine/assign/ranges.h"
#include "engine/promote/apply_checks.h"
#include "engine/promote/enrolment.h"
#include "engine/promote/phases.h"
#include "engine/promote/plan_settings.h"
#include "engine/promote/plan_words.h"
#include "engine/promote/promotion.h"

namespace converge {
namespace {

using Kind = PlannedChange::Kind;

bool is_reserved(const ExperimentKey& key) {
  const std::string suffix = holdback_key(ExperimentKey()).str();
  return key.str().size() >= suffix.size() &&
         key.str().compare(key.str().size() - suffix.size(), suffix.size(), suffix) == 0;
}

/// The rule still reads evidence; afterwards the metrics stay what it read.
bool is_rule_running(const ExperimentEntry& entry) {
  return is_live(entry) && entry.state != ExperimentState::kPromoted;
}

/// Over without a winner: a new start is possible.
bool is_over(const ExperimentEntry& entry) {
  return entry.state == ExperimentState::kStopped || entry.state == ExperimentState::kRolledBack ||
         entry.state == ExperimentState::kInconclusive;
}

bool asks_for_next_phase(const ExperimentEntry& entry, const ExperimentDefinition& wanted) {
  return wanted.reshuffle && !entry.definition.reshuffle;
}

std::vector<double> weights_of(const ExperimentDefinition& definition) {
  std::vector<double> weights;
  for (const VariantDefinition& variant : definition.variants) weights.push_back(variant.weight);
  return weights;
}

/// Of the members of `before`, those who have another variant or none in `after`.
double moved_share_of(const Phase& before, const Phase& after) {
  const double kept = 1 - excluded_share(before.filters, after.filters);
  Allocation present = before.allocation;
  present.variants.resize(after.allocation.variants.size());
  return 1 - kept * (1 - moved_share(present, after.allocation));
}

/// One comparison of files with a catalog. Refusals are collected, so that one run names them all.
class Planner {
 public:
  Planner(const Catalog& present, const Definitions& wanted, Time now)
      : present_(present), wanted_(wanted), now_(now), next_(present) {}

  Result<CatalogPlan> run() {
    for (const std::string& line : refused_settings(present_, wanted_)) {
      refuse(Errc::kConflict, line);
    }
    next_.definitions = wanted_;
    changes_ = plan_settings(present_.definitions, wanted_);
    if (auto change = plan_holdout(present_.definitions.holdout, next_, now_)) {
      changes_.push_back(*std::move(change));
    }
    for (const ExperimentDefinition& definition : wanted_.experiments) {
      plan_experiment(definition);
    }
    plan_missing();
    if (const auto clash = live_clash(next_)) refuse(Errc::kConflict, *clash);
    if (!refusals_.empty()) return refusal();
    return CatalogPlan{next_version(std::move(next_), present_, now_), std::move(changes_)};
  }

 private:
  void plan_experiment(const ExperimentDefinition& wanted);
  void plan_missing();

  void add(const ExperimentDefinition& wanted, std::vector<MetricDefinition> metrics);
  void edit_draft(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                  std::vector<MetricDefinition> metrics);
  void edit_running(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                    std::vector<MetricDefinition> metrics);
  void edit_other(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                  const std::vector<MetricDefinition>& metrics);
  void start_if_wanted(ExperimentEntry& entry, bool was_waiting);
  void start_anew(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                  std::vector<MetricDefinition> metrics);
  void reallocate(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                  const std::vector<std::string>& paths);
  Status allocate(ExperimentEntry& entry, const ExperimentDefinition& wanted, Phase& phase);
  void stop(ExperimentEntry& entry);
  void edit_freely(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                   const DefinitionDiff& diff, std::vector<MetricDefinition> metrics);
  bool refuse_rule_edits(const ExperimentEntry& entry, const ExperimentDefinition& wanted,
                         const DefinitionDiff& diff, const std::vector<MetricDefinition>& metrics);

  void change(Kind kind, const std::string& subject, std::string detail, double moved = 0) {
    changes_.push_back({kind, subject, std::move(detail), moved});
  }
  void refuse(Errc code, std::string line) { refusals_.push_back({code, std::move(line)}); }
  void refuse(const ExperimentEntry& entry, const std::string& path, const std::string& why) {
    refuse(Errc::kConflict,
           fmt::format("{}: {}: the experiment is {}: {}", entry.definition.key.str(), path,
                       name_of(entry.state), why));
  }
  Error refusal() const {
    Error all{Errc::kInvalidArgument, ""};
    for (const Error& one : refusals_) {
      if (one.code != Errc::kInvalidArgument) all.code = Errc::kConflict;
      all.message += (all.message.empty() ? "" : "\n") + one.message;
    }
    return all;
  }

  const Catalog& present_;
  const Definitions& wanted_;
  Time now_;
  Catalog next_;
  std::vector<PlannedChange> changes_;
  std::vector<Error> refusals_;
};

void Planner::plan_experiment(const ExperimentDefinition& wanted) {
  if (is_reserved(wanted.key)) {
    return refuse(Errc::kInvalidArgument,
                  wanted.key.str() +
                      ": key: names ending in '--holdback' are reserved for holdback "
                      "pairs, expected another name");
  }
  Result<std::vector<MetricDefinition>> metrics = metrics_of(wanted, wanted_);
  if (!metrics) {
    return refuse(metrics.error().code, metrics.error().within(wanted.key.str()).message);
  }
  ExperimentEntry* entry = find_entry(next_, wanted.key);
  if (entry == nullptr) return add(wanted, *std::move(metrics));
  const bool reads_metrics = entry->state == ExperimentState::kDraft || is_rule_running(*entry);
  if (entry->definition == wanted && (!reads_metrics || entry->metrics == *metrics)) return;
  if (entry->state == ExperimentState::kDraft) {
    edit_draft(*entry, wanted, *std::move(metrics));
  } else if (entry->state == ExperimentState::kRunning) {
    edit_running(*entry, wanted, *std::move(metrics));
  } else {
    edit_other(*entry, wanted, *metrics);
  }
}

void Planner::plan_missing() {
  for (const ExperimentEntry& entry : present_.experiments) {
    const ExperimentKey& key = entry.definition.key;
    if (entry.holdback_of || wanted_.find(key) != nullptr) continue;
    if (entry.state != ExperimentState::kConcluded) {
      refuse(entry, "missing from the files",
             "expected its definition to stay until it is concluded");
    } else if (present_.definitions.find(key) != nullptr) {
      change(Kind::kChange, key.str(), "leaves the files; its results stay");
    }
  }
}

void Planner::add(const ExperimentDefinition& wanted, std::vector<MetricDefinition> metrics) {
  ExperimentEntry entry;
  entry.definition = wanted;
  entry.metrics = std::move(metrics);
  entry.post_hoc.assign(wanted.metrics.size(), false);
  change(Kind::kNew, wanted.key.str(), fmt::format("{} variants", wanted.variants.size()));
  start_if_wanted(entry, false);
  put_entry(next_, std::move(entry));
}

void Planner::edit_draft(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                         std::vector<MetricDefinition> metrics) {
  const bool was_waiting = entry.definition.status == DeclaredStatus::kRunning &&
                           entry.definition.start_at == wanted.start_at;
  entry.definition = wanted;
  entry.metrics = std::move(metrics);
  entry.post_hoc.assign(wanted.metrics.size(), false);
  change(Kind::kChange, wanted.key.str(), "the draft changes");
  start_if_wanted(entry, was_waiting);
}

void Planner::start_if_wanted(ExperimentEntry& entry, bool was_waiting) {
  const ExperimentDefinition& definition = entry.definition;
  if (definition.status != DeclaredStatus::kRunning) return;
  const std::string& key = definition.key.str();
  if (definition.start_at && *definition.start_at > now_) {
    return change(Kind::kStart, key, "starts at " + format_rfc3339(*definition.start_at));
  }
  if (definition.start_at && *definition.start_at < now_ && is_native(entry) && !was_waiting) {
    return refuse(Errc::kInvalidArgument,
                  fmt::format("{}: start_at: {} is in the past, expected {} or later (only "
                              "`assignment: external` starts in the past)",
                              key, format_rfc3339(*definition.start_at), format_rfc3339(now_)));
  }
  if (const Status started = start_randomisation(next_, entry, definition.start_at.value_or(now_));
      !started) {
    return refuse(started.error().code, started.error().message);
  }
  change(Kind::kStart, key,
         fmt::format("running since {} with weights {} and traffic {}{}",
                     format_rfc3339(*entry.started_at), weights_text(definition),
                     share_text(definition.traffic), layer_text(entry)));
}

void Planner::edit_running(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                           std::vector<MetricDefinition> metrics) {
  const DefinitionDiff diff = diff_definition(entry, wanted);
  if (wanted.status == DeclaredStatus::kDraft &&
      entry.definition.status != DeclaredStatus::kDraft) {
    return refuse(entry, "status", "it cannot be a draft again, expected running or stopped");
  }
  const bool stops = wanted.status == DeclaredStatus::kStopped &&
                     entry.definition.status != DeclaredStatus::kStopped;
  const bool anew =
      wanted.reshuffle && (asks_for_next_phase(entry, wanted) || !diff.reshuffling.empty());
  if (anew && !stops) return start_anew(entry, wanted, std::move(metrics));
  bool is_refused = refuse_rule_edits(entry, wanted, diff, metrics);
  if (!diff.reshuffling.empty()) {
    refuse(entry, listed(diff.reshuffling),
           "this would reshuffle who has what, expected `phase: next` with it");
    is_refused = true;
  }
  if (stops && !diff.reallocating.empty()) {
    refuse(entry, listed(diff.reallocating), "it is being stopped, expected no other change");
    is_refused = true;
  }
  if (is_refused) return;
  if (!diff.reallocating.empty()) reallocate(entry, wanted, diff.reallocating);
  edit_freely(entry, wanted, diff, std::move(metrics));
  if (stops) stop(entry);
}

void Planner::edit_other(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                         const std::vector<MetricDefinition>& metrics) {
  const DefinitionDiff diff = diff_definition(entry, wanted);
  const bool status_changes = wanted.status != entry.definition.status;
  const bool wants_running = wanted.status == DeclaredStatus::kRunning;
  if (is_over(entry) && wants_running && (status_changes || asks_for_next_phase(entry, wanted))) {
    return start_anew(entry, wanted, metrics);
  }
  bool is_refused = refuse_rule_edits(entry, wanted, diff, metrics);
  std::vector<std::string> touched = diff.reshuffling;
  touched.insert(touched.end(), diff.reallocating.begin(), diff.reallocating.end());
  if (asks_for_next_phase(entry, wanted)) touched.emplace_back("phase");
  if (!touched.empty()) {
    refuse(entry, listed(touched),
           is_over(entry)
               ? "its allocation is closed, expected `status: running` with `phase: next` "
                 "to start it anew"
               : "its allocation belongs to the promotion, expected the actions rollback, "
                 "undo or conclude instead");
    is_refused = true;
  }
  if (status_changes && !is_over(entry)) {
    const bool is_concluded = entry.state == ExperimentState::kConcluded;
    if (!is_concluded || wants_running) {
      refuse(entry, "status",
             is_concluded ? "it is archived, expected a new key"
                          : "expected the actions rollback, kill or conclude instead");
      is_refused = true;
    }
  }
  if (is_refused) return;
  edit_freely(entry, wanted, diff, metrics);
  if (status_changes && wanted.status == DeclaredStatus::kStopped && is_live(entry)) stop(entry);
}

bool Planner::refuse_rule_edits(const ExperimentEntry& entry, const ExperimentDefinition& wanted,
                                const DefinitionDiff& diff,
                                const std::vector<MetricDefinition>& metrics) {
  const std::size_t before = refusals_.size();
  if (!diff.rule.empty()) {
    refuse(entry, listed(diff.rule), "what decides is written down before the start");
  }
  if (is_rule_running(entry)) {
    for (const std::string& key : changed_rule_metrics(entry, wanted.metrics, metrics)) {
      refuse(entry, "metrics." + key,
             "its rule reads this metric, expected a metric of another name");
    }
  }
  return refusals_.size() > before;
}

void Planner::edit_freely(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                          const DefinitionDiff& diff, std::vector<MetricDefinition> metrics) {
  if (!is_rule_running(entry)) {
    // What its rule read stays; only metrics that come now are taken as they are now.
    for (MetricDefinition& metric : metrics) {
      const auto kept =
          std::find_if(entry.metrics.begin(), entry.metrics.end(),
                       [&metric](const MetricDefinition& old) { return old.key == metric.key; });
      if (kept != entry.metrics.end()) metric = *kept;
    }
  }
  if (diff.reallocating.empty() || !diff.words.empty()) {
    std::vector<std::string> words = diff.words;
    if (wanted.status != entry.definition.status) words.emplace_back("status");
    if (wanted.reshuffle != entry.definition.reshuffle) words.emplace_back("phase");
    if (entry.metrics != metrics && diff.words.empty())
      words.emplace_back("definitions of metrics");
    if (words.empty()) words.emplace_back("wording");
    change(Kind::kChange, wanted.key.str(), listed(words) + ": nobody moves");
  }
  entry.post_hoc = post_hoc_flags(entry, wanted.metrics);
  entry.definition = wanted;
  entry.metrics = std::move(metrics);
}

void Planner::reallocate(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                         const std::vector<std::string>& paths) {
  const bool targeting_changes = std::find(paths.begin(), paths.end(), "condition") != paths.end();
  Phase phase = *entry.current_phase();
  double moved = 0;
  if (!is_native(entry)) {
    phase.declared_weights = weights_of(wanted);
  } else if (const Status status = allocate(entry, wanted, phase); !status) {
    return refuse(status.error().code, status.error().message);
  } else {
    moved = moved_share_of(*entry.current_phase(), phase);
  }
  // Who no longer passes a condition leaves; only a condition that everyone passes makes nobody
  // leave. Sticky members stay, but where filters let them in no more.
  const bool everyone_passes =
      wanted.condition.is_null() ||
      (wanted.condition.as_object() && wanted.condition.as_object()->empty());
  if (wanted.sticky) moved = excluded_share(entry.current_phase()->filters, phase.filters);
  const bool leave_by_condition = targeting_changes && !everyone_passes && !wanted.sticky;
  const bool moves = is_native(entry) && (moved > 0 || leave_by_condition);
  phase.condition = wanted.condition;
  std::string detail = reallocation_text(entry.definition, wanted, paths);
  close_phase(entry, now_);
  if (moves) record_move(entry, now_);
  open_phase(entry, std::move(phase), now_);
  detail += fmt::format(": phase {} begins, {}", entry.phases.back().number, moved_text(moved));
  if (targeting_changes && moves) detail += ", members who do not pass the condition leave";
  detail += layer_text(entry);
  change(Kind::kNewPhase, wanted.key.str(), std::move(detail), moved);
}

/// Segments, filters and allocation of the phase that begins.
Status Planner::allocate(ExperimentEntry& entry, const ExperimentDefinition& wanted, Phase& phase) {
  phase.allocation.variants.resize(wanted.variants.size());
  int traffic = wanted.traffic;
  if (wanted.layer) {
    Result<BucketRanges> segments = resized_segments(
        entry.segments, free_segments(next_, *wanted.layer, wanted.key), wanted.traffic);
    if (!segments) return segments.error().within(wanted.key.str());
    entry.segments = *std::move(segments);
    phase.filters = enrolment_filters(wanted_, wanted, entry.segments);
    traffic = kBuckets;
  }
  phase.allocation = reallocated(phase.allocation, weights_of(wanted), traffic);
  return {};
}

void Planner::start_anew(ExperimentEntry& entry, const ExperimentDefinition& wanted,
                         std::vector<MetricDefinition> metrics) {
  if (wanted.start_at && *wanted.start_at > now_) {
    return refuse(Errc::kInvalidArgument,
                  wanted.key.str() +
                      ": start_at: a new start begins when it is applied, expected no "
                      "time in the future");
  }
  const bool was_assigned = entry.current_phase() != nullptr;
  close_phase(entry, now_);
  if (was_assigned) record_move(entry, now_);
  if (entry.definition.layer != wanted.layer) entry.segments.clear();
  entry.definition = wanted;
  entry.metrics = std::move(metrics);
  if (const Status started = start_randomisation(next_, entry, now_); !started) {
    return refuse(started.error().code, started.error().message);
  }
  change(was_assigned ? Kind::kReshuffle : Kind::kStart, wanted.key.str(),
         fmt::format("randomisation {} begins with seed '{}': every unit starts anew",
                     entry.phases.back().randomisation, entry.phases.back().effective_seed),
         was_assigned && is_native(entry) ? 1 : 0);
}

void Planner::stop(ExperimentEntry& entry) {
  end_experiment(next_, entry.definition.key, ExperimentState::kStopped, now_);
  change(Kind::kStop, entry.definition.key.str(), "everyone gets the control");
}

}  // namespace

const char* name_of(PlannedChange::Kind kind) {
  switch (kind) {
    case Kind::kNew:
      return "new";
    case Kind::kChange:
      return "change";
    case Kind::kStart:
      return "start";
    case Kind::kStop:
      return "stop";
    case Kind::kNewPhase:
      return "new_phase";
    case Kind::kReshuffle:
      return "reshuffle";
    case Kind::kMetric:
      return "metric";
    case Kind::kFlag:
      return "flag";
    case Kind::kSettings:
      return "settings";
  }
  CONVERGE_CHECK(false);
  return "";
}

Result<CatalogPlan> plan_definitions(const Catalog& present, const Definitions& definitions,
                                     Time now) {
  if (definitions == present.definitions) return CatalogPlan{present, {}};
  return Planner(present, definitions, now).run();
}

}  // namespace converge
