#include "stats/means/cluster_robust.h"

#include <cmath>

#include "stats/means/welch.h"

namespace converge::stats {

Result<ClusterRobustRatios> cluster_robust_ratios(const Sample& a, const Sample& b) {
  if (const Status valid = check_samples(a, b); !valid) return valid.error();
  const auto n_a = static_cast<double>(a.n);
  const auto n_b = static_cast<double>(b.n);
  const double variance_a = a.variance / n_a;
  const double variance_b = b.variance / n_b;
  ClusterRobustRatios result;
  result.ratio_a = a.mean;
  result.ratio_b = b.mean;
  result.difference = b.mean - a.mean;
  result.standard_error_cr0 =
      std::sqrt(variance_a * ((n_a - 1) / n_a) + variance_b * ((n_b - 1) / n_b));
  result.standard_error_cr1 = std::sqrt(variance_a + variance_b);
  return result;
}

}  // namespace converge::stats
