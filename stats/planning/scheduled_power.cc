#include "stats/planning/scheduled_power.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace converge::stats {
namespace {

/// The mean of Z at the full size. Beyond the limit no power differs from 1, and bounds and paths
/// lie out of each other's sight.
double drift_of(const MeanDesign& design, const ArmSizes& sizes, double effect) {
  static constexpr double kDriftMax = 60;
  const double se = std::sqrt(design.variance_a / sizes.n_a + design.variance_b / sizes.n_b);
  return std::clamp(effect / se, -kDriftMax, kDriftMax);
}

Status check_looks(const GroupSequentialDesign& looks) {
  if (looks.information.empty() || looks.information.back() != 1) {
    return Error{Errc::kInvalidArgument, "information: expected shares of which the last is 1"};
  }
  return {};
}

}  // namespace

Result<PowerFunction> scheduled_power(const MeanDesign& design, const GroupSequentialDesign& looks,
                                      Alternative alternative) {
  // The checks of the design are those of the fixed test; its alpha plays no part.
  const PowerTest test{.alpha = 0.05, .alternative = alternative};
  if (const auto fixed = mean_power_normal(design, test); !fixed) return fixed.error();
  if (const Status valid = check_looks(looks); !valid) return valid.error();
  if (const auto valid = operating_characteristics(looks, 0); !valid) return valid.error();
  const double effect = effect_towards_the_test(design.effect, test);
  return PowerFunction([design, looks, alternative, effect](const ArmSizes& sizes) {
    const auto result = operating_characteristics(looks, drift_of(design, sizes, effect));
    if (!result) return 0.0;
    const double wrong_side = alternative == Alternative::kTwoSided
                                  ? std::accumulate(result->below.begin(), result->below.end(), 0.0)
                                  : 0.0;
    return std::min(1.0, result->power + wrong_side);
  });
}

Result<double> expected_units(const MeanDesign& design, const GroupSequentialDesign& looks,
                              const ArmSizes& sizes, double effect) {
  if (const Status valid = check_looks(looks); !valid) return valid.error();
  const auto result = operating_characteristics(looks, drift_of(design, sizes, effect));
  if (!result) return result.error();
  return result->expected_information * (sizes.n_a + sizes.n_b);
}

std::vector<double> equal_steps(int looks) {
  std::vector<double> rates;
  for (int k = 1; k <= looks; ++k) rates.push_back(static_cast<double>(k) / looks);
  return rates;
}

}  // namespace converge::stats
