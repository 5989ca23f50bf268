#include "engine/preview/layer_use.h"

#include <map>
#include <string>

namespace converge {
namespace {

bool is_split(const ExperimentEntry& entry) {
  return entry.definition.assignment == AssignmentSource::kNative && !entry.holdback_of &&
         entry.state == ExperimentState::kRunning && entry.current_phase() != nullptr &&
         entry.enrolment == Enrolment::kOpen;
}

double share_of(const BucketRanges& ranges) {
  return static_cast<double>(size_of(ranges)) / kBuckets;
}

double own_share(const Phase& phase) {
  int buckets = 0;
  for (const BucketRanges& ranges : phase.allocation.variants) buckets += size_of(ranges);
  return static_cast<double>(buckets) / kBuckets;
}

/// Filters under one seed are no independent events; all others are.
double joint_share(const Phase& a, const Phase& b) {
  std::map<std::string, BucketRanges> filters;
  for (const Phase* phase : {&a, &b}) {
    for (const EnrolmentFilter& filter : phase->filters) {
      const auto [seen, is_first] = filters.emplace(filter.seed, filter.ranges);
      if (!is_first) seen->second = intersection(seen->second, filter.ranges);
    }
  }
  double share = own_share(a) * own_share(b);
  for (const auto& [seed, ranges] : filters) share *= share_of(ranges);
  return share;
}

}  // namespace

std::vector<LayerUse> layer_uses(const Catalog& catalog) {
  std::vector<LayerUse> uses;
  for (const auto& [key, layer] : catalog.definitions.layers) {
    LayerUse use{key, {}, kBuckets};
    for (const ExperimentEntry& entry : catalog.experiments) {
      if (entry.definition.layer != key || entry.segments.empty()) continue;
      use.held.emplace_back(entry.definition.key, size_of(entry.segments));
      use.free -= size_of(entry.segments);
    }
    uses.push_back(std::move(use));
  }
  return uses;
}

std::vector<Overlap> overlaps(const Catalog& catalog) {
  std::vector<Overlap> found;
  const auto& entries = catalog.experiments;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (std::size_t j = i + 1; j < entries.size(); ++j) {
      if (!is_split(entries[i]) || !is_split(entries[j])) continue;
      if (entries[i].definition.unit != entries[j].definition.unit) continue;
      const double share = joint_share(*entries[i].current_phase(), *entries[j].current_phase());
      if (share > 0) found.push_back({entries[i].definition.key, entries[j].definition.key, share});
    }
  }
  return found;
}

}  // namespace converge
