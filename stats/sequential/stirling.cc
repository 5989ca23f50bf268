#include "stats/sequential/stirling.h"

#include <cmath>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

constexpr double kSeriesLimit = 0.01;  // of |r|: below it the series, whose tenth term is < 1e-17

}  // namespace

double relative_entropy_term(double r) {
  if (r <= -1) return 1;
  if (std::abs(r) > kSeriesLimit) return (1 + r) * std::log1p(r) - r;
  // sum over k >= 2 of (-1)^k r^k / (k (k - 1))
  double sum = 0;
  for (int k = 10; k >= 2; --k) sum = 1.0 / (k * (k - 1)) - r * sum;
  return r * r * sum;
}

double log1p_remainder(double r) {
  if (std::abs(r) > kSeriesLimit) return r - std::log1p(r);
  // sum over k >= 2 of (-1)^k r^k / k
  double sum = 0;
  for (int k = 10; k >= 2; --k) sum = 1.0 / k - r * sum;
  return r * r * sum;
}

double log_normal_upper_corrected(double z, double correction) {
  static constexpr double kLogRootTwoPi = 0.918938533204672742;
  const double log_upper = normal_log_upper(z);
  const double log_density = -z * z / 2 - kLogRootTwoPi;
  return log_upper + std::log1p(correction * std::exp(log_density - log_upper));
}

double stirling_remainder(double z) {
  static constexpr double kAsymptotic = 16;
  double shifted = 0;
  while (z < kAsymptotic) {  // s(z) = s(z + 1) + (z + 1/2) ln(1 + 1/z) - 1
    shifted += (z + 0.5) * std::log1p(1 / z) - 1;
    z += 1;
  }
  const double inverse = 1 / z;
  const double square = inverse * inverse;
  // Abramowitz, Stegun 6.1.41.
  return shifted + inverse * (1.0 / 12 -
                              square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680))));
}

}  // namespace converge::stats
