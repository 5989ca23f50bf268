#include "stats/group_sequential/spending_functions.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

double share_of(Sides sides) {
  return sides == Sides::kTwo ? 2 : 1;
}

/// 2 (1 - Phi(z_{1 - alpha/2} / sqrt t)), one-sided.
double obrien_fleming(double alpha, double t) {
  return 2 * normal_upper(normal_upper_quantile(0.5 * alpha) / std::sqrt(t));
}

/// ln(1 + (e - 1) t)
double pocock_share(double t) {
  static constexpr double kEulerMinusOne = 1.71828182845904523536;
  return std::log1p(kEulerMinusOne * t);
}

/// (1 - exp(-gamma t)) / (1 - exp(-gamma)), which is t at gamma = 0.
double hwang_shih_decani_share(double gamma, double t) {
  if (gamma == 0) return t;
  if (gamma > 0) return std::expm1(-gamma * t) / std::expm1(-gamma);
  // Both exponentials may overflow: divide by exp(-gamma).
  return std::exp(gamma * (1 - t)) * std::expm1(gamma * t) / std::expm1(gamma);
}

}  // namespace

Status require_plan(const SpendingPlan& plan) {
  if (Status valid = require_open_unit("alpha", plan.alpha); !valid) return valid;
  switch (plan.function.family) {
    case SpendingFamily::kKimDeMets:
      return require_positive("rho", plan.function.parameter);
    case SpendingFamily::kHwangShihDeCani:
      return require_finite("gamma", plan.function.parameter);
    case SpendingFamily::kObrienFleming:
    case SpendingFamily::kPocock:
      return {};
  }
  return {};
}

double alpha_spent(const SpendingPlan& plan, double information_fraction) {
  const double t = information_fraction;
  if (t >= 1) return plan.alpha;
  if (!(t > 0)) return 0;
  switch (plan.function.family) {
    case SpendingFamily::kObrienFleming: {
      const double sides = share_of(plan.sides);
      return sides * obrien_fleming(plan.alpha / sides, t);
    }
    case SpendingFamily::kPocock:
      return plan.alpha * pocock_share(t);
    case SpendingFamily::kKimDeMets:
      return plan.alpha * std::pow(t, plan.function.parameter);
    case SpendingFamily::kHwangShihDeCani:
      return plan.alpha * hwang_shih_decani_share(plan.function.parameter, t);
  }
  return 0;
}

}  // namespace converge::stats
