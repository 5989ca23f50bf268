#include "stats/bayes/normal_excess.h"

#include "stats/distributions.h"

namespace converge::stats {

double normal_excess(double mean, double sd) {
  static constexpr double kContinuedFractionBelow = -4;
  static constexpr int kTerms = 150;  // exact to double from |z| = 4 on
  const double z = mean / sd;
  if (z > kContinuedFractionBelow) return sd * (normal_density(z) + z * normal_cdf(z));
  // Mills' ratio is 1 / (|z| + c) with c = 1 / (|z| + 2 / (|z| + 3 / ...)), so that
  // 1 - |z| / (|z| + c) = c / (|z| + c).
  double denominator = -z;
  for (int k = kTerms; k >= 2; --k) denominator = -z + k / denominator;
  const double c = 1 / denominator;
  return sd * normal_density(z) * (c / (c - z));
}

}  // namespace converge::stats
