#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/model/catalog.h"
#include "engine/ports.h"

/// Recorded traffic under another catalog: who would be where.
namespace converge {

struct ReplayLimits {
  std::int64_t rows_max = 500'000;  ///< newest rows of the log that are looked at
  std::size_t units_max = 200'000;  ///< distinct units; further ones are left out
  Duration span = 14 * kDay;        ///< back from the newest exposure
};

/// One native experiment over the replayed units of its kind.
struct ReplayedExperiment {
  ExperimentKey experiment;
  std::int64_t members_before = 0;
  std::int64_t moved = 0;  ///< members before who would have another variant or none
  std::vector<std::pair<VariantKey, std::int64_t>> members_after;
  double members_after_per_day = 0;
};

struct Replay {
  Time from{};
  Time until{};
  std::int64_t units = 0;                       ///< distinct units that were exposed to anything
  bool is_truncated = false;                    ///< a limit left older rows or further units out
  std::vector<ReplayedExperiment> experiments;  ///< those of `next` that split, by key
};

/// Every unit with an exposure in the span is assigned by both catalogs, with the attributes of its
/// newest exposure and without sticky documents. nullopt when the log has no exposure.
Result<std::optional<Replay>> replay_traffic(const Catalog& present, const Catalog& next,
                                             EventLog& log, const ReplayLimits& limits);

}  // namespace converge
