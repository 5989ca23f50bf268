#include "stats/means/welch.h"

#include <cmath>
#include <string>

namespace converge::stats {

Status check_samples(const Sample& a, const Sample& b) {
  for (const Sample* sample : {&a, &b}) {
    const std::string arm = sample == &a ? "a" : "b";
    if (sample->n < 2) {
      return Error{Errc::kInsufficientData, arm + ".n: " + std::to_string(sample->n) +
                                                " units, the variance needs at least 2"};
    }
    if (!std::isfinite(sample->mean) || !std::isfinite(sample->variance) ||
        !std::isfinite(sample->third_central_moment)) {
      return Error{Errc::kInvalidArgument, arm + ": expected finite numbers"};
    }
    if (sample->variance < 0) {
      return Error{Errc::kInvalidArgument, arm + ".variance: expected 0 or more"};
    }
  }
  return {};
}

Result<TStatistic> welch_statistic(const Sample& a, const Sample& b) {
  if (const Status valid = check_samples(a, b); !valid) return valid.error();
  if (a.variance == 0 && b.variance == 0) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms, the test is undefined"};
  }
  const auto n_a = static_cast<double>(a.n);
  const auto n_b = static_cast<double>(b.n);
  const double variance_a = a.variance / n_a;
  const double variance_b = b.variance / n_b;
  TStatistic statistic;
  statistic.estimate = b.mean - a.mean;
  statistic.standard_error = std::sqrt(variance_a + variance_b);
  statistic.dof = satterthwaite_dof(variance_a, n_a - 1, variance_b, n_b - 1);
  return statistic;
}

Result<WelchResult> welch(const Sample& a, const Sample& b, const WelchOptions& options) {
  const Result<TStatistic> statistic = welch_statistic(a, b);
  if (!statistic) return statistic.error();
  return t_test(*statistic, options.alpha);
}

}  // namespace converge::stats
