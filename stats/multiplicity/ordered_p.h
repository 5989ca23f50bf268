#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// Positions of p values from the smallest to the largest, ties in the order given.
/// Errors   kInvalidArgument a p outside [0, 1] or not a number.
/// Cost     O(k log k).
Result<std::vector<std::size_t>> ascending_p(std::span<const double> p);

}  // namespace converge::stats
