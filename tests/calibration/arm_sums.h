#pragma once

#include <cstdint>

#include "stats/moments.h"

namespace converge::calibration {

/// Running power sums of the values of one arm. Plain doubles: the values are of order one, and
/// the engine's exact integers have their own tests.
struct ArmSums {
  std::int64_t n = 0;
  std::int64_t events = 0;  ///< values that are not 0
  double x = 0;
  double xx = 0;
  double xxx = 0;

  void add(double value);
  void add_conversions(std::int64_t trials, std::int64_t successes);
  ArmSums& operator+=(const ArmSums& other);
  stats::Sample sample() const;  ///< n of 0 or 1: the variance is 0, callers look at n
};

/// Both arms of one phase (stratum): what it holds, or what a look adds to it.
struct PhaseSums {
  ArmSums a;
  ArmSums b;
};

}  // namespace converge::calibration
