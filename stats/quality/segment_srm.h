#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/quality/srm_chi_square.h"

namespace converge::stats {

struct SegmentSrm {
  ChiSquareSrm test;
  double p_adjusted = 1;  ///< Holm over the segments
};

/// Sample ratio mismatch within segments: where does it come from?
/// Inputs   counts of each segment, one per arm; the weights all segments share.
/// Output   Pearson's test per segment, in the order given, with Holm's p. A unit in an arm of
///          weight 0 refutes the shares whatever p says: see .test.
/// Assumes  segments known before the assignment; one fixed look.
/// Errors   as srm_chi_square, with the segment's position.
/// Cost     O(segments arms + segments log segments).
/// Source   Pearson (1900); Holm (1979).
/// Checked  unit/stats/quality_test.cc.
Result<std::vector<SegmentSrm>> segment_srm(std::span<const std::vector<std::int64_t>> counts,
                                            std::span<const double> weights);

}  // namespace converge::stats
