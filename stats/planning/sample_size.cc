#include "stats/planning/sample_size.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "stats/domain.h"
#include "stats/group_sequential/monotone_root.h"

namespace converge::stats {
namespace {

/// Far below any whole unit, so that what is reached here is reached without data.
constexpr double kNoData = 1e-200;
constexpr double kStep = 4;

/// A goal this close to alpha, relative to itself, is alpha: only rounding tells them apart.
constexpr double kAlphaRounding = 1e-9;

std::string percent(double power) {
  return std::to_string(100 * power) + " %";
}

/// Where an increasing function, below 0 at low and not at high, becomes 0; sought in ln(x), which
/// leaves both ends as they are.
Result<double> root_in_logarithms(const std::function<double(double)>& excess, double low,
                                  double high) {
  const double log_low = std::log(low);
  const double log_high = std::log(high);
  const auto argument = [&](double log_x) {
    if (log_x <= log_low) return low;
    return log_x >= log_high ? high : std::exp(log_x);
  };
  const auto root =
      root_between([&](double log_x) { return excess(argument(log_x)); }, log_low, log_high);
  if (!root) return Error{Errc::kInternal, "power: no root in its bracket"};
  return argument(*root);
}

/// A bracket of the root: steps up from `start` while the function is below 0, else down.
struct Bracket {
  double low = 0;
  double high = 0;
};

Bracket bracket_of(const std::function<double(double)>& excess, double start, double lowest,
                   double highest) {
  Bracket bracket{start, start};
  if (excess(start) < 0) {
    do {
      bracket.low = bracket.high;
      bracket.high = std::min(highest, bracket.high * kStep);
    } while (excess(bracket.high) < 0 && bracket.high < highest);
    return bracket;
  }
  do {
    bracket.high = bracket.low;
    bracket.low = std::max(lowest, bracket.low / kStep);
  } while (!(excess(bracket.low) < 0) && bracket.low > lowest);
  return bracket;
}

/// The smallest whole n_a: `enough` holds there or one unit further, rounding of the root aside.
double smallest_whole(const std::function<bool(double)>& enough, double near) {
  double high = std::max(1.0, std::ceil(near));
  while (!enough(high) && high < kLargestArm) high += std::max(1.0, std::floor(high * 1e-12));
  double low = 0;
  while (high - low > 1) {
    const double middle = std::floor(low + (high - low) / 2);
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

double treatment_units(double n_a, double ratio) {
  // A ratio such as 1 / 10 is rounded; 10 * n is not to become 10 * n + 1 for that.
  static constexpr double kOfRounding = 1 - 4 * std::numeric_limits<double>::epsilon();
  return std::max(1.0, std::ceil(n_a * ratio * kOfRounding));
}

Result<PlannedSize> smallest_sample(const PowerFunction& power, const SampleSizeGoal& goal) {
  if (const Status valid = first_failure(
          {require_open_unit("power", goal.power), require_positive("ratio", goal.ratio)});
      !valid) {
    return valid.error();
  }
  const auto excess = [&](double n_a) {
    return power({.n_a = n_a, .n_b = n_a * goal.ratio}) - goal.power;
  };
  const double largest = std::min(kLargestArm, kLargestArm / goal.ratio);
  if (!(excess(kNoData) < -kAlphaRounding * goal.power)) {
    return Error{Errc::kInvalidArgument,
                 "power: expected more than the test reaches without data, which is alpha"};
  }
  const Bracket bracket = bracket_of(excess, std::min(1.0, largest), kNoData, largest);
  if (excess(bracket.high) < 0) {
    return Error{Errc::kInsufficientData,
                 "power: no arms of up to 2^53 units reach it; there it is " +
                     percent(excess(largest) + goal.power)};
  }
  const Result<double> root = root_in_logarithms(excess, bracket.low, bracket.high);
  if (!root) return root.error();
  const auto sizes_at = [&goal](double n_a) {
    return ArmSizes{.n_a = n_a, .n_b = treatment_units(n_a, goal.ratio)};
  };
  const double n_a =
      smallest_whole([&](double units) { return power(sizes_at(units)) >= goal.power; }, *root);
  const ArmSizes sizes = sizes_at(n_a);
  return PlannedSize{.n_a_exact = *root,
                     .n_a = static_cast<std::int64_t>(sizes.n_a),
                     .n_b = static_cast<std::int64_t>(sizes.n_b),
                     .power = power(sizes)};
}

Result<double> smallest_effect(const PowerOfEffect& power, const EffectGoal& goal) {
  if (const Status valid = first_failure(
          {require_open_unit("power", goal.power), require_positive("scale", goal.scale)});
      !valid) {
    return valid.error();
  }
  if (goal.limit == 0 || std::isnan(goal.limit)) {
    return Error{Errc::kInvalidArgument, "limit: expected a number other than 0"};
  }
  static constexpr double kRangeOfScale = 1e30;
  const double sign = goal.limit < 0 ? -1 : 1;
  const double highest = std::min(std::abs(goal.limit), goal.scale * kRangeOfScale);
  const double lowest = std::min(highest, goal.scale) / kRangeOfScale;
  const auto excess = [&](double size) { return power(sign * size) - goal.power; };
  if (!(excess(lowest) < -kAlphaRounding * goal.power)) {
    return Error{Errc::kInvalidArgument,
                 "power: expected more than the test reaches without an effect, which is alpha"};
  }
  const Bracket bracket = bracket_of(excess, std::min(goal.scale, highest), lowest, highest);
  if (excess(bracket.high) < 0) {
    return Error{Errc::kInsufficientData,
                 "power: no possible effect reaches it at this size; the largest gives " +
                     percent(excess(highest) + goal.power)};
  }
  const Result<double> root = root_in_logarithms(excess, bracket.low, bracket.high);
  if (!root) return root.error();
  return sign * *root;
}

}  // namespace converge::stats
