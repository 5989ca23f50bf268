#include "stats/effects/winners_curse.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/effects/brent_root.h"

namespace converge::stats {
namespace {

/// One-sided, in standard errors: below it the data hold nothing about the size.
constexpr double kLeastCrossing = 1e-3;
constexpr double kMostStandardErrors = 1e6;  // beyond it logarithms of tails lose their differences

/// phi(z) / P(Z > z), the inverse of Mills' ratio.
double hazard(double z) {
  static constexpr double kAsymptotic = 40;
  static constexpr double kLogRootTwoPi = 0.91893853320467274178;
  if (z < kAsymptotic) return std::exp(-0.5 * z * z - kLogRootTwoPi - normal_log_upper(z));
  const double r = 1 / z;
  const double r2 = r * r;
  return z + r * (1 - r2 * (2 - r2 * (10 - r2 * 74)));
}

/// Everything in standard errors: the estimate is N(effect, 1), selected beyond `threshold`.
struct Truncated {
  double threshold;
  Selection selection;

  double log_above(double effect) const { return normal_log_upper(threshold - effect); }
  double log_below(double effect) const { return normal_log_upper(threshold + effect); }

  /// The share of those selected that lie above the threshold, not below minus the threshold.
  double share_above(double effect) const {
    if (selection == Selection::kUpper) return 1;
    return 1 / (1 + std::exp(log_below(effect) - log_above(effect)));
  }

  double probability(double effect) const {
    const double above = std::exp(log_above(effect));
    return selection == Selection::kUpper ? above : above + std::exp(log_below(effect));
  }

  /// E(estimate - effect | selected)
  double bias(double effect) const {
    const double share = share_above(effect);
    double sum = share > 0 ? share * hazard(threshold - effect) : 0;
    if (share < 1) sum -= (1 - share) * hazard(threshold + effect);
    return sum;
  }

  /// P(estimate >= x | selected), for x above the threshold.
  double at_least(double x, double effect) const {
    return std::exp(normal_log_upper(x - effect) - log_above(effect)) * share_above(effect);
  }
};

/// The root of an increasing function, sought outwards from x in steps that double.
template <class Function>
double root_of_increasing(Function function, double x) {
  double lower = x;
  double upper = x;
  for (double step = 1; function(lower) > 0 && step < 1e12; step *= 2) lower -= step;
  for (double step = 1; function(upper) < 0 && step < 1e12; step *= 2) upper += step;
  return brent_root(function, lower, upper, 0);
}

Status check(const SelectedEstimate& selected) {
  if (Status valid = first_failure({require_finite("estimate", selected.estimate),
                                    require_not_negative("standard_error", selected.standard_error),
                                    require_not_negative("threshold", selected.threshold)});
      !valid) {
    return valid;
  }
  if (selected.standard_error == 0) {
    return Error{Errc::kInsufficientData, "standard_error: 0, nothing is left to chance"};
  }
  if (!(std::abs(selected.estimate / selected.standard_error) <= kMostStandardErrors) ||
      selected.threshold > kMostStandardErrors) {
    return Error{Errc::kInvalidArgument, "estimate: expected within 1e6 standard errors of 0"};
  }
  return {};
}

}  // namespace

Result<CorrectedEstimate> corrected_for_selection(const SelectedEstimate& selected,
                                                  Selection selection, double alpha) {
  if (const Status valid = check(selected); !valid) return valid.error();
  if (const Status valid = require_open_unit("alpha", alpha); !valid) return valid.error();
  const double s = selected.standard_error;
  const bool mirrored = selection == Selection::kTwoSided && selected.estimate < 0;
  const double sign = mirrored ? -1 : 1;
  const double x = sign * selected.estimate / s;
  const double least = selection == Selection::kUpper ? kLeastCrossing : 0;
  if (!(x - selected.threshold >= least)) {
    return Error{Errc::kInsufficientData,
                 "estimate: it has not crossed the threshold, or by next to nothing"};
  }
  const Truncated truncated{selected.threshold, selection};
  const auto effect_with_upper_tail = [&](double tail) {
    return root_of_increasing([&](double effect) { return truncated.at_least(x, effect) - tail; },
                              x);
  };
  CorrectedEstimate result;
  result.conditional_mle =
      sign * s *
      root_of_increasing([&](double effect) { return effect + truncated.bias(effect) - x; }, x);
  result.median_unbiased = sign * s * effect_with_upper_tail(0.5);
  const double lower = s * effect_with_upper_tail(alpha / 2);
  const double upper = s * effect_with_upper_tail(1 - alpha / 2);
  result.interval =
      mirrored ? Interval{-upper, -lower, 1 - alpha} : Interval{lower, upper, 1 - alpha};
  return result;
}

Result<SelectionEffect> selection_effect(const SelectedEstimate& truth, Selection selection) {
  if (const Status valid = check(truth); !valid) return valid.error();
  const Truncated truncated{truth.threshold, selection};
  const double effect = truth.estimate / truth.standard_error;
  SelectionEffect result;
  result.probability = std::min(1.0, truncated.probability(effect));
  result.bias = truth.standard_error * truncated.bias(effect);
  result.mean_estimate = truth.estimate + result.bias;
  return result;
}

Result<SumOfWinners> sum_of_winners(std::span<const SelectedEstimate> considered,
                                    Selection selection) {
  if (considered.empty()) return Error{Errc::kInsufficientData, "effects: there is none"};
  SumOfWinners result;
  double variance = 0;
  for (const SelectedEstimate& one : considered) {
    if (const Status valid = check(one); !valid) return valid.error();
    const double s = one.standard_error;
    const double z = one.estimate / s;
    // E((x - effect) 1(selected)), with the estimate for the effect: Lee, Shen (2018).
    result.expected_bias += s * normal_density(one.threshold - z);
    if (selection == Selection::kTwoSided) {
      result.expected_bias -= s * normal_density(one.threshold + z);
    }
    const double crossing = selection == Selection::kTwoSided ? std::abs(z) : z;
    if (crossing > one.threshold) {
      ++result.winners;
      result.sum += one.estimate;
      variance += s * s;
    }
  }
  result.corrected = result.sum - result.expected_bias;
  result.standard_error = std::sqrt(variance);
  return result;
}

}  // namespace converge::stats
