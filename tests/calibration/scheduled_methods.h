#pragma once

#include "stats/group_sequential/spending_functions.h"
#include "tests/calibration/simulate.h"

namespace converge::calibration {

/// Alpha spending, two-sided at kAlpha, at `looks` equally spaced looks of the scenario. Its bounds
/// are computed once: they depend on the schedule alone.
Method alpha_spending(const stats::SpendingFunction& function, int looks);

/// Negative control: the bound of one look at each of these looks.
Method normal_test_at_looks(int looks);

}  // namespace converge::calibration
