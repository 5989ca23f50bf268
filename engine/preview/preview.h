#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/model/value.h"
#include "engine/preview/layer_use.h"
#include "engine/preview/replay.h"
#include "engine/promote/apply.h"

/// What a plan would mean, beyond its list of changes: room in layers, experiments that share
/// units, and recorded traffic under the next catalog.
namespace converge {

struct Preview {
  CatalogPlan plan;
  std::vector<LayerUse> layers;   ///< of the next catalog
  std::vector<Overlap> overlaps;  ///< of the next catalog
  std::optional<Replay> replay;   ///< none: nothing was recorded
};

/// kUnavailable and the like when the log cannot be read.
Result<Preview> preview_of(const Catalog& present, CatalogPlan plan, EventLog& log,
                           const ReplayLimits& limits);
/// The same without recorded traffic.
Preview preview_of(CatalogPlan plan);

/// {"changes": [{"kind", "subject", "detail", "moved_share"}], "layers", "overlaps", "replay"}.
Value to_document(const Preview& preview);
/// One line per fact, for people.
std::vector<std::string> to_lines(const Preview& preview);

}  // namespace converge
