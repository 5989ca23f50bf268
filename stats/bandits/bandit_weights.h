#pragma once

#include <span>
#include <vector>

#include "base/result.h"

/// Shares of traffic from the probability of each arm to be best (best_of_k.h, which also knows
/// whether larger or smaller is better).
namespace converge::stats {

/// Thompson sampling with a floor: floor + (1 - k floor) probability.
/// Inputs   k >= 1 probabilities that sum to 1; floor in [0, 1 / k].
/// Output   shares that sum to 1, none below the floor.
/// Assumes  nothing.
/// Errors   kInvalidArgument.
/// Cost     O(k).
/// Source   Thompson (1933) Biometrika 25:285-294; the floor as GrowthBook mixes it.
/// Checked  unit/stats/bandit_weights_test.cc; property/stats/quantiles_test.cc.
Result<std::vector<double>> thompson_weights(std::span<const double> probability_best,
                                             double floor);

struct TopTwoOptions {
  double beta;   ///< how often the best of the draw is played, in (0, 1]; 1/2 is usual
  double floor;  ///< as above
};

/// Top-two Thompson sampling: the best of one draw with probability beta, else the best of the
/// first later draw that is another arm.
/// Inputs   as above, the probabilities with their own digits however small
///          (TailPrecision::kRelative).
/// Output   shares w_i (beta + (1 - beta) sum_{j != i} w_j / (1 - w_j)), exactly; 1 - w_j is the
///          sum of the others. Where an arm is best for certain the others share 1 - beta evenly:
///          the limit depends on how certainty is reached. One arm alone gets everything.
/// Assumes  nothing.
/// Errors   kInvalidArgument.
/// Cost     O(k^2).
/// Source   Russo (2020) Operations Research 68:1625-1647, algorithm 4.
/// Checked  unit/stats/bandit_weights_test.cc (enumeration); property/stats/quantiles_test.cc.
Result<std::vector<double>> top_two_weights(std::span<const double> probability_best,
                                            const TopTwoOptions& options);

}  // namespace converge::stats
