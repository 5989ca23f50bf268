#pragma once

#include "tests/calibration/scenario.h"

namespace converge::calibration {

enum class Counting {
  kMatured,     ///< a unit counts when its window has passed
  kAllExposed,  ///< the negative control: every unit, with what it has done so far
};

/// Conversions within a window of seven looks, equally many in both arms; the treatment only delays
/// them within the window.
Scenario delayed_conversions(double p, const Arrival& arrival, const Split& split,
                             Counting counting);

}  // namespace converge::calibration
