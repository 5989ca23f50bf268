#include "stats/proportions/one_proportion.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_inputs(const BinomialCount& count, const ProportionOptions& options) {
  return first_failure(
      {require_binomial_count("x", count), require_open_unit("alpha", options.alpha)});
}

Interval mirrored(const Interval& interval) {
  return {1 - interval.upper, 1 - interval.lower, interval.level};
}

Interval cut_to_unit(double centre, double half, double level) {
  return {std::max(0.0, centre - half), std::min(1.0, centre + half), level};
}

/// The roots of (p - theta)^2 = z^2 theta (1 - theta) / n for p <= 1/2, the smaller one from the
/// product of both so that a rare success does not cancel.
Interval wilson_of_minority(const BinomialCount& count, double alpha) {
  const double z = normal_upper_quantile(alpha / 2);
  const double w = z * z / count.n();
  const double p = count.share();
  const double root = std::sqrt(w * (w + 4 * p * (count.failures() / count.n())));
  return {2 * p * p / (2 * p + w + root), (2 * p + w + root) / (2 * (1 + w)), 1 - alpha};
}

Interval clopper_pearson_of_minority(const BinomialCount& count, double alpha) {
  const double x = count.x();
  const double failures = count.failures();
  if (count.successes == 0) {
    return {0, -std::expm1(std::log(alpha / 2) / count.n()), 1 - alpha};
  }
  return {beta_quantile(alpha / 2, x, failures + 1),
          beta_upper_quantile(alpha / 2, x + 1, failures), 1 - alpha};
}

Interval jeffreys_of_minority(const BinomialCount& count, double alpha) {
  const double a = count.x() + 0.5;
  const double b = count.failures() + 0.5;
  return {beta_quantile(alpha / 2, a, b), beta_upper_quantile(alpha / 2, a, b), 1 - alpha};
}

/// Every interval here is computed for the rarer outcome and mirrored: the precision is that of the
/// rarer share, and mirroring the outcomes mirrors the bounds bit for bit.
Result<Interval> from_minority(const BinomialCount& count, const ProportionOptions& options,
                               Interval (*interval)(const BinomialCount&, double)) {
  if (const Status valid = check_inputs(count, options); !valid) return valid.error();
  const bool rare_success = count.successes <= count.trials - count.successes;
  const Interval result = rare_success ? interval(count, options.alpha)
                                       : mirrored(interval(count.mirrored(), options.alpha));
  if (!(result.lower <= result.upper)) {
    return Error{Errc::kInvalidArgument, "alpha: no finite quantile exists"};
  }
  return result;
}

}  // namespace

Result<Interval> wilson_interval(const BinomialCount& count, const ProportionOptions& options) {
  return from_minority(count, options, wilson_of_minority);
}

Result<Interval> clopper_pearson_interval(const BinomialCount& count,
                                          const ProportionOptions& options) {
  return from_minority(count, options, clopper_pearson_of_minority);
}

Result<Interval> jeffreys_interval(const BinomialCount& count, const ProportionOptions& options) {
  return from_minority(count, options, jeffreys_of_minority);
}

Result<Interval> agresti_coull_interval(const BinomialCount& count,
                                        const ProportionOptions& options) {
  if (const Status valid = check_inputs(count, options); !valid) return valid.error();
  // Brown, Cai, DasGupta (2001) eq. 5: z^2 / 2 successes and as many failures are added.
  const double z = normal_upper_quantile(options.alpha / 2);
  const double n = count.n() + z * z;
  const double p = (count.x() + z * z / 2) / n;
  const double half = z * std::sqrt(p * (1 - p) / n);
  return cut_to_unit(p, half, 1 - options.alpha);
}

Result<Interval> normal_proportion_interval(const BinomialCount& count,
                                            const ProportionOptions& options) {
  if (const Status valid = check_inputs(count, options); !valid) return valid.error();
  const double p = count.share();
  const double half = normal_upper_quantile(options.alpha / 2) *
                      std::sqrt(p * (count.failures() / count.n()) / count.n());
  return cut_to_unit(p, half, 1 - options.alpha);
}

}  // namespace converge::stats
