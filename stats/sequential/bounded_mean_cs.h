#pragma once

#include <span>

#include "base/result.h"
#include "stats/interval.h"
#include "stats/sequential/bounded_mean_e_process.h"

namespace converge::stats {

struct BoundedMeanCsOptions {
  double alpha;
  double cap;
};

/// The differences mean_b - mean_a that bounded_mean_e_process_* does not refute at the last block:
/// an exact confidence sequence by inversion in the margin.
/// Inputs   blocks as there; options.
/// Output   interval within [-cap, cap], in the unit of the values. It excludes a margin iff the
///          e-process of that margin is at 1 / alpha or above, so that verdict and interval agree.
/// Assumes  as bounded_mean_e_process.h; one difference in all blocks. Evidence falls as the margin
///          nears the data, which lets the ends be found by halving.
/// Errors   as there; kInsufficientData where every difference is refuted, which blocks of one
///          difference do with a chance of at most alpha.
/// Cost     some 50 e-processes per end.
/// Source   inversion of the test, as Turner, Grunwald (2023) Stat. Prob. Letters 198:109835.
/// Checked  unit/stats/bounded_mean_cs_test.cc; property/stats/sequential_test.cc.
Result<Interval> bounded_mean_cs_two_sided(std::span<const BoundedBlock> blocks,
                                           const BoundedMeanCsOptions& options);

/// One-sided: [lower, cap], with all of alpha on its side.
Result<Interval> bounded_mean_cs_lower(std::span<const BoundedBlock> blocks,
                                       const BoundedMeanCsOptions& options);

/// One-sided: [-cap, upper].
Result<Interval> bounded_mean_cs_upper(std::span<const BoundedBlock> blocks,
                                       const BoundedMeanCsOptions& options);

}  // namespace converge::stats
