#include "stats/rates/poisson_interval.h"

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {

Result<Interval> poisson_exact_interval(const EventCount& count, const RateOptions& options) {
  if (const Status valid = first_failure(
          {require_event_count("x", count), require_open_unit("alpha", options.alpha)});
      !valid) {
    return valid.error();
  }
  // P(X >= events | lower) = P(X <= events | upper) = alpha / 2, as quantiles of gamma variables.
  const double lower = count.events == 0 ? 0 : gamma_quantile(options.alpha / 2, count.count());
  const double upper = gamma_upper_quantile(options.alpha / 2, count.count() + 1);
  const Interval interval{lower / count.exposure, upper / count.exposure, 1 - options.alpha};
  if (!(interval.lower <= interval.upper)) {
    return Error{Errc::kInvalidArgument, "alpha: no finite quantile exists"};
  }
  return interval;
}

}  // namespace converge::stats
