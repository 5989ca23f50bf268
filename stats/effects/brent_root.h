#pragma once

#include <functional>

namespace converge::stats {

/// A root of a continuous function within a bracket.
/// Inputs   function with values of unlike sign (or 0) at lower and upper; tolerance >= 0 on the
///          root, to which the rounding of double is added.
/// Output   a point at most about `tolerance` from a root.
/// Cost     superlinear near a simple root, never worse than a multiple of bisection; at most 1000
///          evaluations.
/// Source   Brent (1973) Algorithms for Minimization without Derivatives, ch. 4, procedure zero.
///          The order of evaluations is that of R's uniroot, which metafor relies on.
/// Checked  golden/calc/effects_test.cc (meta_analysis.json).
double brent_root(const std::function<double(double)>& function, double lower, double upper,
                  double tolerance);

}  // namespace converge::stats
