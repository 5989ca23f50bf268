#pragma once

#include "base/result.h"

namespace converge::stats {

struct PolyStitchingOptions {
  double alpha;
  double v_min;  ///< intrinsic time from which the boundary grows as it should; constant before
  double c;      ///< sub-gamma scale: 0 sub-Gaussian, negative for a lighter tail
  double s;      ///< > 1, how the error is spread over epochs; 1.4
  double eta;    ///< > 1, ratio of one epoch to the last; 2
};

/// The polynomial stitched boundary, which grows as sqrt(v log log v).
/// Inputs   v >= 0; options.
/// Output   the boundary that a sub-gamma sum ever crosses with a chance of at most alpha.
/// Assumes  exp(l s - psi(l) v) is a supermartingale for psi(l) = l^2 / (2 (1 - c l)).
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Howard et al. (2021) Ann. Stat. 49:1055-1080, theorem 1 and eq. 10.
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json).
Result<double> poly_stitching_bound(double v, const PolyStitchingOptions& options);

}  // namespace converge::stats
