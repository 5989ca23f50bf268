#include "stats/means/log_ratio_lift.h"

#include <cmath>

#include "stats/means/welch.h"

namespace converge::stats {
namespace {

/// ln(mean_b / mean_a) that keeps its digits where the means are close and where they are far
/// apart.
double log_ratio(double mean_a, double mean_b) {
  static constexpr double kClose = 0.5;
  const double delta = (mean_b - mean_a) / mean_a;
  return std::abs(delta) < kClose ? std::log1p(delta) : std::log(mean_b) - std::log(mean_a);
}

/// The variance of a mean in units of that mean, squared last.
double relative_variance(const Sample& sample) {
  const double relative = std::sqrt(sample.variance / static_cast<double>(sample.n)) / sample.mean;
  return relative * relative;
}

}  // namespace

Result<LogRatioLift> log_ratio_lift(const Sample& a, const Sample& b,
                                    const LogRatioOptions& options) {
  if (const Result<TStatistic> absolute = welch_statistic(a, b); !absolute) return absolute.error();
  for (const Sample* sample : {&a, &b}) {
    if (sample->mean > 0) continue;
    return Error{Errc::kInsufficientData, std::string(sample == &a ? "mean_a" : "mean_b") +
                                              ": expected above 0, a log ratio is undefined"};
  }
  const double variance_a = relative_variance(a);
  const double variance_b = relative_variance(b);
  TStatistic statistic;
  statistic.estimate = log_ratio(a.mean, b.mean);
  statistic.standard_error = std::sqrt(variance_a + variance_b);
  statistic.dof = satterthwaite_dof(variance_a, static_cast<double>(a.n - 1), variance_b,
                                    static_cast<double>(b.n - 1));
  const Result<TTest> test = t_test(statistic, options.alpha);
  if (!test) return test.error();
  LogRatioLift lift;
  lift.estimate = (b.mean - a.mean) / a.mean;
  lift.log_ratio = *test;
  lift.interval = {std::expm1(test->interval.lower), std::expm1(test->interval.upper),
                   test->interval.level};
  return lift;
}

}  // namespace converge::stats
