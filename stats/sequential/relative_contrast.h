#pragma once

#include "base/result.h"
#include "stats/difference.h"

namespace converge::stats {

/// A Difference on the relative scale by the delta method, for comparison with peers that decide by
/// it. Not a decision here: under peeking it errs far too often while the control mean is within
/// some ten standard errors of 0 (16.8 % false alarms at a nominal 5 % for rare conversions), and
/// swapping the arms changes its verdict. Fieller's interval (means/fieller.h) has neither fault.
/// Inputs   a Difference.
/// Output   estimate (mean_b - mean_a) / |mean_a| and its variance; the mean of b is the lift, that
///          of a is 0 without variance, and skews are not numbers, so that no guard accepts it.
/// Assumes  mean_a many standard errors from 0.
/// Errors   kInsufficientData mean_a 0 or too near to it; no variance left.
/// Cost     O(1).
/// Source   delta method, as GrowthBook applies it.
/// Checked  golden/calc/sequential_test.cc (gb_sequential.json).
Result<Difference> relative_contrast(const Difference& difference);

}  // namespace converge::stats
