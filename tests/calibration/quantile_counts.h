#pragma once

#include <vector>

#include "tests/calibration/count.h"

namespace converge::calibration {

/// Quantiles: intervals of one look (order statistics; with events clustered in units), and the
/// sequential test of equal medians at 10 looks, by value and by unit. Clustered events taken as
/// independent are the negative controls.
std::vector<Count> quantile_counts(int runs);

}  // namespace converge::calibration
