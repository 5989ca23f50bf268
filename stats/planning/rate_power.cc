#include "stats/planning/rate_power.h"

#include <cmath>

#include "stats/domain.h"
#include "stats/planning/mean_power.h"

namespace converge::stats {
namespace {

Status check_design(const RateDesign& design, const PowerTest& test) {
  if (const Status valid =
          first_failure({check_power_test(test), require_not_negative("rate_a", design.rate_a),
                         require_not_negative("rate_b", design.rate_b),
                         require_positive("exposure", design.exposure),
                         require_positive("dispersion", design.dispersion)});
      !valid) {
    return valid.error();
  }
  if (design.form == RateTestForm::kLogRatio && (design.rate_a == 0 || design.rate_b == 0)) {
    return Error{Errc::kInvalidArgument, "rate: expected above 0 in both arms for a log ratio"};
  }
  if (design.rate_a == design.rate_b) {
    return Error{Errc::kInsufficientData,
                 "effect: rate_a and rate_b are equal, no size gives a test power against nothing"};
  }
  return {};
}

PowerFunction pooled_null_power(double mean_a, double mean_b, double dispersion,
                                const PowerTest& test) {
  return [mean_a, mean_b, dispersion, test](const ArmSizes& sizes) {
    const double share_a = 1 / (1 + sizes.n_b / sizes.n_a);
    const double pooled = mean_a + (mean_b - mean_a) * (1 - share_a);
    const Result<double> power = z_test_power(
        {.effect = mean_b - mean_a,
         .standard_error_null = std::sqrt(dispersion * pooled * (1 / sizes.n_a + 1 / sizes.n_b)),
         .standard_error = std::sqrt(dispersion * (mean_a / sizes.n_a + mean_b / sizes.n_b))},
        test);
    return power ? *power : 0.0;
  };
}

}  // namespace

Result<PowerFunction> rate_power(const RateDesign& design, const PowerTest& test) {
  if (const Status valid = check_design(design, test); !valid) return valid.error();
  // Counts of one unit over its exposure: their mean is their variance over the dispersion.
  const double mean_a = design.rate_a * design.exposure;
  const double mean_b = design.rate_b * design.exposure;
  const double dispersion = design.dispersion;
  switch (design.form) {
    case RateTestForm::kPooledNull:
      return pooled_null_power(mean_a, mean_b, dispersion, test);
    case RateTestForm::kLogRatio:
      return mean_power_normal({.effect = std::log(mean_b / mean_a),
                                .variance_a = dispersion / mean_a,
                                .variance_b = dispersion / mean_b},
                               test);
    case RateTestForm::kSquareRoot:
      return mean_power_normal({.effect = 2 * (std::sqrt(mean_b) - std::sqrt(mean_a)),
                                .variance_a = dispersion,
                                .variance_b = dispersion},
                               test);
    case RateTestForm::kUnpooled:
      break;
  }
  return mean_power_normal({.effect = mean_b - mean_a,
                            .variance_a = dispersion * mean_a,
                            .variance_b = dispersion * mean_b},
                           test);
}

}  // namespace converge::stats
