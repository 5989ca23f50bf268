#pragma once

#include "tests/calibration/scenario.h"

namespace converge::calibration {

/// Skewed spend with skewed spend before the exposure as covariate (correlation about 0.6),
/// adjusted by cuped() with the coefficients that the sizes call for.
Scenario spend_with_covariate(const Arrival& arrival, const Split& split);

}  // namespace converge::calibration
