#pragma once

#include <string_view>

#include "base/result.h"
#include "stats/bayes/posteriors.h"

namespace converge::stats {

/// The region of practical equivalence: effects from lower to upper do not matter.
struct RopeBounds {
  double lower = 0;
  double upper = 0;
};

struct RopeProbabilities {
  double below = 0;
  double inside = 0;
  double above = 0;
};

enum class RopeVerdict { kEquivalent, kBelow, kAbove, kUndecided };

const char* name_of(RopeVerdict verdict);  ///< "equivalent", "below", "above", "undecided"

/// lower < upper, both finite.
Status require_valid(std::string_view name, const RopeBounds& bounds);

/// Posterior mass below, inside and above the region.
/// Inputs   a posterior of the effect; bounds in its unit.
/// Output   each from its own tail, to a few ulp in relative terms.
/// Assumes  the posterior.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Kruschke (2018) AMPPS 1:270-280, with the full posterior in place of the HDI.
/// Checked  unit/stats/bayes_effect_test.cc.
Result<RopeProbabilities> rope_probabilities(const NormalPosterior& posterior,
                                             const RopeBounds& bounds);
Result<RopeProbabilities> rope_probabilities(const StudentPosterior& posterior,
                                             const RopeBounds& bounds);

/// The one part of the line that holds at least `threshold` of the mass, a number above 1/2 and
/// below 1: else undecided. Errors kInvalidArgument.
Result<RopeVerdict> rope_verdict(const RopeProbabilities& probabilities, double threshold);

}  // namespace converge::stats
