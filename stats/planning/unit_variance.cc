#include "stats/planning/unit_variance.h"

#include <algorithm>
#include <cmath>

#include "stats/domain.h"

namespace converge::stats {

Result<double> ratio_unit_variance(const RatioUnit& unit) {
  if (const Status valid =
          first_failure({require_finite("mean_numerator", unit.mean_numerator),
                         require_not_negative("variance_numerator", unit.variance_numerator),
                         require_finite("mean_denominator", unit.mean_denominator),
                         require_not_negative("variance_denominator", unit.variance_denominator),
                         require_finite("covariance", unit.covariance)});
      !valid) {
    return valid.error();
  }
  if (unit.mean_denominator == 0) {
    return Error{Errc::kInvalidArgument, "mean_denominator: expected a number other than 0"};
  }
  const double sd_x = std::sqrt(unit.variance_numerator);
  const double sd_y = std::sqrt(unit.variance_denominator);
  static constexpr double kRounding = 1 + 1e-12;
  if (std::abs(unit.covariance) > sd_x * sd_y * kRounding) {
    return Error{Errc::kInvalidArgument, "covariance: expected at most sqrt(v_x v_y) in size"};
  }
  // Eq. 4 as the variance of (x - R y) / mean_y: no square before the division.
  const double x = sd_x / unit.mean_denominator;
  const double y = unit.mean_numerator / unit.mean_denominator * (sd_y / unit.mean_denominator);
  const double correlation = sd_x == 0 || sd_y == 0 ? 0 : unit.covariance / sd_x / sd_y;
  return std::max(0.0, (x - y) * (x - y) + 2 * x * y * (1 - correlation));
}

Result<double> quantile_unit_variance(double q, double density) {
  if (const Status valid =
          first_failure({require_open_unit("q", q), require_positive("density", density)});
      !valid) {
    return valid.error();
  }
  return q * (1 - q) / density / density;
}

Result<double> density_between(const QuantilePair& pair) {
  if (const Status valid = first_failure(
          {require_unit("q_low", pair.q_low), require_unit("q_high", pair.q_high),
           require_finite("x_low", pair.x_low), require_finite("x_high", pair.x_high)});
      !valid) {
    return valid.error();
  }
  if (!(pair.q_low < pair.q_high) || !(pair.x_low < pair.x_high)) {
    return Error{Errc::kInvalidArgument, "q_low, x_low: expected less than q_high, x_high"};
  }
  return (pair.q_high - pair.q_low) / (pair.x_high - pair.x_low);
}

Result<double> adjusted_unit_variance(double variance, double correlation) {
  if (const Status valid = require_not_negative("variance", variance); !valid) {
    return valid.error();
  }
  if (!(std::abs(correlation) < 1)) {
    return Error{Errc::kInvalidArgument,
                 "correlation: expected a number between -1 and 1, both excluded"};
  }
  return variance * (1 - correlation) * (1 + correlation);
}

}  // namespace converge::stats
