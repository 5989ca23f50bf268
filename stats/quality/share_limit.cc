#include "stats/quality/share_limit.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {

Result<ShareLimit> share_limit(const ShareLimitInputs& inputs) {
  if (const Status valid = first_failure({require_successes("events", inputs.events, inputs.units),
                                          require_open_unit("limit", inputs.limit),
                                          require_open_unit("alpha", inputs.alpha)});
      !valid) {
    return valid.error();
  }
  if (inputs.alpha > 0.5) {
    return Error{Errc::kInvalidArgument, "alpha: expected at most 0.5 for each bound"};
  }
  if (inputs.units == 0) return Error{Errc::kInsufficientData, "units: there is none"};
  const auto n = static_cast<double>(inputs.units);
  const double z = normal_upper_quantile(inputs.alpha);
  const double share = static_cast<double>(inputs.events) / n;
  const double z2 = z * z;
  // Wilson (1927), the roots of (share - p)^2 = z^2 p (1 - p) / n.
  const double centre = share + z2 / (2 * n);
  const double reach = z * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  const double scale = 1 + z2 / n;
  ShareLimit result;
  result.share = share;
  result.interval = {inputs.events == 0 ? 0 : std::max(0.0, (centre - reach) / scale),
                     inputs.events == inputs.units ? 1 : std::min(1.0, (centre + reach) / scale),
                     1 - 2 * inputs.alpha};
  result.above = share > inputs.limit;
  result.surely_above = result.interval.lower > inputs.limit;
  result.surely_below = result.interval.upper < inputs.limit;
  return result;
}

}  // namespace converge::stats
