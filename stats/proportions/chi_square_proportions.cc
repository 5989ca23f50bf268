#include "stats/proportions/chi_square_proportions.h"

#include <algorithm>
#include <string>

#include "stats/distributions.h"

namespace converge::stats {

Result<ChiSquareProportions> chi_square_proportions(std::span<const BinomialCount> arms) {
  if (arms.size() < 2) return Error{Errc::kInvalidArgument, "arms: expected at least two"};
  double successes = 0;
  double failures = 0;
  double smallest_arm = arms[0].n();
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const std::string name = "arms[" + std::to_string(i) + "]";
    if (const Status valid = require_binomial_count(name, arms[i]); !valid) return valid.error();
    successes += arms[i].x();
    failures += arms[i].failures();
    smallest_arm = std::min(smallest_arm, arms[i].n());
  }
  if (successes == 0 || failures == 0) {
    return Error{Errc::kInsufficientData, "successes: none or all in every arm, nothing varies"};
  }
  const double total = successes + failures;
  ChiSquareProportions result;
  for (const BinomialCount& arm : arms) {
    // x - n p, and both cells of the arm at once: 1/p + 1/(1 - p) = 1 / (p (1 - p))
    const double deviation = difference_of_products(arm.x(), total, arm.n(), successes) / total;
    const double variance = arm.n() * (successes / total) * (failures / total);
    result.chi_squared += deviation / variance * deviation;
  }
  result.dof = static_cast<int>(arms.size()) - 1;
  result.p = chi_squared_upper(result.chi_squared, result.dof);
  result.smallest_expected = smallest_arm * (std::min(successes, failures) / total);
  return result;
}

}  // namespace converge::stats
