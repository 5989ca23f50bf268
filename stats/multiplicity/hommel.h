#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// Hommel's closed test on Simes' inequality, family-wise error.
/// Inputs   p values in [0, 1], in any order; none is allowed.
/// Output   adjusted p values in the same order, never above Hochberg's: reject those <= alpha.
/// Assumes  independent or positively dependent p values (else: holm_adjusted).
/// Errors   kInvalidArgument a p outside [0, 1] or not a number.
/// Cost     O(k^2).
/// Source   Hommel (1988) Biometrika 75:383-386; algorithm of Wright (1992) Biometrics
///          48:1005-1013.
/// Checked  golden/calc/multiplicity_test.cc (multiple_testing.json);
///          property/stats/multiplicity_test.cc (the closure itself).
Result<std::vector<double>> hommel_adjusted(std::span<const double> p);

}  // namespace converge::stats
