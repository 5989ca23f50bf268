#include "engine/promote/enrolment.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "engine/promote/promotion.h"

namespace converge {
namespace {

const BucketRanges& everyone() {
  static const BucketRanges kEveryone{{0, kBuckets}};
  return kEveryone;
}

const BucketRanges& ranges_under(const std::vector<EnrolmentFilter>& filters,
                                 const std::string& seed) {
  const auto found =
      std::find_if(filters.begin(), filters.end(),
                   [&seed](const EnrolmentFilter& filter) { return filter.seed == seed; });
  return found == filters.end() ? everyone() : found->ranges;
}

/// The lowest `count` buckets. Precondition: there are as many.
BucketRanges lowest(const BucketRanges& ranges, int count) {
  BucketRanges taken;
  for (const BucketRange& range : ranges) {
    const int size = std::min(range.size(), count);
    if (size == 0) break;
    taken.push_back({range.lo, range.lo + size});
    count -= size;
  }
  CONVERGE_CHECK(count == 0);
  return taken;
}

}  // namespace

BucketRanges free_segments(const Catalog& catalog, const LayerKey& layer,
                           const ExperimentKey& except) {
  BucketRanges held;
  for (const ExperimentEntry& entry : catalog.experiments) {
    if (entry.definition.layer != layer || entry.definition.key == except) continue;
    held.insert(held.end(), entry.segments.begin(), entry.segments.end());
  }
  return complement(normalised(std::move(held)));
}

Result<BucketRanges> resized_segments(const BucketRanges& held, const BucketRanges& free,
                                      int wanted) {
  const int present = size_of(held);
  if (wanted <= present) return lowest(held, wanted);
  const BucketRanges available = intersection(free, complement(held));
  const int missing = wanted - present;
  if (size_of(available) < missing) {
    return Error{
        Errc::kConflict,
        fmt::format("traffic: {} of the layer are wanted, {} are held and {} are free, "
                    "expected at most {} (experiments give their share back when they "
                    "are concluded)",
                    share_text(wanted), share_text(present), share_text(size_of(available)),
                    share_text(present + size_of(available)))};
  }
  BucketRanges segments = lowest(available, missing);
  segments.insert(segments.end(), held.begin(), held.end());
  return normalised(std::move(segments));
}

std::vector<EnrolmentFilter> enrolment_filters(const Definitions& definitions,
                                               const ExperimentDefinition& experiment,
                                               const BucketRanges& segments) {
  std::vector<EnrolmentFilter> filters;
  if (const auto& holdout = definitions.holdout) {
    filters.push_back({holdout->seed, {{holdout->share, kBuckets}}});
  }
  if (experiment.layer) {
    const auto layer = definitions.layers.find(*experiment.layer);
    const bool is_known = layer != definitions.layers.end();
    filters.push_back({is_known ? layer->second.seed : experiment.layer->str(), segments});
  }
  return filters;
}

std::vector<EnrolmentFilter> outside_filters(std::vector<EnrolmentFilter> filters) {
  CONVERGE_CHECK(!filters.empty());
  filters.back().ranges = complement(filters.back().ranges);
  return filters;
}

double excluded_share(const std::vector<EnrolmentFilter>& before,
                      const std::vector<EnrolmentFilter>& after) {
  double kept = 1;
  for (const EnrolmentFilter& filter : before) {
    const int stays = size_of(intersection(filter.ranges, ranges_under(after, filter.seed)));
    const int size = size_of(filter.ranges);
    if (size > 0) kept *= static_cast<double>(stays) / size;
  }
  for (const EnrolmentFilter& filter : after) {
    const bool is_new = &ranges_under(before, filter.seed) == &everyone();
    if (is_new) kept *= static_cast<double>(size_of(filter.ranges)) / kBuckets;
  }
  return 1 - kept;
}

bool has_returned_segments(const ExperimentEntry& entry) {
  if (!entry.definition.layer || entry.phases.empty()) return false;
  const Phase& last = entry.phases.back();
  return std::any_of(entry.phases.begin(), entry.phases.end(), [&](const Phase& phase) {
    return phase.randomisation == last.randomisation && !phase.filters.empty() &&
           !covers(entry.segments, phase.filters.back().ranges);
  });
}

}  // namespace converge
