#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// Holm's step-down procedure with Sidak's levels.
/// Inputs   p values in [0, 1], in any order; none is allowed.
/// Output   adjusted p values in the same order: reject those <= alpha.
/// Assumes  as sidak_adjusted.
/// Errors   kInvalidArgument a p outside [0, 1] or not a number.
/// Cost     O(k log k).
/// Source   Holland, Copenhaver (1987) Biometrics 43:417-423.
/// Checked  golden/calc/multiplicity_test.cc (multiple_testing.json).
Result<std::vector<double>> holm_sidak_adjusted(std::span<const double> p);

}  // namespace converge::stats
