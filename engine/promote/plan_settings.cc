#include "engine/promote/plan_settings.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/promote/phases.h"
#include "engine/promote/plan_words.h"
#include "engine/promote/promotion.h"

namespace converge {
namespace {

using Kind = PlannedChange::Kind;

/// Collects changes.
class Changes {
 public:
  void add(Kind kind, const std::string& subject, std::string detail) {
    all_.push_back({kind, subject, std::move(detail), 0});
  }
  std::vector<PlannedChange> take() { return std::move(all_); }

 private:
  std::vector<PlannedChange> all_;
};

void compare_members(const Definitions& applied, const Definitions& wanted, Changes& changes) {
  if (applied.timezone != wanted.timezone) {
    changes.add(Kind::kSettings, "timezone", applied.timezone + " -> " + wanted.timezone);
  }
  if (applied.units != wanted.units) changes.add(Kind::kSettings, "units", "unit kinds change");
  if (applied.layers != wanted.layers) {
    changes.add(Kind::kSettings, "layers", fmt::format("{} layers", wanted.layers.size()));
  }
  if (applied.saved_groups != wanted.saved_groups) {
    changes.add(Kind::kSettings, "saved_groups",
                "lists change: conditions that name them may let others in");
  }
  if (applied.growthbook != wanted.growthbook) {
    changes.add(Kind::kSettings, "growthbook", "what export gives back changes");
  }
}

void compare_metrics(const Definitions& applied, const Definitions& wanted, Changes& changes) {
  for (const auto& [key, definition] : wanted.metrics) {
    const auto found = applied.metrics.find(key);
    if (found == applied.metrics.end()) {
      changes.add(Kind::kMetric, key.str(), "new");
    } else if (found->second != definition) {
      changes.add(Kind::kMetric, key.str(),
                  metric_id(found->second).str() + " -> " + metric_id(definition).str() +
                      ": a new series begins");
    }
  }
  for (const auto& [key, definition] : applied.metrics) {
    if (wanted.metrics.count(key) == 0) changes.add(Kind::kMetric, key.str(), "removed");
  }
}

void compare_flags(const Definitions& applied, const Definitions& wanted, Changes& changes) {
  for (const auto& [key, flag] : wanted.flags) {
    const auto found = applied.flags.find(key);
    if (found == applied.flags.end()) {
      changes.add(Kind::kFlag, key.str(),
                  fmt::format("new, {} rules", flag.rules ? flag.rules->size() : 0));
    } else if (found->second != flag) {
      changes.add(Kind::kFlag, key.str(), "default or rules change");
    }
  }
  for (const auto& [key, flag] : applied.flags) {
    if (wanted.flags.count(key) == 0) changes.add(Kind::kFlag, key.str(), "removed");
  }
}

int share_of(const std::optional<HoldoutDefinition>& holdout) {
  return holdout ? holdout->share : 0;
}

std::vector<EnrolmentFilter> with_holdout(std::vector<EnrolmentFilter> filters,
                                          const std::optional<HoldoutDefinition>& before,
                                          const std::optional<HoldoutDefinition>& after) {
  if (before) {
    std::erase_if(filters,
                  [&before](const EnrolmentFilter& filter) { return filter.seed == before->seed; });
  }
  if (after) filters.insert(filters.begin(), {after->seed, {{after->share, kBuckets}}});
  return filters;
}

}  // namespace

std::vector<PlannedChange> plan_settings(const Definitions& applied, const Definitions& wanted) {
  Changes changes;
  compare_members(applied, wanted, changes);
  compare_metrics(applied, wanted, changes);
  compare_flags(applied, wanted, changes);
  return changes.take();
}

std::optional<PlannedChange> plan_holdout(const std::optional<HoldoutDefinition>& before,
                                          Catalog& next, Time now) {
  const std::optional<HoldoutDefinition>& after = next.definitions.holdout;
  if (before == after) return std::nullopt;
  const int from = share_of(before);
  const int to = share_of(after);
  const double moved = to > from ? static_cast<double>(to - from) / (kBuckets - from) : 0.0;
  for (ExperimentEntry& entry : next.experiments) {
    if (!is_native(entry) || !is_live(entry)) continue;
    const Phase* open = entry.current_phase();
    if (open == nullptr) {
      if (moved > 0) record_move(entry, now);
      continue;
    }
    Phase phase = *open;
    phase.filters = with_holdout(std::move(phase.filters), before, after);
    close_phase(entry, now);
    if (moved > 0) record_move(entry, now);
    open_phase(entry, std::move(phase), now);
  }
  return PlannedChange{Kind::kSettings, "holdout",
                       fmt::format("{} -> {}: {} in every experiment", share_text(from),
                                   share_text(to), moved_text(moved)),
                       moved};
}

}  // namespace converge
