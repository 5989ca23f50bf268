#include "stats/means/t_test.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Status check_inputs(const TStatistic& statistic, double alpha) {
  Status valid = first_failure({require_open_unit("alpha", alpha),
                                require_finite("estimate", statistic.estimate),
                                require_not_negative("standard_error", statistic.standard_error)});
  if (!valid) return valid;
  if (statistic.standard_error == 0) {
    return Error{Errc::kInsufficientData, "standard_error: 0, the test is undefined"};
  }
  if (!(statistic.dof > 0)) {
    return Error{Errc::kInvalidArgument, "dof: expected a number above 0"};
  }
  return {};
}

/// The half-width of an interval that leaves `tail` beyond it.
Result<double> half_width(double standard_error, double dof, double tail) {
  const double half = student_t_upper_quantile(tail, dof) * standard_error;
  if (std::isfinite(half)) return half;
  return Error{Errc::kInvalidArgument, "alpha: the quantile exceeds the range of double"};
}

}  // namespace

Result<TTest> t_test(const TStatistic& statistic, double alpha) {
  if (const Status valid = check_inputs(statistic, alpha); !valid) return valid.error();
  TTest test;
  test.estimate = statistic.estimate;
  test.standard_error = statistic.standard_error;
  test.dof = statistic.dof;
  test.t = test.estimate / test.standard_error;
  if (!std::isfinite(test.t)) {
    return Error{Errc::kInvalidArgument, "estimate: the statistic exceeds the range of double"};
  }
  test.p_greater = student_t_upper(test.t, test.dof);
  test.p_less = student_t_upper(-test.t, test.dof);
  test.p_two_sided = std::min(1.0, 2 * student_t_upper(std::abs(test.t), test.dof));
  test.log_p_two_sided =
      std::min(0.0, std::numbers::ln2 + student_t_log_upper(std::abs(test.t), test.dof));
  const Result<double> half = half_width(test.standard_error, test.dof, alpha / 2);
  if (!half) return half.error();
  test.interval = {test.estimate - *half, test.estimate + *half, 1 - alpha};
  return test;
}

Result<Interval> lower_bound(const TTest& test, double alpha) {
  if (const Status valid = require_open_unit("alpha", alpha); !valid) return valid.error();
  const Result<double> half = half_width(test.standard_error, test.dof, alpha);
  if (!half) return half.error();
  return Interval{test.estimate - *half, kInfinity, 1 - alpha};
}

Result<Interval> upper_bound(const TTest& test, double alpha) {
  if (const Status valid = require_open_unit("alpha", alpha); !valid) return valid.error();
  const Result<double> half = half_width(test.standard_error, test.dof, alpha);
  if (!half) return half.error();
  return Interval{-kInfinity, test.estimate + *half, 1 - alpha};
}

double satterthwaite_dof(double variance_a, double dof_a, double variance_b, double dof_b) {
  // By the shares in the variance: their squares cannot overflow.
  const double share_a = variance_a / (variance_a + variance_b);
  const double share_b = variance_b / (variance_a + variance_b);
  return 1 / (share_a * share_a / dof_a + share_b * share_b / dof_b);
}

}  // namespace converge::stats
