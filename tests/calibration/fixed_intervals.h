#pragma once

#include <vector>

#include "tests/calibration/count.h"

namespace converge::calibration {

/// How often 95 % intervals of one fixed look leave out the truth, each in a setting that its
/// header claims to cover.
std::vector<Count> fixed_intervals(int runs);

}  // namespace converge::calibration
