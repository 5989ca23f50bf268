#pragma once

#include <vector>

#include "engine/codec/definition.h"

/// Inside config: what only the rules of assignment know (conditions, hash states).
namespace converge {

/// Conditions that do not compile, or that SDKs evaluate otherwise than their author can have
/// meant.
std::vector<DefinitionProblem> lint_conditions(const Value& document,
                                               const Definitions& definitions);
/// A running experiment whose seed hashes like that of another, of a layer or of the holdout would
/// not split its units at random.
std::vector<DefinitionProblem> lint_seeds(const Value& document, const Definitions& definitions);

}  // namespace converge
