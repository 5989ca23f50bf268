#pragma once

#include "base/result.h"

namespace converge::stats {

struct EmpiricalProcessOptions {
  double alpha;
  double t_min;  ///< >= 1, units from which the boundary holds
  double a;      ///< > sqrt(1/2), the leading constant; 0.85
};

/// How far an empirical distribution function ever strays from the true one, at any value and any
/// time from t_min on.
/// Inputs   t >= 1 units; options.
/// Output   a sqrt((ln(1 + ln(t / t_min)) + C) / t); +infinity before t_min.
/// Assumes  independent values of one distribution.
/// Errors   kInvalidArgument, also for an `a` so close to sqrt(1/2) that no C is found.
/// Cost     O(1), a search within a search.
/// Source   Howard, Ramdas (2022) Bernoulli 28:1704-1728, theorem 2; C solves its error bound.
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json).
Result<double> empirical_process_lil_bound(double t, const EmpiricalProcessOptions& options);

struct DoubleStitchingOptions {
  double alpha;
  double t_opt;  ///< >= 1
  double delta;  ///< > 0, fineness of the grid of quantiles; 0.5
  double s;      ///< > 1; 1.4
  double eta;    ///< > 1; 2
};

/// How far the count below any quantile ever strays, narrower for extreme quantiles.
/// Inputs   quantile in (0, 1), t >= 1 units; options.
/// Output   a number of units, for the upper side; the lower side has 1 - quantile.
/// Assumes, errors as above.
/// Cost     O(1).
/// Source   Howard, Ramdas (2022), theorem 3.
/// Checked  as above.
Result<double> quantile_double_stitching_bound(double quantile, double t,
                                               const DoubleStitchingOptions& options);

}  // namespace converge::stats
