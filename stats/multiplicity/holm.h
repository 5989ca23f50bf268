#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// p values adjusted for testing all of them, family-wise error.
/// Inputs   p values in [0, 1], in any order; none is allowed.
/// Output   adjusted p values in the same order: reject those <= alpha.
/// Assumes  each p is valid by itself; any dependence.
/// Errors   kInvalidArgument a p outside [0, 1] or not a number.
/// Cost     O(k log k).
/// Source   Holm (1979) Scand. J. Stat. 6:65-70.
/// Checked  golden/stats/holm_test.cc (multiple_testing.json).
Result<std::vector<double>> holm_adjusted(std::span<const double> p);

}  // namespace converge::stats
