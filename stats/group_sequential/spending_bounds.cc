#include "stats/group_sequential/spending_bounds.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "stats/domain.h"
#include "stats/group_sequential/bound_search.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/recursion.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool has_grown(double information, double before) {
  return information - before >= kLeastGrowth * information;
}

/// What next_bound promises of the rows it returned.
Status require_row(const SpentLook& row, double information_before, double spent_before,
                   double alpha) {
  const bool is_number = row.information > 0 && std::isfinite(row.information) &&
                         !std::isnan(row.bound) && row.spent >= spent_before && row.spent <= alpha;
  const bool is_in_order = row.bound == kInfinity || has_grown(row.information, information_before);
  if (is_number && is_in_order) return {};
  return Error{Errc::kInvalidArgument,
               "expected information above 0 that grows where there is a bound, a bound, and "
               "spent error that does not fall and is at most alpha"};
}

void stop(Recursion& recursion, Sides sides, double bound) {
  recursion.stop_outside(sides == Sides::kTwo ? -bound : -kInfinity, bound);
}

/// The present look of the recursion, which may bring the error spent from `spent` to `target`.
Result<SpentLook> spend(const Recursion& recursion, Sides sides, double information, double spent,
                        double target) {
  const SpentLook none{.information = information, .bound = kInfinity, .spent = spent};
  if (!(target > spent)) return none;
  const std::optional<double> bound = bound_that_spends(recursion, sides, target - spent);
  if (!bound) {
    return Error{Errc::kInvalidArgument,
                 "past: its bounds leave less probability than is to be spent"};
  }
  if (*bound > kLargestBound) return none;
  return SpentLook{.information = information, .bound = *bound, .spent = target};
}

}  // namespace

Result<SpentLook> next_bound(const SpendingPlan& plan, const std::vector<SpentLook>& past,
                             const NextLook& look) {
  if (const Status valid =
          first_failure({require_plan(plan), require_positive("information", look.information),
                         require_positive("planned_information", look.planned_information)});
      !valid) {
    return valid.error();
  }
  if (past.size() >= kMaxLooks) {
    return Error{Errc::kInvalidArgument,
                 "past: expected fewer than " + std::to_string(kMaxLooks) + " looks"};
  }
  Recursion recursion(0);
  double information = 0;
  double spent = 0;
  for (std::size_t k = 0; k < past.size(); ++k) {
    const SpentLook& row = past[k];
    if (const Status valid = require_row(row, information, spent, plan.alpha); !valid) {
      return valid.error().within("past[" + std::to_string(k) + "]");
    }
    if (row.bound < kInfinity) {
      recursion.move_to(row.information);
      stop(recursion, plan.sides, row.bound);
    }
    information = std::max(information, row.information);
    spent = row.spent;
  }
  if (!has_grown(look.information, information)) {
    return SpentLook{.information = look.information, .bound = kInfinity, .spent = spent};
  }
  recursion.move_to(look.information);
  const double target = look.kind == LookKind::kLast
                            ? plan.alpha
                            : alpha_spent(plan, look.information / look.planned_information);
  return spend(recursion, plan.sides, look.information, spent, target);
}

Result<std::vector<SpentLook>> spending_bounds(const SpendingPlan& plan,
                                               const std::vector<double>& information_fractions) {
  if (const Status valid =
          first_failure({require_plan(plan), require_schedule(information_fractions)});
      !valid) {
    return valid.error();
  }
  std::vector<SpentLook> looks;
  Recursion recursion(0);
  double spent = 0;
  for (const double fraction : information_fractions) {
    recursion.move_to(fraction);
    const Result<SpentLook> look =
        spend(recursion, plan.sides, fraction, spent, alpha_spent(plan, fraction));
    if (!look) return look.error();
    stop(recursion, plan.sides, look->bound);
    spent = look->spent;
    looks.push_back(*look);
  }
  return looks;
}

}  // namespace converge::stats
