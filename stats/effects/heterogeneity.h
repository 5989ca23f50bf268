#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/effects/random_effects.h"
#include "stats/effects/shrinkage.h"

namespace converge::stats {

struct SegmentEffect {
  ShrunkEffect shrunk;     ///< partial pooling: the figure to show for a segment
  double z_from_rest = 0;  ///< its own effect less that of all others, in standard errors
  double p_from_rest = 1;  ///< two-sided
  double p_adjusted = 1;   ///< Holm over segments
};

struct Heterogeneity {
  double q = 0;  ///< Cochran's
  double dof = 0;
  double p = 1;  ///< of the same effect in every segment: the interaction test
  double i_squared = 0;
  double tau_squared = 0;  ///< DerSimonian-Laird
  PooledEffect pooled;     ///< at this tau^2
  std::vector<SegmentEffect> segments;
};

/// Does an effect differ between segments, and where?
/// Inputs   effects of disjoint segments with their variances, at least two; alpha in (0, 1).
/// Output   the interaction test, the pooled effect, and each segment partially pooled and
///          compared with the rest. A claim about one segment needs p and its p_adjusted.
/// Assumes  segments fixed before the outcome, independent of each other; variances about known.
/// Errors   as between_variance, alpha.
/// Cost     O(k log k).
/// Source   Cochran (1954) Biometrics 10:101-129; Higgins, Thompson (2002); Holm (1979).
/// Checked  unit/stats/effects_test.cc (R).
Result<Heterogeneity> heterogeneity(std::span<const MeasuredEffect> segments, double alpha);

}  // namespace converge::stats
