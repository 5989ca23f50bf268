#include "stats/adjustment/post_stratification.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace converge::stats {
namespace {

Status check_sample(const Sample& sample, std::size_t stratum, const char* arm) {
  const std::string where = "strata[" + std::to_string(stratum) + "]." + arm;
  if (sample.n < 0) return Error{Errc::kInvalidArgument, where + ".n: expected 0 or more"};
  if (!std::isfinite(sample.mean) || !std::isfinite(sample.variance)) {
    return Error{Errc::kInvalidArgument, where + ": expected finite numbers"};
  }
  if (sample.variance < 0) {
    return Error{Errc::kInvalidArgument, where + ".variance: expected 0 or more"};
  }
  return {};
}

/// Two samples as if they had been one. Third moments are not needed here.
Sample joined(const Sample& left, const Sample& right) {
  if (left.n == 0) return right;
  if (right.n == 0) return left;
  const auto n_1 = static_cast<double>(left.n);
  const auto n_2 = static_cast<double>(right.n);
  const double n = n_1 + n_2;
  const double gap = right.mean - left.mean;
  Sample both;
  both.n = left.n + right.n;
  both.mean = left.mean + gap * (n_2 / n);
  both.variance = (n_1 - 1) / (n - 1) * left.variance + (n_2 - 1) / (n - 1) * right.variance +
                  gap * gap * (n_1 / n) * (n_2 / (n - 1));
  return both;
}

StratumPair joined(const StratumPair& left, const StratumPair& right) {
  return {joined(left.a, right.a), joined(left.b, right.b)};
}

double units_of(const StratumPair& pair) {
  return static_cast<double>(pair.a.n) + static_cast<double>(pair.b.n);
}

std::vector<StratumPair> with_both_arms(std::span<const StratumPair> strata) {
  std::vector<StratumPair> ordered(strata.begin(), strata.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& left, const auto& right) {
    return units_of(left) > units_of(right);
  });
  std::vector<StratumPair> kept{ordered[0]};
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    if (std::min(ordered[i].a.n, ordered[i].b.n) < 2) {
      kept[0] = joined(kept[0], ordered[i]);
    } else {
      kept.push_back(ordered[i]);
    }
  }
  if (std::min(kept[0].a.n, kept[0].b.n) < 2 && kept.size() > 1) {
    kept[1] = joined(kept[1], kept[0]);
    kept.erase(kept.begin());
  }
  return kept;
}

/// Welch's dof of the arms without strata.
double dof_without_strata(const StratumPair& all) {
  const auto n_a = static_cast<double>(all.a.n);
  const auto n_b = static_cast<double>(all.b.n);
  return satterthwaite_dof(all.a.variance / n_a, n_a - 1, all.b.variance / n_b, n_b - 1);
}

/// What the estimated shares add: (sum share x y - (sum share x)(sum share y)) / N.
double between(const std::vector<StratumPair>& strata, double units,
               double (*x)(const StratumPair&), double (*y)(const StratumPair&)) {
  double mean_x = 0;
  double mean_y = 0;
  for (const StratumPair& pair : strata) {
    mean_x += units_of(pair) / units * x(pair);
    mean_y += units_of(pair) / units * y(pair);
  }
  double sum = 0;
  for (const StratumPair& pair : strata) {
    sum += units_of(pair) / units * (x(pair) - mean_x) * (y(pair) - mean_y);
  }
  return sum / units;
}

}  // namespace

Result<PostStratified> post_stratification(std::span<const StratumPair> strata) {
  if (strata.empty()) return Error{Errc::kInsufficientData, "strata: there is none"};
  StratumPair all{};
  for (std::size_t i = 0; i < strata.size(); ++i) {
    if (const Status a = check_sample(strata[i].a, i, "a"); !a) return a.error();
    if (const Status b = check_sample(strata[i].b, i, "b"); !b) return b.error();
    all = joined(all, strata[i]);
  }
  const std::vector<StratumPair> kept = with_both_arms(strata);
  if (std::min(kept[0].a.n, kept[0].b.n) < 2) {
    return Error{Errc::kInsufficientData, "strata: an arm has fewer than 2 units in all"};
  }
  const double units = units_of(all);
  PostStratified result;
  result.strata = kept.size();
  result.collapsed = strata.size() - kept.size();
  AdjustedDifference& adjusted = result.adjusted;
  Difference& difference = adjusted.difference;
  double within_a = 0;
  double within_b = 0;
  for (const StratumPair& pair : kept) {
    const double share = units_of(pair) / units;
    difference.mean_a += share * pair.a.mean;
    difference.mean_b += share * pair.b.mean;
    within_a += share * share * (pair.a.variance / static_cast<double>(pair.a.n));
    within_b += share * share * (pair.b.variance / static_cast<double>(pair.b.n));
  }
  const auto mean_a = [](const StratumPair& pair) { return pair.a.mean; };
  const auto mean_b = [](const StratumPair& pair) { return pair.b.mean; };
  const auto effect = [](const StratumPair& pair) { return pair.b.mean - pair.a.mean; };
  adjusted.variance_of_mean_a = within_a + between(kept, units, mean_a, mean_a);
  adjusted.variance_of_mean_b = within_b + between(kept, units, mean_b, mean_b);
  adjusted.covariance_of_means = between(kept, units, mean_a, mean_b);

  const double within = within_a + within_b;
  if (!(within > 0)) {
    return Error{Errc::kInsufficientData, "variance: 0 within every stratum, no test is defined"};
  }
  difference.n_a = all.a.n;
  difference.n_b = all.b.n;
  difference.estimate = difference.mean_b - difference.mean_a;
  difference.variance = within + between(kept, units, effect, effect);
  difference.variance_of_mean_a = difference.variance * (within_a / within);
  difference.variance_of_mean_b = difference.variance * (within_b / within);
  adjusted.dof = dof_without_strata(all);
  adjusted.unadjusted_mean_a = all.a.mean;
  adjusted.unadjusted_mean_b = all.b.mean;
  adjusted.variance_unadjusted =
      all.a.variance / static_cast<double>(all.a.n) + all.b.variance / static_cast<double>(all.b.n);
  return result;
}

Result<WelchResult> delta_relative(const AdjustedDifference& adjusted,
                                   const WelchOptions& options) {
  const double control = adjusted.difference.mean_a;
  if (control == 0) {
    return Error{Errc::kInsufficientData, "a.mean: 0, a relative lift is undefined"};
  }
  const double ratio = adjusted.difference.mean_b / control;
  const double variance = adjusted.variance_of_mean_b - 2 * ratio * adjusted.covariance_of_means +
                          ratio * ratio * adjusted.variance_of_mean_a;
  return t_test(adjusted.difference.estimate / std::abs(control),
                std::sqrt(std::max(0.0, variance)) / std::abs(control), adjusted.dof, options);
}

}  // namespace converge::stats
