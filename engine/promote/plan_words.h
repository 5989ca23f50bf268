#pragma once

#include <string>
#include <vector>

#include "engine/model/catalog.h"

/// How a plan tells people what changes.
namespace converge {

/// "50/30/20"
std::string weights_text(const ExperimentDefinition& definition);
/// "12.5% of present members move"
std::string moved_text(double share);
/// The paths that differ between two definitions, as people wrote them.
std::string reallocation_text(const ExperimentDefinition& from, const ExperimentDefinition& to,
                              const std::vector<std::string>& paths);
/// ", segments [0, 5000) of layer 'checkout'"; empty without a layer.
std::string layer_text(const ExperimentEntry& entry);

}  // namespace converge
