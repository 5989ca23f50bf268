#pragma once

#include <vector>

#include "tests/calibration/scenario.h"

namespace converge::calibration {

enum class Phases {
  kApart,   ///< strata, combined within
  kPooled,  ///< the negative control: one mean per arm over all phases
};

struct Ramp {
  std::vector<double> shares;  ///< of the treatment, one per phase of equal length
  double drift;                ///< both arms' mean moves from 1 - drift to 1 + drift times the base
  Phases phases;
};

/// No effect, a share that grows in steps, and a base rate that drifts meanwhile.
Scenario ramp(const Population& population, const Arrival& arrival, const Ramp& ramp);

}  // namespace converge::calibration
