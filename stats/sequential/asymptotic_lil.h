#pragma once

#include "base/result.h"

namespace converge::stats {

struct LilOptions {
  double alpha;  ///< two-sided
};

/// Half-width of a confidence sequence that shrinks as fast as the law of the iterated logarithm
/// allows, for a mean of unit variance: tighter than the normal mixture in the far future, wider
/// around the planned sample. Needs no planned sample.
/// Inputs   t >= 1 units; options.
/// Output   1.7 sqrt((ln ln(2 t) + 0.72 ln(10.4 / alpha)) / t), in standard deviations.
/// Assumes  as asymptotic_cs.h.
/// Errors   kInvalidArgument, also where alpha is so large that the root has no argument.
/// Cost     O(1).
/// Source   Howard et al. (2021) Ann. Stat. 49:1055-1080, eq. 2, with alpha / 2 per side.
/// Checked  golden/calc/sequential_test.cc (asymptotic_cs.json).
Result<double> lil_margin_two_sided(double t, const LilOptions& options);

}  // namespace converge::stats
