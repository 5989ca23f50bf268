#include "stats/quality/segment_srm.h"

#include <string>

#include "stats/multiplicity/holm.h"

namespace converge::stats {

Result<std::vector<SegmentSrm>> segment_srm(std::span<const std::vector<std::int64_t>> counts,
                                            std::span<const double> weights) {
  std::vector<SegmentSrm> segments;
  std::vector<double> p;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto test = srm_chi_square({.counts = counts[i], .weights = weights});
    if (!test) return test.error().within("segments[" + std::to_string(i) + "]");
    segments.push_back({.test = *test});
    p.push_back(test->p);
  }
  const auto adjusted = holm_adjusted(p);
  if (!adjusted) return adjusted.error();
  for (std::size_t i = 0; i < segments.size(); ++i) segments[i].p_adjusted = (*adjusted)[i];
  return segments;
}

}  // namespace converge::stats
