#pragma once

#include <functional>

namespace converge::stats {

/// The upper end of an interval by inversion of a score test on [-1, 1].
/// Inputs   the estimate; the normal quantile, above 0; the statistic at a parameter: 0 at the
///          estimate, falling towards -infinity (which it may reach) at 1.
/// Output   the largest parameter with statistic >= -quantile, to 50 bits; 1 where none is
/// rejected.
///          0 is always an end of the bracket, so that interval and test of 0 give one verdict.
/// Errors   none of its own; the statistic must not throw.
/// Cost     some ten calls of the statistic, at most 200.
/// Source   Alefeld, Potra, Shi (1995) algorithm 748, by Boost.Math.
/// Checked  through its callers: golden/calc/proportions_test.cc, golden/calc/ranks_test.cc.
double upper_score_limit(double estimate, double quantile,
                         const std::function<double(double)>& statistic);

}  // namespace converge::stats
