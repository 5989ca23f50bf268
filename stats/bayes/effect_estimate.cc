#include "stats/bayes/effect_estimate.h"

#include <cmath>
#include <string>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_arm(const std::string& name, const ArmSummary& arm) {
  const Status valid = first_failure({require_not_negative(name + ".n", arm.n),
                                      require_finite(name + ".mean", arm.mean),
                                      require_not_negative(name + ".variance", arm.variance)});
  if (!valid) return valid.error();
  if (arm.n < 2) {
    return Error{Errc::kInsufficientData,
                 name + ".n: " + std::to_string(arm.n) + " units, the variance needs at least 2"};
  }
  if (arm.variance == 0) {
    return Error{Errc::kInsufficientData,
                 name + ".variance: 0, a normal posterior would be too sure"};
  }
  return {};
}

double standard_error_of_mean(const ArmSummary& arm) {
  return std::sqrt(arm.variance) / std::sqrt(static_cast<double>(arm.n));
}

double satterthwaite(const ArmSummary& a, const ArmSummary& b) {
  const double se_a = standard_error_of_mean(a);
  const double se_b = standard_error_of_mean(b);
  const double cosine = se_a / std::hypot(se_a, se_b);
  const double share = cosine * cosine;
  return 1 / (share * share / static_cast<double>(a.n - 1) +
              (1 - share) * (1 - share) / static_cast<double>(b.n - 1));
}

Result<EstimateWithDof> finite_or_error(const EstimateWithDof& result) {
  if (std::isfinite(result.effect.estimate) && std::isfinite(result.effect.standard_error) &&
      std::isfinite(result.dof) && result.effect.standard_error > 0) {
    return result;
  }
  return Error{Errc::kInvalidArgument, "mean: the effect exceeds the range of double"};
}

}  // namespace

Result<EstimateWithDof> absolute_effect(const ArmSummary& a, const ArmSummary& b) {
  const Status valid = first_failure({check_arm("a", a), check_arm("b", b)});
  if (!valid) return valid.error();
  return finite_or_error(
      {{b.mean - a.mean, std::hypot(standard_error_of_mean(a), standard_error_of_mean(b))},
       satterthwaite(a, b)});
}

Result<EstimateWithDof> relative_effect(const ArmSummary& a, const ArmSummary& b) {
  const Status valid = first_failure({check_arm("a", a), check_arm("b", b)});
  if (!valid) return valid.error();
  if (a.mean == 0) {
    return Error{Errc::kInsufficientData, "a.mean: 0, a relative effect is undefined"};
  }
  const double base = std::abs(a.mean);
  const double se = std::hypot(standard_error_of_mean(b) / base,
                               standard_error_of_mean(a) / base * (b.mean / base));
  return finite_or_error({{(b.mean - a.mean) / base, se}, satterthwaite(a, b)});
}

}  // namespace converge::stats
