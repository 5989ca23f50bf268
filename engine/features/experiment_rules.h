#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/features/catalog_features.h"

/// Inside engine/assign: the rules of one experiment in its present state.
namespace converge {

/// What its flag serves for it now; nullopt: nothing (draft, concluded, external, an ended pair).
std::optional<RuleRole> role_of(const ExperimentEntry& entry);

/// Precondition: role_of(entry). kInternal when the entry contradicts itself.
Result<std::vector<FeatureRule>> experiment_rules(const ExperimentEntry& entry, RuleRole role,
                                                  const Definitions& definitions);

}  // namespace converge
