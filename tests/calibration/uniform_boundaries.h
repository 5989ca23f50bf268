#pragma once

#include <vector>

#include "tests/calibration/count.h"

namespace converge::calibration {

/// Sums of increments of mean 0 against the boundaries of Howard et al., looked at after every one
/// of 2,000 increments; the Bernoulli and the betting confidence sequence against the true mean;
/// the sum's normal quantile as negative control.
std::vector<Count> uniform_boundaries(int runs);

}  // namespace converge::calibration
