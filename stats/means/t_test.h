#pragma once

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

/// An estimate of an effect, as far as a t test needs to know it.
struct TStatistic {
  double estimate = 0;
  double standard_error = 0;
  double dof = 0;
};

struct TTest {
  double estimate = 0;
  double standard_error = 0;
  double dof = 0;
  double t = 0;
  double p_two_sided = 0;
  double p_greater = 0;        ///< against an effect of 0 or less
  double p_less = 0;           ///< against an effect of 0 or more
  double log_p_two_sided = 0;  ///< natural logarithm; keeps its meaning where p itself is 0
  Interval interval;           ///< two-sided
};

/// The t test of an effect against 0, and its interval.
/// Inputs   estimate in any unit, its standard error in the same; dof above 0, infinite for the
///          normal distribution; alpha two-sided in (0, 1).
/// Output   p from survival functions, never 1 - cdf; below 1e-308 p is 0 and log_p_two_sided
/// tells. Assumes  estimate / standard_error follows Student's t where the effect is 0; one fixed
/// look. Errors   kInvalidArgument a figure that is not finite, standard_error below 0, dof or
/// alpha
///          outside its domain, a statistic or quantile beyond the range of double;
///          kInsufficientData standard_error 0.
/// Cost     O(1).
/// Source   Student (1908) Biometrika 6:1-25.
/// Checked  golden/calc/means_test.cc through every test of this folder;
///          unit/stats/t_test_test.cc.
Result<TTest> t_test(const TStatistic& statistic, double alpha);

/// One-sided intervals [lower, infinity) and (-infinity, upper] of level 1 - alpha.
/// Inputs   a test made by t_test or by any function that returns one; alpha in (0, 1).
/// Output   lower > 0 if and only if p_greater < alpha, upper < 0 if and only if p_less < alpha,
///          but for rounding.
/// Errors   kInvalidArgument alpha, or a quantile beyond the range of double.
/// Cost     O(1).
/// Source   as t_test.
/// Checked  golden/calc/lifts_test.cc (gb_welch_relative_absolute.json); unit/stats/t_test_test.cc.
Result<Interval> lower_bound(const TTest& test, double alpha);
Result<Interval> upper_bound(const TTest& test, double alpha);

/// Degrees of freedom of a sum of two independent estimated variances.
/// Inputs   the variances, 0 or more and not both 0, and the degrees of freedom of each.
/// Output   between the smaller of both and their sum; exactly symmetric in the arms.
/// Errors   none: outside the domain the answer is NaN, which t_test refuses.
/// Cost     O(1).
/// Source   Satterthwaite (1946) Biometrics Bulletin 2:110-114.
/// Checked  golden/calc/means_test.cc (welch_t.json).
double satterthwaite_dof(double variance_a, double dof_a, double variance_b, double dof_b);

}  // namespace converge::stats
