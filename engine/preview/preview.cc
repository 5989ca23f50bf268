#include "engine/preview/preview.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/promote/promotion.h"

namespace converge {
namespace {

using Array = Value::Array;

Value changes_document(const CatalogPlan& plan) {
  Array changes;
  for (const PlannedChange& change : plan.changes) {
    changes.push_back(Value::object({{"kind", Value::string(name_of(change.kind))},
                                     {"subject", Value::string(change.subject)},
                                     {"detail", Value::string(change.detail)},
                                     {"moved_share", Value::real(change.moved_share)}}));
  }
  return Value::array(std::move(changes));
}

Value layers_document(const std::vector<LayerUse>& layers) {
  Array items;
  for (const LayerUse& use : layers) {
    Value::Object held;
    for (const auto& [key, buckets] : use.held) {
      held.emplace_back(key.str(), Value::real(static_cast<double>(buckets) / kBuckets));
    }
    items.push_back(
        Value::object({{"layer", Value::string(use.layer.str())},
                       {"held", Value::object(std::move(held))},
                       {"free", Value::real(static_cast<double>(use.free) / kBuckets)}}));
  }
  return Value::array(std::move(items));
}

Value overlaps_document(const std::vector<Overlap>& overlaps) {
  Array items;
  for (const Overlap& overlap : overlaps) {
    items.push_back(Value::object({{"experiments", Value::array({Value::string(overlap.a.str()),
                                                                 Value::string(overlap.b.str())})},
                                   {"share", Value::real(overlap.share)}}));
  }
  return Value::array(std::move(items));
}

/// Days until the planned sample is reached at the replayed pace; nullopt without a plan or pace.
std::optional<double> days_needed(const ReplayedExperiment& row, const Catalog& next) {
  const ExperimentEntry* entry = next.find(row.experiment);
  const auto planned = entry == nullptr ? std::nullopt : entry->definition.analysis.max_sample;
  if (!planned || row.members_after_per_day <= 0) return std::nullopt;
  return static_cast<double>(*planned) / row.members_after_per_day;
}

Value replay_document(const std::optional<Replay>& replay, const Catalog& next) {
  if (!replay) return Value();
  Array experiments;
  for (const ReplayedExperiment& row : replay->experiments) {
    Value::Object after;
    for (const auto& [variant, members] : row.members_after) {
      after.emplace_back(variant.str(), Value::integer(members));
    }
    const auto days = days_needed(row, next);
    experiments.push_back(
        Value::object({{"experiment", Value::string(row.experiment.str())},
                       {"members_before", Value::integer(row.members_before)},
                       {"moved", Value::integer(row.moved)},
                       {"members_after", Value::object(std::move(after))},
                       {"members_per_day", Value::real(row.members_after_per_day)},
                       {"days_to_max_sample", days ? Value::real(*days) : Value()}}));
  }
  return Value::object({{"from", Value::string(format_rfc3339(replay->from))},
                        {"until", Value::string(format_rfc3339(replay->until))},
                        {"units", Value::integer(replay->units)},
                        {"is_truncated", Value::boolean(replay->is_truncated)},
                        {"experiments", Value::array(std::move(experiments))}});
}

std::string layer_line(const LayerUse& use) {
  std::string held;
  for (const auto& [key, buckets] : use.held) {
    held += fmt::format("{}{} {}", held.empty() ? "" : ", ", key.str(), share_text(buckets));
  }
  return fmt::format("layer      {}: {}{} free", use.layer.str(), held.empty() ? "" : held + ", ",
                     share_text(use.free));
}

std::string replay_line(const ReplayedExperiment& row, const Catalog& next) {
  std::string after;
  for (const auto& [variant, members] : row.members_after) {
    after += fmt::format("{}{} {}", after.empty() ? "" : ", ", variant.str(), members);
  }
  std::string line = fmt::format(
      "replay     {}: {} of {} members would move; then {} ({:.4g} new members a day)",
      row.experiment.str(), row.moved, row.members_before, after, row.members_after_per_day);
  if (const auto days = days_needed(row, next)) {
    line += fmt::format(", max_sample after about {} days", std::llround(std::ceil(*days)));
  }
  return line;
}

}  // namespace

Result<Preview> preview_of(const Catalog& present, CatalogPlan plan, EventLog& log,
                           const ReplayLimits& limits) {
  auto replay = replay_traffic(present, plan.next, log, limits);
  if (!replay) return replay.error();
  Preview preview = preview_of(std::move(plan));
  preview.replay = *std::move(replay);
  return preview;
}

Preview preview_of(CatalogPlan plan) {
  Preview preview;
  preview.layers = layer_uses(plan.next);
  preview.overlaps = overlaps(plan.next);
  preview.plan = std::move(plan);
  return preview;
}

Value to_document(const Preview& preview) {
  return Value::object({{"changes", changes_document(preview.plan)},
                        {"layers", layers_document(preview.layers)},
                        {"overlaps", overlaps_document(preview.overlaps)},
                        {"replay", replay_document(preview.replay, preview.plan.next)}});
}

std::vector<std::string> to_lines(const Preview& preview) {
  std::vector<std::string> lines;
  for (const PlannedChange& change : preview.plan.changes) {
    std::string line =
        fmt::format("{:<10} {}: {}", name_of(change.kind), change.subject, change.detail);
    if (change.moved_share > 0) {
      line += fmt::format(" ({:.1f} % of present members move)", change.moved_share * 100);
    }
    lines.push_back(std::move(line));
  }
  if (lines.empty()) lines.emplace_back("nothing to change");
  for (const LayerUse& use : preview.layers) lines.push_back(layer_line(use));
  for (const Overlap& overlap : preview.overlaps) {
    lines.push_back(fmt::format("overlap    {} and {}: {:.4g} % of all units are in both",
                                overlap.a.str(), overlap.b.str(), overlap.share * 100));
  }
  if (!preview.replay) return lines;
  lines.push_back(fmt::format("replay     {} units exposed from {} to {}{}", preview.replay->units,
                              format_rfc3339(preview.replay->from),
                              format_rfc3339(preview.replay->until),
                              preview.replay->is_truncated ? ", older ones left out" : ""));
  for (const ReplayedExperiment& row : preview.replay->experiments) {
    lines.push_back(replay_line(row, preview.plan.next));
  }
  return lines;
}

}  // namespace converge
