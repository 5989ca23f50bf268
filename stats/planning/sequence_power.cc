#include "stats/planning/sequence_power.h"

#include <cmath>
#include <utility>

#include "stats/domain.h"
#include "stats/sequential/asymptotic_cs.h"

namespace converge::stats {
namespace {

bool is_one_sided(const PowerTest& test) {
  return test.alternative == Alternative::kGreater || test.alternative == Alternative::kLess;
}

}  // namespace

Result<double> sequence_multiplier(double n_rho_squared, const PowerTest& test) {
  if (const Status valid =
          first_failure({check_power_test(test), require_positive("n_rho_squared", n_rho_squared)});
      !valid) {
    return valid.error();
  }
  const double log_root = 0.5 * std::log1p(n_rho_squared);
  // eq. 134: ln(1 + sqrt(n rho^2 + 1) / (2 alpha)); eq. 9: ln(sqrt(n rho^2 + 1) / alpha).
  const double log_threshold = is_one_sided(test)
                                   ? std::log1p(std::exp(log_root) / (2 * test.alpha))
                                   : log_root - std::log(test.alpha);
  const double multiplier = std::sqrt(2 * (1 + 1 / n_rho_squared) * log_threshold);
  if (const Status valid = require_finite("n_rho_squared", multiplier); !valid) {
    return valid.error();
  }
  return multiplier;
}

Result<GroupSequentialDesign> sequence_bounds(const SequenceSchedule& schedule, double total_n,
                                              const PowerTest& test) {
  if (const Status valid =
          first_failure({check_power_test(test), require_positive("total_n", total_n)});
      !valid) {
    return valid.error();
  }
  // The one-sided sequence takes the tuning parameter of the two-sided one at twice its alpha.
  const Result<double> rho2 = rho_squared(is_one_sided(test) ? 2 * test.alpha : test.alpha,
                                          schedule.planned_total_n.value_or(total_n));
  if (!rho2) return rho2.error();
  std::vector<double> bounds;
  for (const double rate : schedule.information_rates) {
    const Result<double> multiplier = sequence_multiplier(rate * total_n * *rho2, test);
    if (!multiplier) return multiplier.error().within("information_rates");
    bounds.push_back(*multiplier);
  }
  return design_of(schedule.information_rates, std::move(bounds),
                   is_one_sided(test) ? Sides::kOne : Sides::kTwo);
}

Result<PowerFunction> sequence_power(const MeanDesign& design, const SequenceSchedule& schedule,
                                     const PowerTest& test) {
  const double any_size = schedule.planned_total_n.value_or(1);
  const Result<GroupSequentialDesign> bounds = sequence_bounds(schedule, any_size, test);
  if (!bounds) return bounds.error();
  const Result<PowerFunction> tuned = scheduled_power(design, *bounds, test.alternative);
  if (!tuned) return tuned.error();
  // Tuned at the full size the bounds do not depend on it.
  if (!schedule.planned_total_n) return *tuned;
  return PowerFunction([design, schedule, test](const ArmSizes& sizes) {
    const Result<GroupSequentialDesign> at_size =
        sequence_bounds(schedule, sizes.n_a + sizes.n_b, test);
    if (!at_size) return 0.0;
    const Result<PowerFunction> power = scheduled_power(design, *at_size, test.alternative);
    return power ? (*power)(sizes) : 0.0;
  });
}

}  // namespace converge::stats
