#include "stats/effects/heterogeneity.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/multiplicity/holm.h"

namespace converge::stats {
namespace {

/// Effect i less the fixed effect of the others, in standard errors.
double z_from_rest(std::span<const MeasuredEffect> segments, std::size_t i) {
  double weight = 0;
  for (std::size_t j = 0; j < segments.size(); ++j) {
    if (j != i) weight += 1 / segments[j].variance;
  }
  double mean = 0;
  for (std::size_t j = 0; j < segments.size(); ++j) {
    if (j != i) mean += segments[j].effect / segments[j].variance / weight;
  }
  return (segments[i].effect - mean) / std::sqrt(segments[i].variance + 1 / weight);
}

}  // namespace

Result<Heterogeneity> heterogeneity(std::span<const MeasuredEffect> segments, double alpha) {
  const auto tau_squared =
      between_variance(segments, BetweenVariance::kDerSimonianLaird, kExactTolerance);
  if (!tau_squared) return tau_squared.error();
  const auto pooled = pooled_effect(segments, *tau_squared, alpha);
  if (!pooled) return pooled.error();
  const auto shrunk = shrunk_effects(segments, *tau_squared, alpha);
  if (!shrunk) return shrunk.error();
  Heterogeneity result;
  result.q = pooled->q;
  result.dof = static_cast<double>(segments.size()) - 1;
  result.p = chi_squared_upper(result.q, result.dof);
  result.i_squared = pooled->i_squared;
  result.tau_squared = *tau_squared;
  result.pooled = *pooled;
  std::vector<double> p;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    SegmentEffect segment{.shrunk = (*shrunk)[i], .z_from_rest = z_from_rest(segments, i)};
    segment.p_from_rest = 2 * normal_upper(std::abs(segment.z_from_rest));
    p.push_back(segment.p_from_rest);
    result.segments.push_back(segment);
  }
  const auto adjusted = holm_adjusted(p);
  if (!adjusted) return adjusted.error();
  for (std::size_t i = 0; i < segments.size(); ++i) result.segments[i].p_adjusted = (*adjusted)[i];
  return result;
}

}  // namespace converge::stats
