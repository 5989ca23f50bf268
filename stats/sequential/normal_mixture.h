#pragma once

#include "base/result.h"
#include "stats/sequential/mixture.h"

namespace converge::stats {

/// The normal mixture of sub-Gaussian sums, as a log e-value: of "the increments have mean 0"
/// (two-sided) or "mean 0 or less" (one-sided, half-normal).
/// Inputs   s any finite number, v >= 0 and tuning.
/// Output   ln of the mixture supermartingale at (s, v). For s far below 0 by Mills' ratio.
/// Assumes  exp(l s - l^2 v / 2) is a supermartingale for every l (one-sided: every l >= 0).
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Howard et al. (2021) Ann. Stat. 49:1055-1080, propositions 4 and 5 (eq. 14, 15).
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json);
///          property/stats/boundaries_test.cc.
Result<double> normal_mixture_two_sided(const SumAtTime& sum, const MixtureTuning& tuning);
Result<double> normal_mixture_one_sided(const SumAtTime& sum, const MixtureTuning& tuning);

/// The boundary that |s| (two-sided) or s (one-sided) ever crosses with a chance of at most alpha.
/// Inputs   v > 0; options.
/// Output   the boundary at v > 0; two-sided in closed form.
Result<double> normal_mixture_bound_two_sided(double v, const MixtureBoundOptions& options);
Result<double> normal_mixture_bound_one_sided(double v, const MixtureBoundOptions& options);

}  // namespace converge::stats
