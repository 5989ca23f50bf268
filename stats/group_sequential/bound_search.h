#pragma once

#include <optional>

#include "stats/group_sequential/recursion.h"
#include "stats/group_sequential/spending_functions.h"

namespace converge::stats {

/// The bound at the recursion's present look that is first crossed with a given probability.
/// Inputs   a recursion under no drift, moved to the look; spend > 0.
/// Output   c with P(not stopped before, Z > c) = spend or, two-sided, |Z| > c; +infinity where
///          spend is below 1e-305. Nothing where fewer paths than that are left.
/// Assumes, errors  as recursion.h.
/// Cost     about five tails of the recursion.
/// Source   Newton's method on the logarithm of the tail, which is concave, from the right.
/// Checked  golden/calc/group_sequential_test.cc; property/stats/group_sequential_test.cc.
std::optional<double> bound_that_spends(const Recursion& recursion, Sides sides, double spend);

/// P(not stopped before and beyond the bound at the present look).
double stopping_probability(const Recursion& recursion, Sides sides, double bound);

}  // namespace converge::stats
