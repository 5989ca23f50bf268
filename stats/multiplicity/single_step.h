#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// p values adjusted by the number of hypotheses alone, family-wise error.
/// Inputs   p values in [0, 1], in any order; none is allowed.
/// Output   min(1, k p) in the same order: reject those <= alpha.
/// Assumes  each p is valid by itself; any dependence.
/// Errors   kInvalidArgument a p outside [0, 1] or not a number.
/// Cost     O(k).
/// Source   Bonferroni; Dunn (1961) J. Am. Stat. Assoc. 56:52-64.
/// Checked  golden/calc/multiplicity_test.cc (multiple_testing.json).
Result<std::vector<double>> bonferroni_adjusted(std::span<const double> p);

/// 1 - (1 - p)^k, computed without cancellation. As bonferroni_adjusted, but
/// Assumes  independent p values, or two-sided tests of jointly normal estimates.
/// Source   Sidak (1967) J. Am. Stat. Assoc. 62:626-633.
Result<std::vector<double>> sidak_adjusted(std::span<const double> p);

/// Bonferroni with preferences: a share of alpha for each hypothesis.
/// Inputs   p values; weights of 0 or more, one per p, at least one above 0; they need not add up
///          to 1.
/// Output   min(1, p / share): reject those <= alpha. A hypothesis of weight 0 is not tested: 1.
/// Assumes  weights fixed before the data; any dependence.
/// Errors   kInvalidArgument as above, weights.
/// Cost     O(k).
/// Source   Rosenthal, Rubin (1983) Psychol. Bull. 94:540-541; Genovese et al. (2006).
/// Checked  unit/stats/multiplicity_test.cc.
Result<std::vector<double>> preferential_bonferroni_adjusted(std::span<const double> p,
                                                             std::span<const double> weights);

}  // namespace converge::stats
