#include "stats/means/student.h"

#include <cmath>

#include "stats/means/welch.h"

namespace converge::stats {

Result<TTest> student_pooled(const Sample& a, const Sample& b, const StudentOptions& options) {
  if (const Status valid = check_samples(a, b); !valid) return valid.error();
  if (a.variance == 0 && b.variance == 0) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms, the test is undefined"};
  }
  const auto n_a = static_cast<double>(a.n);
  const auto n_b = static_cast<double>(b.n);
  TStatistic statistic;
  statistic.estimate = b.mean - a.mean;
  statistic.dof = n_a + n_b - 2;
  // A weighted mean of the variances: no sum of squares that could overflow.
  const double pooled =
      a.variance * ((n_a - 1) / statistic.dof) + b.variance * ((n_b - 1) / statistic.dof);
  statistic.standard_error = std::sqrt(pooled * (1 / n_a + 1 / n_b));
  return t_test(statistic, options.alpha);
}

}  // namespace converge::stats
