#include "stats/planning/lift_power.h"

#include <cmath>

#include "stats/domain.h"
#include "stats/planning/mean_power.h"

namespace converge::stats {

Result<PowerFunction> lift_power(const LiftDesign& design, const PowerTest& test) {
  if (const Status valid = first_failure({require_finite("lift", design.lift),
                                          require_finite("mean_a", design.mean_a),
                                          require_not_negative("variance_a", design.variance_a),
                                          require_not_negative("variance_b", design.variance_b)});
      !valid) {
    return valid.error();
  }
  if (design.mean_a == 0) {
    return Error{Errc::kInvalidArgument, "mean_a: expected a number other than 0"};
  }
  // Coefficients of variation before squaring: a change of units cannot overflow.
  const double cv_a = std::sqrt(design.variance_a) / design.mean_a * (1 + design.lift);
  const double cv_b = std::sqrt(design.variance_b) / design.mean_a;
  return mean_power_normal(
      {.effect = design.lift, .variance_a = cv_a * cv_a, .variance_b = cv_b * cv_b}, test);
}

}  // namespace converge::stats
