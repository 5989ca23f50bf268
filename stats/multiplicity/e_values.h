#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// Benjamini-Hochberg on e-values: false discovery rate under any dependence, at any stopping time.
/// Inputs   natural logarithms of e-values (-infinity is e = 0); q in (0, 1).
/// Output   one flag per hypothesis: the k* with the largest e are rejected, k* the largest k
///          whose k-th e is at least m / (q k).
/// Assumes  each is an e-value: expectation at most 1 where its hypothesis holds.
/// Errors   kInvalidArgument q, a logarithm that is not a number.
/// Cost     O(m log m).
/// Source   Wang, Ramdas (2022) J. R. Stat. Soc. B 84:822-852.
/// Checked  unit/stats/multiplicity_test.cc.
Result<std::vector<bool>> e_benjamini_hochberg(std::span<const double> log_e, double q);

}  // namespace converge::stats
