#pragma once

#include <vector>

#include "tests/calibration/count.h"

namespace converge::calibration {

/// Sample ratios as intended, looked at 200 times: the sequential multinomial test, over phases of
/// a ramp too; Pearson's chi-square at every look and pooled phases as negative controls. Then a
/// true mismatch of 52 to 48, of which a miss is counted.
std::vector<Count> sample_ratio(int runs);

}  // namespace converge::calibration
