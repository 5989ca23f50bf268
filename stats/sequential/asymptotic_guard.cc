#include "stats/sequential/asymptotic_guard.h"

#include <algorithm>
#include <cmath>

namespace converge::stats {

GuardVerdict asymptotic_guard(const GuardInputs& inputs) {
  const Difference& difference = inputs.difference;
  const auto [smaller, larger] = std::minmax(difference.n_a, difference.n_b);
  if (smaller < kGuardUnitsMin) return GuardVerdict::kTooFewUnits;
  if (std::min(inputs.events_a, inputs.events_b) < kGuardEventsMin) {
    return GuardVerdict::kTooFewEvents;
  }
  const bool balanced =
      static_cast<double>(larger) <= kGuardBalancedRatioMax * static_cast<double>(smaller);
  // Each comparison is written so that NaN fails it.
  const auto enough_units = [](std::int64_t n, double skewness) {
    return kGuardUnitsPerSquaredSkew * skewness * skewness <= static_cast<double>(n);
  };
  const bool symmetric = balanced ? std::abs(difference.skew_standardised) <= kGuardSkewMax
                                  : enough_units(difference.n_a, difference.skewness_a) &&
                                        enough_units(difference.n_b, difference.skewness_b);
  return symmetric ? GuardVerdict::kSatisfied : GuardVerdict::kTooSkewed;
}

}  // namespace converge::stats
