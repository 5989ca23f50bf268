#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace converge::stats {

/// The most outcomes that the exact tests enumerate (a second's work).
constexpr double kMostOutcomes = 5e6;

/// Exact test of multinomial shares for small counts, where chi-square is not to be trusted.
/// Inputs   counts; weights of 0 or more, at least two above 0, need not add up to 1.
/// Output   p: the probability of all outcomes no likelier than the one seen (1e-7 relative slack
///          for ties). No unit: 1. A unit in an arm of weight 0 refutes the shares: 0. Two arms of
///          positive weight take any counts (exact_binomial_p).
/// Assumes  independent units, one fixed look.
/// Errors   kInvalidArgument sizes that differ, a negative count or weight, a figure that is not
///          finite; kInsufficientData fewer than two positive weights; kTooLarge more than
///          kMostOutcomes outcomes: use srm_chi_square.
/// Cost     O(C(n + k - 1, k - 1)).
/// Source   definition, by enumeration.
/// Checked  unit/stats/exact_srm_test.cc (R, enumeration).
Result<double> exact_multinomial_p(std::span<const std::int64_t> counts,
                                   std::span<const double> weights);

}  // namespace converge::stats
