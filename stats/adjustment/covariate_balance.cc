#include "stats/adjustment/covariate_balance.h"

#include <cmath>
#include <limits>
#include <string>

#include "stats/means/welch.h"
#include "stats/multiplicity/holm.h"

namespace converge::stats {
namespace {

constexpr double kAnyAlpha = 0.05;  // only the p value is read

Sample column_of(const JointSample& arm, std::size_t column) {
  Sample sample;
  sample.n = arm.n;
  sample.mean = arm.mean[column];
  sample.variance = arm.cov(column, column);
  return sample;
}

Result<CovariateGap> gap_between(const Sample& a, const Sample& b) {
  CovariateGap gap;
  if (a.variance == 0 && b.variance == 0) {
    gap.p = 0;
    gap.standardised_difference =
        std::copysign(std::numeric_limits<double>::infinity(), b.mean - a.mean);
    return gap;
  }
  const auto test = welch(a, b, WelchOptions{.alpha = kAnyAlpha});
  if (!test) return test.error();
  const auto dof_a = static_cast<double>(a.n - 1);
  const auto dof_b = static_cast<double>(b.n - 1);
  const double pooled = (dof_a * a.variance + dof_b * b.variance) / (dof_a + dof_b);
  gap.p = test->p_two_sided;
  gap.standardised_difference = test->estimate / std::sqrt(pooled);
  return gap;
}

}  // namespace

Result<std::vector<CovariateGap>> covariate_balance(std::span<const JointSample> arms) {
  if (arms.size() < 2) return Error{Errc::kInsufficientData, "arms: at least two are needed"};
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const std::string name = "arms[" + std::to_string(i) + "]";
    if (const Status valid = check_joint_sample(name, arms[i], 2); !valid) return valid.error();
    if (arms[i].columns() != arms[0].columns()) {
      return Error{Errc::kInvalidArgument, name + ": expected the covariates of the other arms"};
    }
  }
  if (arms[0].columns() < 2) {
    return Error{Errc::kInsufficientData, "arms: there is no covariate"};
  }
  std::vector<CovariateGap> gaps;
  std::vector<double> p;
  for (std::size_t column = 1; column < arms[0].columns(); ++column) {
    for (std::size_t arm = 1; arm < arms.size(); ++arm) {
      const Sample a = column_of(arms[0], column);
      const Sample b = column_of(arms[arm], column);
      if (a.variance == 0 && b.variance == 0 && a.mean == b.mean) continue;
      Result<CovariateGap> gap = gap_between(a, b);
      if (!gap) return gap.error();
      gap->covariate = column - 1;
      gap->arm = arm;
      p.push_back(gap->p);
      gaps.push_back(*gap);
    }
  }
  const auto adjusted = holm_adjusted(p);
  if (!adjusted) return adjusted.error();
  for (std::size_t i = 0; i < gaps.size(); ++i) gaps[i].p_adjusted = adjusted.value()[i];
  return gaps;
}

}  // namespace converge::stats
