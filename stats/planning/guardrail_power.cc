#include "stats/planning/guardrail_power.h"

#include "stats/domain.h"

namespace converge::stats {

Result<PowerFunction> non_inferiority_power(const NonInferiorityDesign& design, double alpha) {
  if (const Status valid = first_failure(
          {require_finite("effect", design.effect), require_positive("margin", design.margin)});
      !valid) {
    return valid.error();
  }
  const double distance =
      design.margin + (design.higher_is_better ? design.effect : -design.effect);
  if (distance <= 0) {
    return Error{Errc::kInsufficientData,
                 "effect: as bad as the margin or worse, no size shows non-inferiority"};
  }
  return mean_power_normal(
      {.effect = distance, .variance_a = design.variance_a, .variance_b = design.variance_b},
      {.alpha = alpha, .alternative = Alternative::kGreater});
}

Result<double> power_of_each_test(double power, std::int64_t guardrails) {
  if (const Status valid = first_failure(
          {require_open_unit("power", power), require_not_negative("guardrails", guardrails)});
      !valid) {
    return valid.error();
  }
  return 1 - (1 - power) / (static_cast<double>(guardrails) + 1);
}

}  // namespace converge::stats
