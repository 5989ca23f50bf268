#include "stats/means/delta_lift.h"

#include <cmath>

#include "stats/means/welch.h"

namespace converge::stats {

Result<TTest> delta_relative_lift(const Sample& a, const Sample& b,
                                  const DeltaLiftOptions& options) {
  const Result<TStatistic> absolute = welch_statistic(a, b);
  if (!absolute) return absolute.error();
  if (a.mean == 0) {
    return Error{Errc::kInsufficientData, "mean_a: 0, a relative lift is undefined"};
  }
  // The standard errors of both means in units of the control mean, before anything is squared.
  const double relative_a = std::sqrt(a.variance / static_cast<double>(a.n)) / std::abs(a.mean);
  const double relative_b = std::sqrt(b.variance / static_cast<double>(b.n)) / std::abs(a.mean);
  TStatistic lift;
  lift.estimate = absolute->estimate / std::abs(a.mean);
  lift.standard_error = std::hypot(relative_b, b.mean / a.mean * relative_a);
  lift.dof = absolute->dof;
  if (!std::isfinite(lift.estimate) || !std::isfinite(lift.standard_error)) {
    return Error{Errc::kInsufficientData, "mean_a: too close to 0 for a relative lift"};
  }
  if (lift.standard_error == 0) {
    return Error{Errc::kInsufficientData,
                 "mean_b: 0 without variance, the delta method has no standard error"};
  }
  return t_test(lift, options.alpha);
}

}  // namespace converge::stats
