#include "stats/means/relative_lift.h"

#include "stats/distributions.h"

namespace converge::stats {

Result<WelchLift> welch_relative_lift(const Sample& a, const Sample& b,
                                      const WelchOptions& options) {
  const Result<WelchResult> absolute = welch(a, b, options);
  if (!absolute) return absolute.error();
  const double multiplier = student_t_upper_quantile(options.alpha / 2, absolute->dof);
  return WelchLift{
      *absolute, multiplier,
      fieller_relative_lift({.mean_a = a.mean,
                             .variance_of_mean_a = a.variance / static_cast<double>(a.n),
                             .mean_b = b.mean,
                             .variance_of_mean_b = b.variance / static_cast<double>(b.n),
                             .covariance = 0,
                             .z = multiplier,
                             .level = 1 - options.alpha})};
}

}  // namespace converge::stats
