#include "stats/planning/mean_power.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_design(const MeanDesign& design, const PowerTest& test) {
  if (const Status valid =
          first_failure({check_power_test(test), require_finite("effect", design.effect),
                         require_not_negative("variance_a", design.variance_a),
                         require_not_negative("variance_b", design.variance_b)});
      !valid) {
    return valid;
  }
  if (design.effect == 0) {
    return Error{Errc::kInsufficientData, "effect: 0, no size gives a test power against nothing"};
  }
  if (design.variance_a == 0 && design.variance_b == 0) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms, the test is undefined"};
  }
  return {};
}

double standard_error(const MeanDesign& design, const ArmSizes& sizes) {
  return std::sqrt(design.variance_a / sizes.n_a + design.variance_b / sizes.n_b);
}

double t_power(double dof, double noncentrality, const PowerTest& test) {
  const double threshold = student_t_upper_quantile(alpha_of_one_side(test), dof);
  // Next to 0 dof no double holds the threshold: nothing is rejected.
  if (!std::isfinite(threshold) || !std::isfinite(noncentrality)) return 0;
  const double towards = noncentral_t_upper(threshold, dof, noncentrality);
  // Sums of the series end within rounding of their limits.
  if (test.alternative != Alternative::kTwoSided) return std::clamp(towards, 0.0, 1.0);
  return std::clamp(towards + noncentral_t_cdf(-threshold, dof, noncentrality), 0.0, 1.0);
}

}  // namespace

Result<PowerFunction> mean_power_normal(const MeanDesign& design, const PowerTest& test) {
  if (const Status valid = check_design(design, test); !valid) return valid.error();
  return PowerFunction([design, test](const ArmSizes& sizes) {
    const double se = standard_error(design, sizes);
    const Result<double> power = z_test_power(
        {.effect = design.effect, .standard_error_null = se, .standard_error = se}, test);
    return power ? *power : 0.0;
  });
}

Result<PowerFunction> mean_power_student(double effect, double variance, const PowerTest& test) {
  const MeanDesign design{.effect = effect, .variance_a = variance, .variance_b = variance};
  if (const Status valid = check_design(design, test); !valid) return valid.error();
  return PowerFunction([design, test](const ArmSizes& sizes) {
    const double dof = sizes.n_a + sizes.n_b - 2;
    if (!(dof > 0)) return 0.0;
    return t_power(
        dof, effect_towards_the_test(design.effect, test) / standard_error(design, sizes), test);
  });
}

Result<PowerFunction> mean_power_welch(const MeanDesign& design, const PowerTest& test) {
  if (const Status valid = check_design(design, test); !valid) return valid.error();
  return PowerFunction([design, test](const ArmSizes& sizes) {
    if (!(sizes.n_a > 1 && sizes.n_b > 1)) return 0.0;
    const double se = standard_error(design, sizes);
    const double share = design.variance_a / sizes.n_a / (se * se);
    const double dof =
        1 / (share * share / (sizes.n_a - 1) + (1 - share) * (1 - share) / (sizes.n_b - 1));
    return t_power(dof, effect_towards_the_test(design.effect, test) / se, test);
  });
}

}  // namespace converge::stats
