#include "stats/rates/poisson_interval.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// The quantile at standard normal z of a gamma variable of large shape. The next term of the
/// expansion is below z^4 / shape: nothing beside the standard deviation sqrt(shape).
double large_gamma_quantile(double shape, double z) {
  return shape + z * std::sqrt(shape) + (z * z - 1) / 3 + z * (z * z - 7) / (36 * std::sqrt(shape));
}

/// From here on the incomplete gamma function costs more digits than the expansion.
constexpr double kLargeShape = 1e8;

double lower_quantile(double p, double shape) {
  if (shape > kLargeShape) return large_gamma_quantile(shape, normal_quantile(p));
  return gamma_quantile(p, shape);
}

double upper_quantile(double p, double shape) {
  if (shape > kLargeShape) return large_gamma_quantile(shape, normal_upper_quantile(p));
  return gamma_upper_quantile(p, shape);
}

}  // namespace

Result<Interval> poisson_exact_interval(const EventCount& count, const RateOptions& options) {
  if (const Status valid = first_failure(
          {require_event_count("x", count), require_open_unit("alpha", options.alpha)});
      !valid) {
    return valid.error();
  }
  // P(X >= events | lower) = P(X <= events | upper) = alpha / 2, as quantiles of gamma variables.
  const double lower = count.events == 0 ? 0 : lower_quantile(options.alpha / 2, count.count());
  const double upper = upper_quantile(options.alpha / 2, count.count() + 1);
  const Interval interval{lower / count.exposure, upper / count.exposure, 1 - options.alpha};
  if (!(interval.lower <= interval.upper)) {
    return Error{Errc::kInvalidArgument, "alpha: no finite quantile exists"};
  }
  return interval;
}

}  // namespace converge::stats
