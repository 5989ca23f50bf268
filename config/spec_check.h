#pragma once

#include <vector>

#include "base/time.h"
#include "engine/codec/spec.h"
#include "engine/model/definition.h"

namespace converge {

/// Assigns as the definitions would, freshly applied with what the spec gives, and compares. One
/// problem per expectation that does not hold, at its path. Pure; `now` only dates the start.
std::vector<DefinitionProblem> check_spec(const Spec& spec, const Definitions& definitions,
                                          Time now);

}  // namespace converge
