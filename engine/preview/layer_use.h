#pragma once

#include <utility>
#include <vector>

#include "engine/model/catalog.h"

namespace converge {

/// Who holds how much of a layer, in buckets of 10,000.
struct LayerUse {
  LayerKey layer;
  std::vector<std::pair<ExperimentKey, int>> held;  ///< by key
  int free = kBuckets;
};

/// All layers of the definitions, by key.
std::vector<LayerUse> layer_uses(const Catalog& catalog);

/// Two running experiments that share units: both randomise the same unit kind, and no layer keeps
/// them apart.
struct Overlap {
  ExperimentKey a;
  ExperimentKey b;
  /// Expected share of all units (conditions aside) that are in both, in (0, 1].
  double share = 0;
};

/// O(pairs of running experiments).
std::vector<Overlap> overlaps(const Catalog& catalog);

}  // namespace converge
