#include "stats/multiplicity/intervals.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/multiplicity/holm.h"
#include "stats/multiplicity/step_up.h"

namespace converge::stats {
namespace {

double upper_tail(const Estimate& estimate, double t) {
  return std::isinf(estimate.dof) ? normal_upper(t) : student_t_upper(t, estimate.dof);
}

/// Half-width of a one-sided bound at level `tail`.
double reach(const Estimate& estimate, double tail) {
  const double quantile = std::isinf(estimate.dof) ? normal_upper_quantile(tail)
                                                   : student_t_upper_quantile(tail, estimate.dof);
  return quantile * estimate.standard_error;
}

double t_of(const Estimate& estimate) {
  return estimate.value / estimate.standard_error;
}

std::vector<double> two_sided_p(std::span<const Estimate> estimates) {
  std::vector<double> p;
  for (const Estimate& estimate : estimates) {
    p.push_back(std::min(1.0, 2 * upper_tail(estimate, std::abs(t_of(estimate)))));
  }
  return p;
}

Status check(std::span<const Estimate> estimates, double alpha) {
  if (Status valid = require_open_unit("alpha", alpha); !valid) return valid;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const std::string name = "estimates[" + std::to_string(i) + "]";
    const Estimate& estimate = estimates[i];
    if (Status valid = first_failure(
            {require_finite(name, estimate.value),
             require_not_negative(name + ".standard_error", estimate.standard_error)});
        !valid) {
      return valid;
    }
    if (!(estimate.dof > 0)) {
      return Error{Errc::kInvalidArgument, name + ".dof: expected above 0"};
    }
    if (estimate.standard_error == 0) {
      return Error{Errc::kInsufficientData, name + ".standard_error: 0, no test is defined"};
    }
  }
  return {};
}

struct OneSided {
  std::vector<double> bounds;  ///< lower bounds
  std::vector<double> p_adjusted;
};

/// Holm's lower bounds for hypotheses "effect <= 0" at level alpha; sign -1 mirrors the estimates.
Result<OneSided> holm_lower_bounds(std::span<const Estimate> estimates, double sign, double alpha) {
  std::vector<double> p;
  for (const Estimate& estimate : estimates) {
    p.push_back(upper_tail(estimate, sign * t_of(estimate)));
  }
  const auto adjusted = holm_adjusted(p);
  if (!adjusted) return adjusted.error();
  const auto called = std::count_if(adjusted->begin(), adjusted->end(),
                                    [&](double value) { return value <= alpha; });
  const auto k = static_cast<double>(p.size());
  const double not_called = k - static_cast<double>(called);
  OneSided result{.bounds = {}, .p_adjusted = *adjusted};
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double value = sign * estimates[i].value;
    if ((*adjusted)[i] > alpha) {
      // Not called: its p exceeds alpha / not_called, so the bound is not above 0; rounding aside.
      result.bounds.push_back(std::min(0.0, value - reach(estimates[i], alpha / not_called)));
    } else if (not_called > 0) {
      result.bounds.push_back(0);
    } else {
      result.bounds.push_back(std::max(0.0, value - reach(estimates[i], alpha / k)));
    }
  }
  return result;
}

}  // namespace

Result<std::vector<AdjustedInterval>> bonferroni_intervals(std::span<const Estimate> estimates,
                                                           double alpha) {
  if (const Status valid = check(estimates, alpha); !valid) return valid.error();
  const auto k = static_cast<double>(estimates.size());
  std::vector<AdjustedInterval> intervals;
  const std::vector<double> p = two_sided_p(estimates);
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double half = reach(estimates[i], alpha / 2 / k);
    const double adjusted = std::min(1.0, k * p[i]);
    intervals.push_back(
        {.interval = {estimates[i].value - half, estimates[i].value + half, 1 - alpha},
         .p_adjusted = adjusted,
         .excludes_zero = adjusted <= alpha});
  }
  return intervals;
}

Result<std::vector<AdjustedInterval>> holm_intervals(std::span<const Estimate> estimates,
                                                     double alpha) {
  if (const Status valid = check(estimates, alpha); !valid) return valid.error();
  const auto lower = holm_lower_bounds(estimates, 1, alpha / 2);
  if (!lower) return lower.error();
  const auto upper = holm_lower_bounds(estimates, -1, alpha / 2);
  if (!upper) return upper.error();
  std::vector<AdjustedInterval> intervals;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const double p = std::min(1.0, 2 * std::min(lower->p_adjusted[i], upper->p_adjusted[i]));
    // 0 itself belongs to neither verdict: the half-line is open where the verdict is a direction.
    intervals.push_back({.interval = {lower->bounds[i], -upper->bounds[i], 1 - alpha},
                         .p_adjusted = p,
                         .excludes_zero = p <= alpha});
  }
  return intervals;
}

Result<std::vector<AdjustedInterval>> false_coverage_rate_intervals(
    std::span<const Estimate> estimates, double alpha) {
  if (const Status valid = check(estimates, alpha); !valid) return valid.error();
  const auto adjusted = benjamini_hochberg_adjusted(two_sided_p(estimates));
  if (!adjusted) return adjusted.error();
  const auto selected = static_cast<double>(std::count_if(
      adjusted->begin(), adjusted->end(), [&](double value) { return value <= alpha; }));
  const double selected_level = selected * alpha / static_cast<double>(estimates.size());
  std::vector<AdjustedInterval> intervals;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const bool is_selected = (*adjusted)[i] <= alpha;
    const double level = is_selected ? selected_level : alpha;
    const double half = reach(estimates[i], level / 2);
    intervals.push_back(
        {.interval = {estimates[i].value - half, estimates[i].value + half, 1 - level},
         .p_adjusted = (*adjusted)[i],
         .excludes_zero = is_selected});
  }
  return intervals;
}

}  // namespace converge::stats
