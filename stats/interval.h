#pragma once

namespace converge::stats {

/// lower <= upper; a bound is infinite only where the function that made it says so.
struct Interval {
  double lower = 0;
  double upper = 0;
  double level = 0;  ///< nominal coverage, 1 - alpha

  bool contains(double value) const { return lower <= value && value <= upper; }
  bool operator==(const Interval&) const = default;
};

}  // namespace converge::stats
