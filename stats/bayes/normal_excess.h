#pragma once

namespace converge::stats {

/// E max(X, 0) of X ~ N(mean, sd^2): what is lost by acting as if X were at most 0.
/// Inputs   a finite mean; sd > 0, finite.
/// Output   in the unit of X; positive down to 1e-308 and right to a few ulp in relative terms,
///          however many sd the mean lies below 0.
/// Errors   none.
/// Cost     O(1).
/// Source   sd (phi(z) + z Phi(z)), z = mean / sd; below z = -4 by the continued fraction of
///          Mills' ratio (Abramowitz, Stegun 26.2.14), in which the leading terms cancel exactly.
/// Checked  unit/stats/bayes_effect_test.cc (mpmath, 50 digits).
double normal_excess(double mean, double sd);

}  // namespace converge::stats
