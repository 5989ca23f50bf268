#include "stats/planning/interim_power.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/planning/sample_size.h"

namespace converge::stats {
namespace {

Status check_estimate(const InterimEstimate& estimate, double alpha) {
  if (const Status valid = first_failure(
          {require_open_unit("alpha", alpha), require_finite("effect", estimate.effect),
           require_not_negative("variance", estimate.variance),
           require_positive("n_a", estimate.n_a), require_positive("n_b", estimate.n_b)});
      !valid) {
    return valid.error();
  }
  if (estimate.effect == 0) {
    return Error{Errc::kInsufficientData, "effect: 0, no size gives a test power against nothing"};
  }
  if (estimate.variance == 0) {
    return Error{Errc::kInsufficientData, "variance: 0, the test is undefined"};
  }
  return {};
}

/// Power of a rule that looks at |estimate + shift| > half-width.
double power_of_rule(double effect, double shift, double half_width, double se) {
  return std::min(1.0, normal_upper((half_width - shift - effect) / se) +
                           normal_upper((half_width + shift + effect) / se));
}

double standard_error_then(const InterimEstimate& estimate, const ArmSizes& then) {
  return std::sqrt(estimate.variance) *
         std::sqrt((estimate.n_a + estimate.n_b) / (then.n_a + then.n_b));
}

}  // namespace

Result<PowerFunction> interim_power_fixed(const InterimEstimate& estimate, double alpha) {
  if (const Status valid = check_estimate(estimate, alpha); !valid) return valid.error();
  const double z = normal_upper_quantile(alpha / 2);
  return PowerFunction([estimate, z](const ArmSizes& then) {
    const double se = standard_error_then(estimate, then);
    return power_of_rule(estimate.effect, 0, z * se, se);
  });
}

Result<PowerFunction> interim_power_sequence_once(const InterimEstimate& estimate, double alpha,
                                                  double rho_squared) {
  if (const Status valid = first_failure(
          {check_estimate(estimate, alpha), require_positive("rho_squared", rho_squared)});
      !valid) {
    return valid.error();
  }
  return PowerFunction([estimate, alpha, rho_squared](const ArmSizes& then) {
    const double nr = (then.n_a + then.n_b) * rho_squared;
    if (!(nr > 0)) return 0.0;
    // eq. 9, in standard errors.
    const double multiplier =
        std::sqrt(2 * (1 + 1 / nr) * (0.5 * std::log1p(nr) - std::log(alpha)));
    if (!std::isfinite(multiplier)) return 0.0;
    const double se = standard_error_then(estimate, then);
    return power_of_rule(estimate.effect, 0, multiplier * se, se);
  });
}

Result<PowerFunction> interim_power_posterior(const InterimEstimate& estimate, double alpha,
                                              const AssurancePrior& prior) {
  if (const Status valid =
          first_failure({check_estimate(estimate, alpha), require_finite("prior.mean", prior.mean),
                         require_positive("prior.sd", prior.sd)});
      !valid) {
    return valid.error();
  }
  const double z = normal_upper_quantile(alpha / 2);
  return PowerFunction([estimate, z, prior](const ArmSizes& then) {
    const double se = standard_error_then(estimate, then);
    const double shrinkage = se / prior.sd;
    // |posterior mean| > z * posterior sd, times the variance of the estimate over that of the
    // posterior.
    const double half_width = z * se * std::hypot(1.0, shrinkage);
    const double shift = prior.mean * shrinkage * shrinkage;
    if (!std::isfinite(half_width) || !std::isfinite(shift)) return 0.0;
    return power_of_rule(estimate.effect, shift, half_width, se);
  });
}

Result<ExtraUnits> extra_units(const PowerFunction& power, const InterimEstimate& estimate,
                               double power_goal) {
  if (const Status valid = first_failure({require_open_unit("power", power_goal),
                                          require_positive("n_a", estimate.n_a),
                                          require_positive("n_b", estimate.n_b)});
      !valid) {
    return valid.error();
  }
  ExtraUnits extra;
  extra.power_now = power({.n_a = estimate.n_a, .n_b = estimate.n_b});
  if (extra.power_now >= power_goal) return extra;
  const Result<PlannedSize> needed =
      smallest_sample(power, {.power = power_goal, .ratio = estimate.n_b / estimate.n_a});
  if (!needed) return needed.error();
  extra.share = std::max(0.0, needed->n_a_exact / estimate.n_a - 1);
  extra.units = extra.share * (estimate.n_a + estimate.n_b);
  return extra;
}

}  // namespace converge::stats
