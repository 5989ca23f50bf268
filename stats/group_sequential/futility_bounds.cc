#include "stats/group_sequential/futility_bounds.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "stats/domain.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/monotone_root.h"
#include "stats/group_sequential/recursion.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Futility bounds under a drift that is tried, and by how much the last look overspends beta.
struct Trial {
  std::vector<double> lower;
  double overspent = 0;
};

/// The bound below which the present look stops with probability `spend`, at most `upper`.
double futility_bound(const Recursion& recursion, double mean, double upper, double spend) {
  static constexpr double kReach = 8;
  const double least = mean - kReach;
  if (!(spend > recursion.lower_tail(least))) return -kInfinity;
  const double most = std::fmin(upper, mean + kReach);
  if (!(spend < recursion.lower_tail(most))) return most;
  return root_between([&](double z) { return recursion.lower_tail(z) - spend; }, least, most)
      .value_or(-kInfinity);
}

Trial trial_at(const FutilityPlan& plan, double drift) {
  const SpendingPlan spending{.function = plan.function, .alpha = plan.beta, .sides = Sides::kOne};
  Trial trial;
  Recursion recursion(drift);
  double spent = 0;
  const std::size_t last = plan.information.size() - 1;
  for (std::size_t k = 0; k < last; ++k) {
    const double fraction = plan.information[k] / plan.information[last];
    recursion.move_to(fraction);
    const double spend = alpha_spent(spending, fraction) - spent;
    const double lower =
        futility_bound(recursion, drift * std::sqrt(fraction), plan.upper[k], spend);
    spent += recursion.lower_tail(lower);
    recursion.stop_outside(lower, plan.upper[k]);
    trial.lower.push_back(lower);
  }
  recursion.move_to(1);
  trial.lower.push_back(plan.upper[last]);
  trial.overspent = spent + recursion.lower_tail(plan.upper[last]) - plan.beta;
  return trial;
}

Status require_upper(const FutilityPlan& plan) {
  if (plan.upper.size() != plan.information.size()) {
    return Error{Errc::kInvalidArgument, "upper: expected one bound per look"};
  }
  for (std::size_t k = 0; k < plan.upper.size(); ++k) {
    const bool is_last = k + 1 == plan.upper.size();
    if (!(plan.upper[k] > -kInfinity) || (is_last && !std::isfinite(plan.upper[k]))) {
      return Error{Errc::kInvalidArgument,
                   "upper[" + std::to_string(k) + "]: expected a bound, a finite one at the end"};
    }
  }
  return {};
}

}  // namespace

Result<FutilityBounds> nonbinding_futility_bounds(const FutilityPlan& plan) {
  if (const Status valid = first_failure(
          {require_schedule(plan.information), require_upper(plan),
           require_open_unit("beta", plan.beta),
           require_plan({.function = plan.function, .alpha = 0.5, .sides = Sides::kOne})});
      !valid) {
    return valid.error();
  }
  static constexpr double kLargestDrift = 200;
  const auto overspent = [&](double drift) { return trial_at(plan, drift).overspent; };
  double high = 4;
  while (overspent(high) > 0 && high < kLargestDrift) high *= 2;
  const std::optional<double> drift = root_between(overspent, 0, high);
  if (!drift) {
    return Error{Errc::kInvalidArgument, "beta: expected a power above alpha that can be reached"};
  }
  return FutilityBounds{.lower = trial_at(plan, *drift).lower, .drift = *drift};
}

}  // namespace converge::stats
