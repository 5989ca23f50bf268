#include "stats/means/equivalence.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/means/welch.h"

namespace converge::stats {

Result<Equivalence> welch_equivalence(const Sample& a, const Sample& b,
                                      const EquivalenceOptions& options) {
  if (!(options.margin_low < options.margin_high)) {
    return Error{Errc::kInvalidArgument, "margin_low: expected a number below margin_high"};
  }
  if (!(options.alpha > 0 && options.alpha < 0.5)) {
    return Error{Errc::kInvalidArgument, "alpha: expected a number between 0 and 0.5"};
  }
  const Result<WelchResult> test = welch(a, b, {.alpha = 2 * options.alpha});
  if (!test) return test.error();
  Equivalence result;
  result.estimate = test->estimate;
  result.standard_error = test->standard_error;
  result.dof = test->dof;
  result.t_low = (test->estimate - options.margin_low) / test->standard_error;
  result.t_high = (test->estimate - options.margin_high) / test->standard_error;
  result.p_low = student_t_upper(result.t_low, test->dof);
  result.p_high = student_t_cdf(result.t_high, test->dof);
  result.p = std::max(result.p_low, result.p_high);
  result.interval = test->interval;
  return result;
}

}  // namespace converge::stats
