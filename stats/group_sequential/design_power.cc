#include "stats/group_sequential/design_power.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/monotone_root.h"

namespace converge::stats {
namespace {

/// A design that crossing_probabilities has accepted once cannot be refused later on.
double power_at(const GroupSequentialDesign& design, double drift) {
  return operating_characteristics(design, drift).value().power;
}

}  // namespace

GroupSequentialDesign design_of(std::vector<double> information, std::vector<double> bounds,
                                Sides sides) {
  GroupSequentialDesign design{.information = std::move(information),
                               .upper = std::move(bounds),
                               .lower = {},
                               .sides = sides};
  for (const double bound : design.upper) {
    design.lower.push_back(sides == Sides::kTwo ? -bound
                                                : -std::numeric_limits<double>::infinity());
  }
  return design;
}

Result<OperatingCharacteristics> operating_characteristics(const GroupSequentialDesign& design,
                                                           double drift) {
  Result<CrossingProbabilities> crossing =
      crossing_probabilities(design.information, design.lower, design.upper, drift);
  if (!crossing) return crossing.error();
  OperatingCharacteristics result;
  double going_on = 1;
  for (std::size_t k = 0; k < design.information.size(); ++k) {
    // E[I] = sum of the steps of information, each taken by those who have not stopped before.
    const double before = k == 0 ? 0 : design.information[k - 1];
    result.expected_information += going_on * (design.information[k] - before);
    going_on -= crossing->upper[k] + crossing->lower[k];
    result.power += crossing->upper[k];
  }
  result.rejection = std::move(crossing->upper);
  result.below = std::move(crossing->lower);
  return result;
}

Result<double> drift_for_power(const GroupSequentialDesign& design, double power) {
  if (const Status valid = require_open_unit("power", power); !valid) return valid.error();
  const Result<OperatingCharacteristics> null = operating_characteristics(design, 0);
  if (!null) return null.error();
  if (!(power > null->power)) {
    return Error{Errc::kInvalidArgument, "power: expected more than under no drift"};
  }
  static constexpr double kLargestMean = 200;
  const double root_information = std::sqrt(design.information.back());
  double high = 4 / root_information;
  while (power_at(design, high) < power && high * root_information < kLargestMean) high *= 2;
  const std::optional<double> drift =
      root_between([&](double candidate) { return power_at(design, candidate) - power; }, 0, high);
  if (!drift) {
    return Error{Errc::kInvalidArgument, "power: not reached with these bounds"};
  }
  return *drift;
}

Result<DesignPower> design_power(const GroupSequentialDesign& design, double alpha, double beta) {
  if (const Status valid =
          first_failure({require_open_unit("alpha", alpha), require_open_unit("beta", beta),
                         require_schedule(design.information)});
      !valid) {
    return valid.error();
  }
  GroupSequentialDesign unit = design;
  for (double& information : unit.information) information /= design.information.back();
  const Result<double> drift = drift_for_power(unit, 1 - beta);
  if (!drift) return drift.error();
  const double sides = design.sides == Sides::kTwo ? 2 : 1;
  const double fixed = normal_upper_quantile(alpha / sides) + normal_upper_quantile(beta);
  if (!(fixed > 0)) {
    return Error{Errc::kInvalidArgument, "beta: expected a power above alpha / sides"};
  }
  DesignPower result;
  result.drift = *drift;
  result.inflation_factor = (*drift / fixed) * (*drift / fixed);
  const auto ratio_at = [&](double share) {
    return result.inflation_factor *
           operating_characteristics(unit, share * *drift).value().expected_information;
  };
  result.expected_ratio_h1 = ratio_at(1);
  result.expected_ratio_half = ratio_at(0.5);
  result.expected_ratio_h0 = ratio_at(0);
  result.under_h1 = operating_characteristics(unit, *drift).value();
  return result;
}

}  // namespace converge::stats
