#include "stats/planning/scheduled_power.h"

#include <algorithm>
#include <cmath>

#include "stats/group_sequential/crossing_probabilities.h"

namespace converge::stats {
namespace {

Status check_rates(const ScheduledTest& test) {
  if (test.information_rates.empty() || test.information_rates.back() != 1) {
    return Error{Errc::kInvalidArgument, "information_rates: expected the last one to be 1"};
  }
  return {};
}

/// Power counting the sides that the alternative names; the effect lies above 0.
double power_at(const ScheduledTest& test, Alternative alternative, double drift) {
  const Result<CrossingProbabilities> crossing =
      crossing_probabilities(test.information_rates, test.lower, test.upper, drift);
  if (!crossing) return 0;
  double power = 0;
  for (std::size_t k = 0; k < crossing->upper.size(); ++k) {
    power += crossing->upper[k];
    if (alternative == Alternative::kTwoSided) power += crossing->lower[k];
  }
  return std::min(1.0, power);
}

}  // namespace

Result<OperatingCharacteristics> operating_characteristics(const ScheduledTest& test,
                                                           double drift) {
  if (const Status valid = check_rates(test); !valid) return valid.error();
  const Result<CrossingProbabilities> crossing =
      crossing_probabilities(test.information_rates, test.lower, test.upper, drift);
  if (!crossing) return crossing.error();
  OperatingCharacteristics result;
  for (std::size_t k = 0; k < test.information_rates.size(); ++k) {
    const double stops_here = crossing->upper[k] + crossing->lower[k];
    result.power += stops_here;
    result.expected_share += stops_here * test.information_rates[k];
  }
  result.power = std::min(1.0, result.power);
  result.expected_share += 1 - result.power;
  return result;
}

Result<PowerFunction> scheduled_power(const MeanDesign& design, const ScheduledTest& test,
                                      Alternative alternative) {
  // The checks of the design are those of the fixed test; its alpha plays no part.
  const Result<PowerFunction> fixed =
      mean_power_normal(design, {.alpha = 0.05, .alternative = alternative});
  if (!fixed) return fixed.error();
  const Result<OperatingCharacteristics> valid = operating_characteristics(test, 0);
  if (!valid) return valid.error();
  return PowerFunction([design, test, alternative](const ArmSizes& sizes) {
    const double se = std::sqrt(design.variance_a / sizes.n_a + design.variance_b / sizes.n_b);
    // Beyond this drift no power differs from 1, and bounds and paths lie out of each other's
    // sight.
    static constexpr double kDriftMax = 60;
    const double drift =
        effect_towards_the_test(design.effect, {.alpha = 0.05, .alternative = alternative}) / se;
    return power_at(test, alternative, std::clamp(drift, -kDriftMax, kDriftMax));
  });
}

std::vector<double> equal_steps(int looks) {
  std::vector<double> rates;
  for (int k = 1; k <= looks; ++k) rates.push_back(static_cast<double>(k) / looks);
  return rates;
}

}  // namespace converge::stats
