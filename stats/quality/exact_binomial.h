#pragma once

#include <cstdint>

#include "base/result.h"

namespace converge::stats {

/// Exact two-sided binomial test of a share.
/// Inputs   successes of trials; the share expected, in [0, 1].
/// Output   p: the probability of all counts that are no likelier than the one seen (1e-7 relative
///          slack for ties). Without trials nothing contradicts the share: 1. Below 1e-308 comes
///          as 0. The far tail's border is found by bisection, so 1e9 trials cost no more than
///          100.
/// Assumes  independent trials, one fixed look.
/// Errors   kInvalidArgument counts, share.
/// Cost     O(log trials) evaluations of the probability.
/// Source   Clopper, Pearson (1934); ordering by probability as in scipy's binomtest.
/// Checked  golden/calc/quality_test.cc (srm.json); unit/stats/exact_srm_test.cc (mpmath).
Result<double> exact_binomial_p(std::int64_t successes, std::int64_t trials, double share);

}  // namespace converge::stats
