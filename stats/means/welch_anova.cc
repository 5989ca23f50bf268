#include "stats/means/welch_anova.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

Status check_groups(std::span<const Sample> groups) {
  if (groups.size() < 2) {
    return Error{Errc::kInsufficientData, "groups: expected two or more"};
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::string group = "groups[" + std::to_string(i) + "]";
    if (groups[i].n < 2) {
      return Error{Errc::kInsufficientData, group + ".n: " + std::to_string(groups[i].n) +
                                                " units, the variance needs at least 2"};
    }
    if (!std::isfinite(groups[i].mean) || !std::isfinite(groups[i].variance)) {
      return Error{Errc::kInvalidArgument, group + ": expected finite numbers"};
    }
    if (groups[i].variance < 0) {
      return Error{Errc::kInvalidArgument, group + ".variance: expected 0 or more"};
    }
    if (groups[i].variance == 0) {
      return Error{Errc::kInsufficientData, group + ".variance: 0, its weight is undefined"};
    }
  }
  return {};
}

}  // namespace

Result<WelchAnova> welch_anova(std::span<const Sample> groups) {
  if (const Status valid = check_groups(groups); !valid) return valid.error();
  const auto variance_of_mean = [](const Sample& group) {
    return group.variance / static_cast<double>(group.n);
  };
  // In units of the smallest standard error and from the first mean, so that neither the unit nor
  // an offset of the values costs digits: weights are at most 1.
  double smallest = variance_of_mean(groups[0]);
  for (const Sample& group : groups) smallest = std::min(smallest, variance_of_mean(group));
  const double unit = std::sqrt(smallest);
  std::vector<double> weights;
  std::vector<double> means;
  double total = 0;
  double weighted = 0;
  for (const Sample& group : groups) {
    weights.push_back(smallest / variance_of_mean(group));
    means.push_back((group.mean - groups[0].mean) / unit);
    total += weights.back();
    weighted += weights.back() * means.back();
  }
  const double grand_mean = weighted / total;

  double between = 0;
  double lambda = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const double deviation = means[i] - grand_mean;
    between += weights[i] * deviation * deviation;
    const double rest = 1 - weights[i] / total;
    lambda += rest * rest / static_cast<double>(groups[i].n - 1);
  }
  const auto k = static_cast<double>(groups.size());
  WelchAnova result;
  result.dof_numerator = k - 1;
  result.dof_denominator = (k * k - 1) / (3 * lambda);
  result.f = between / (k - 1) / (1 + 2 * (k - 2) / (k * k - 1) * lambda);
  if (!std::isfinite(result.f) || !std::isfinite(result.dof_denominator)) {
    return Error{Errc::kInvalidArgument, "groups: the statistic exceeds the range of double"};
  }
  result.p = f_upper(result.f, result.dof_numerator, result.dof_denominator);
  return result;
}

}  // namespace converge::stats
