#include "stats/planning/proportion_power.h"

#include <cmath>

#include "stats/domain.h"
#include "stats/planning/mean_power.h"

namespace converge::stats {
namespace {

double bernoulli_variance(double p) {
  return p * (1 - p);
}

PowerFunction pooled_null_power(double p_a, double p_b, const PowerTest& test) {
  return [p_a, p_b, test](const ArmSizes& sizes) {
    // Each share by itself: n_a + n_b might lose the smaller arm.
    const double share_a = 1 / (1 + sizes.n_b / sizes.n_a);
    const double pooled = p_a + (p_b - p_a) * (1 - share_a);
    const Result<double> power = z_test_power(
        {.effect = p_b - p_a,
         .standard_error_null =
             std::sqrt(bernoulli_variance(pooled) * (1 / sizes.n_a + 1 / sizes.n_b)),
         .standard_error =
             std::sqrt(bernoulli_variance(p_a) / sizes.n_a + bernoulli_variance(p_b) / sizes.n_b)},
        test);
    return power ? *power : 0.0;
  };
}

}  // namespace

double cohen_h(double p_a, double p_b) {
  return 2 * (std::asin(std::sqrt(p_b)) - std::asin(std::sqrt(p_a)));
}

Result<PowerFunction> proportion_power(const ProportionDesign& design, const PowerTest& test) {
  if (const Status valid = first_failure({check_power_test(test), require_unit("p_a", design.p_a),
                                          require_unit("p_b", design.p_b)});
      !valid) {
    return valid.error();
  }
  if (design.p_a == design.p_b) {
    return Error{Errc::kInsufficientData,
                 "effect: p_a and p_b are equal, no size gives a test power against nothing"};
  }
  if (design.form == ProportionTestForm::kArcsine) {
    return mean_power_normal(
        {.effect = cohen_h(design.p_a, design.p_b), .variance_a = 1, .variance_b = 1}, test);
  }
  const double variance_a = bernoulli_variance(design.p_a);
  const double variance_b = bernoulli_variance(design.p_b);
  if (variance_a == 0 && variance_b == 0) {
    return Error{
        Errc::kInsufficientData,
        "variance: 0 in both arms, a proportion of 0 against one of 1 has no normal limit"};
  }
  if (design.form == ProportionTestForm::kPooledNull) {
    return pooled_null_power(design.p_a, design.p_b, test);
  }
  return mean_power_normal(
      {.effect = design.p_b - design.p_a, .variance_a = variance_a, .variance_b = variance_b},
      test);
}

}  // namespace converge::stats
