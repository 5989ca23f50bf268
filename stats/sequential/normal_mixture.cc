#include "stats/sequential/normal_mixture.h"

#include <cmath>
#include <limits>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// eq. 14: -ln(1 + v / rho) / 2 + s^2 / (2 (v + rho)).
double log_two_sided(double s, double v, double rho) {
  const double z = s / std::sqrt(v + rho);
  return z * z / 2 - 0.5 * std::log1p(v / rho);
}

/// eq. 15: twice the two-sided one, less what lies below 0.
double log_one_sided(double s, double v, double rho) {
  const double z = s / std::sqrt(v + rho);
  return std::log(2.0) + log_two_sided(s, v, rho) + normal_log_upper(-z);
}

Status check_sum(const SumAtTime& sum) {
  return first_failure({require_finite("s", sum.s), require_not_negative("v", sum.v)});
}

}  // namespace

Result<double> normal_mixture_two_sided(const SumAtTime& sum, const MixtureTuning& tuning) {
  if (const Status valid = check_sum(sum); !valid) return valid.error();
  const Result<double> rho = mixture_rho_two_sided(tuning);
  if (!rho) return rho.error();
  return log_two_sided(sum.s, sum.v, *rho);
}

Result<double> normal_mixture_one_sided(const SumAtTime& sum, const MixtureTuning& tuning) {
  if (const Status valid = check_sum(sum); !valid) return valid.error();
  const Result<double> rho = mixture_rho_one_sided(tuning);
  if (!rho) return rho.error();
  return log_one_sided(sum.s, sum.v, *rho);
}

Result<double> normal_mixture_bound_two_sided(double v, const MixtureBoundOptions& options) {
  if (const Status valid = check_bound(v, options); !valid) return valid.error();
  const Result<double> rho = mixture_rho_two_sided(options.tuning);
  if (!rho) return rho.error();
  // eq. 14 solved for s.
  return std::sqrt(v + *rho) * std::sqrt(std::log1p(v / *rho) - 2 * std::log(options.alpha));
}

Result<double> normal_mixture_bound_one_sided(double v, const MixtureBoundOptions& options) {
  if (const Status valid = check_bound(v, options); !valid) return valid.error();
  const Result<double> rho = mixture_rho_one_sided(options.tuning);
  if (!rho) return rho.error();
  return crossing_of([&](double s) { return log_one_sided(s, v, *rho); }, options.alpha,
                     std::numeric_limits<double>::infinity(), std::sqrt(v + *rho));
}

}  // namespace converge::stats
