#include "stats/group_sequential/repeated_inference.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "stats/domain.h"
#include "stats/group_sequential/bound_search.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/monotone_root.h"
#include "stats/group_sequential/recursion.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLeastP = 1e-300;

double largest_p(Sides sides) {
  return sides == Sides::kTwo ? 1 : 0.5;
}

/// The bound of the last look where the plan has this alpha, without kLargestBound.
double last_bound(const RepeatedPInputs& inputs, double alpha) {
  const SpendingPlan plan{.function = inputs.function, .alpha = alpha, .sides = inputs.sides};
  Recursion recursion(0);
  double spent = 0;
  double bound = kInfinity;
  const std::vector<double>& fractions = inputs.information_fractions;
  for (std::size_t k = 0; k < fractions.size(); ++k) {
    const bool spends_all = k + 1 == fractions.size() && inputs.kind == LookKind::kLast;
    const double target = spends_all ? alpha : alpha_spent(plan, fractions[k]);
    recursion.move_to(fractions[k]);
    // Nothing found: alpha is so close to 1 that no path is left to go on.
    bound = bound_that_spends(recursion, inputs.sides, target - spent)
                .value_or(inputs.sides == Sides::kTwo ? 0 : -kInfinity);
    recursion.stop_outside(inputs.sides == Sides::kTwo ? -bound : -kInfinity, bound);
    spent = target;
  }
  return bound;
}

}  // namespace

Result<Interval> repeated_interval(double estimate, double standard_error, double bound,
                                   const SpendingPlan& plan) {
  if (const Status valid =
          first_failure({require_finite("estimate", estimate),
                         require_positive("standard_error", standard_error), require_plan(plan)});
      !valid) {
    return valid.error();
  }
  if (!(bound > 0)) return Error{Errc::kInvalidArgument, "bound: expected a number above 0"};
  const double half = bound * standard_error;
  const double outside = plan.sides == Sides::kTwo ? plan.alpha : 2 * plan.alpha;
  if (!(outside < 1)) {
    return Error{Errc::kInvalidArgument, "alpha: expected less than 0.5 for a one-sided plan"};
  }
  return Interval{estimate - half, estimate + half, 1 - outside};
}

Result<double> repeated_p_value(const RepeatedPInputs& inputs) {
  const double highest = largest_p(inputs.sides);
  if (const Status valid = first_failure(
          {require_plan({.function = inputs.function, .alpha = 0.5, .sides = inputs.sides}),
           require_schedule(inputs.information_fractions), require_finite("z", inputs.z)});
      !valid) {
    return valid.error();
  }
  const double z = inputs.sides == Sides::kTwo ? std::abs(inputs.z) : inputs.z;
  const double high = std::log(highest * (1 - 1e-12));
  const double low = std::log(kLeastP);
  // An infinite bound (nothing to spend) counts as a large one.
  static constexpr double kLarge = 1e3;
  const auto excess = [&](double log_alpha) {
    return std::fmin(last_bound(inputs, std::exp(log_alpha)), kLarge) - z;
  };
  if (!(excess(high) < 0)) return highest;
  if (!(excess(low) > 0)) return kLeastP;
  const std::optional<double> log_alpha = root_between(excess, low, high);
  return log_alpha ? std::exp(*log_alpha) : highest;
}

}  // namespace converge::stats
