#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// Of every look, the probability that it is the first to be beyond its bounds.
struct CrossingProbabilities {
  std::vector<double> upper;  ///< Z >= upper bound
  std::vector<double> lower;  ///< Z <= lower bound
};

/// First-crossing probabilities of arbitrary boundaries at scheduled looks.
/// Inputs   information at each look, above 0 and growing, in any unit; a lower and an upper bound
///          for Z at each look, lower <= upper, infinite where that side does not stop; drift: Z at
///          information I has mean drift * sqrt(I), so that drift = effect where information is
///          1 / variance of the estimate, and drift = effect / (standard error * sqrt(I)) in any
///          other unit. At most kMaxLooks looks.
/// Output   probabilities per look; their sums over looks are the error or the power.
/// Assumes  Z normal with independent increments of the score Z * sqrt(I).
/// Errors   kInvalidArgument lengths that differ, a bound that is NaN, information that does not
///          grow by kLeastGrowth of itself.
/// Cost     about 1 ms for 100 equally spaced looks; see recursion.h.
/// Source   Armitage, McPherson, Rowe (1969) JRSS A 132:235-244; Jennison, Turnbull (2000) ch. 19.
/// Checked  unit/stats/crossing_probabilities_test.cc (closed forms, multivariate normal by SciPy,
///          repeated significance tests); property/stats/group_sequential_test.cc.
Result<CrossingProbabilities> crossing_probabilities(const std::vector<double>& information,
                                                     const std::vector<double>& lower,
                                                     const std::vector<double>& upper,
                                                     double drift);

inline constexpr std::size_t kMaxLooks = 2000;

/// The check of a schedule that every method of this folder shares; names the look.
Status require_schedule(const std::vector<double>& information);

}  // namespace converge::stats
