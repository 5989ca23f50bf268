#include "stats/sequential/relative_contrast.h"

#include <cmath>
#include <limits>

namespace converge::stats {

Result<Difference> relative_contrast(const Difference& difference) {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const double mean = std::abs(difference.mean_a);
  const double ratio = difference.mean_b / mean;
  Difference relative;
  relative.n_a = difference.n_a;
  relative.n_b = difference.n_b;
  relative.estimate = difference.estimate / mean;
  // Scaled before squaring: V_b / m_a^2 + V_a (m_b / m_a)^2 / m_a^2.
  relative.variance = difference.variance_of_mean_b / mean / mean +
                      difference.variance_of_mean_a / mean / mean * ratio * ratio;
  relative.mean_b = relative.estimate;
  relative.variance_of_mean_b = relative.variance;
  relative.skew_standardised = kUnknown;
  relative.skewness_a = kUnknown;
  relative.skewness_b = kUnknown;
  if (!(mean > 0) || !std::isfinite(relative.estimate) || !std::isfinite(relative.variance)) {
    return Error{Errc::kInsufficientData, "mean_a: too close to 0 for a relative difference"};
  }
  if (relative.variance == 0) {
    return Error{Errc::kInsufficientData, "variance: 0, no test is defined"};
  }
  return relative;
}

}  // namespace converge::stats
