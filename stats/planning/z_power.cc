#include "stats/planning/z_power.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {

Status check_power_test(const PowerTest& test) {
  const bool one_sided =
      test.alternative == Alternative::kGreater || test.alternative == Alternative::kLess;
  if (one_sided && test.alpha >= 0.5) {
    return Error{Errc::kInvalidArgument,
                 "alpha: expected a number between 0 and 0.5, both excluded"};
  }
  return require_open_unit("alpha", test.alpha);
}

double alpha_of_one_side(const PowerTest& test) {
  switch (test.alternative) {
    case Alternative::kTwoSided:
    case Alternative::kTwoSidedTowardsTheEffect:
      return test.alpha / 2;
    case Alternative::kGreater:
    case Alternative::kLess:
      break;
  }
  return test.alpha;
}

double effect_towards_the_test(double effect, const PowerTest& test) {
  switch (test.alternative) {
    case Alternative::kTwoSided:
    case Alternative::kTwoSidedTowardsTheEffect:
      return std::abs(effect);
    case Alternative::kGreater:
      break;
    case Alternative::kLess:
      return -effect;
  }
  return effect;
}

Result<double> z_test_power(const ZTest& z_test, const PowerTest& test) {
  if (const Status valid =
          first_failure({check_power_test(test), require_finite("effect", z_test.effect),
                         require_positive("standard_error_null", z_test.standard_error_null),
                         require_positive("standard_error", z_test.standard_error)});
      !valid) {
    return valid.error();
  }
  // The estimate beyond z * se_0 has the normal tail beyond (z se_0 - effect) / se_1.
  const double threshold = normal_upper_quantile(alpha_of_one_side(test)) *
                           (z_test.standard_error_null / z_test.standard_error);
  const double drift = effect_towards_the_test(z_test.effect, test) / z_test.standard_error;
  const double towards = normal_upper(threshold - drift);
  if (test.alternative != Alternative::kTwoSided) return towards;
  return std::min(1.0, towards + normal_upper(threshold + drift));
}

}  // namespace converge::stats
