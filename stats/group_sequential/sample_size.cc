#include "stats/group_sequential/sample_size.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

struct Quantiles {
  double alpha;
  double power;
};

Result<Quantiles> quantiles_of(const ErrorRates& rates, double inflation_factor) {
  if (const Status valid = first_failure({require_open_unit("alpha", rates.alpha),
                                          require_open_unit("power", rates.power),
                                          require_positive("inflation_factor", inflation_factor)});
      !valid) {
    return valid.error();
  }
  const double sides = rates.sides == Sides::kTwo ? 2 : 1;
  const Quantiles quantiles{.alpha = normal_upper_quantile(rates.alpha / sides),
                            .power = normal_quantile(rates.power)};
  if (quantiles.alpha + quantiles.power > 0) return quantiles;
  return Error{Errc::kInvalidArgument, "power: expected a number above alpha / sides"};
}

Result<SampleSize> sizes_of(double n_a, double allocation) {
  const SampleSize size{.n_a = n_a, .n_b = allocation * n_a};
  if (std::isfinite(size.total()) && size.n_a > 0 && size.n_b > 0) return size;
  return Error{Errc::kInvalidArgument, "effect: too small or too large for a sample size"};
}

}  // namespace

Result<SampleSize> sample_size_means(const MeansPlan& plan, const ErrorRates& rates,
                                     double inflation_factor) {
  const Result<Quantiles> quantiles = quantiles_of(rates, inflation_factor);
  if (!quantiles) return quantiles.error();
  if (const Status valid =
          first_failure({require_finite("effect", plan.effect),
                         require_positive("standard_deviation", plan.standard_deviation),
                         require_positive("allocation", plan.allocation)});
      !valid) {
    return valid.error();
  }
  // n_a = (1 + 1/r) ((z_alpha + z_power) sd / effect)^2
  const double ratio =
      (quantiles->alpha + quantiles->power) * (plan.standard_deviation / plan.effect);
  return sizes_of((1 + 1 / plan.allocation) * ratio * ratio * inflation_factor, plan.allocation);
}

Result<SampleSize> sample_size_rates(const RatesPlan& plan, const ErrorRates& rates,
                                     double inflation_factor) {
  const Result<Quantiles> quantiles = quantiles_of(rates, inflation_factor);
  if (!quantiles) return quantiles.error();
  if (const Status valid = first_failure({require_open_unit("rate_a", plan.rate_a),
                                          require_open_unit("rate_b", plan.rate_b),
                                          require_positive("allocation", plan.allocation)});
      !valid) {
    return valid.error();
  }
  const double r = plan.allocation;
  const double pooled = (plan.rate_a + r * plan.rate_b) / (1 + r);
  const double null_variance = pooled * (1 - pooled) * (1 + 1 / r);
  const double planned_variance =
      plan.rate_a * (1 - plan.rate_a) + plan.rate_b * (1 - plan.rate_b) / r;
  const double ratio = (quantiles->alpha * std::sqrt(null_variance) +
                        quantiles->power * std::sqrt(planned_variance)) /
                       (plan.rate_b - plan.rate_a);
  return sizes_of(ratio * ratio * inflation_factor, r);
}

}  // namespace converge::stats
