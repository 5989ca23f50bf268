#pragma once

#include "tests/calibration/scenario.h"

namespace converge::calibration {

/// Clicks per page view. Units differ in how many pages they view (skewed) and in how often they
/// click, so that page views are no independent trials.
Scenario clicks_per_view(const Arrival& arrival, const Split& split);

}  // namespace converge::calibration
