#include "stats/group_sequential/stagewise_inference.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "stats/domain.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/monotone_root.h"
#include "stats/group_sequential/recursion.h"

namespace converge::stats {
namespace {

/// Outcomes at least as high, and at least as low, in the order of stages.
struct Tails {
  double upper = 0;
  double lower = 0;
};

/// Beyond, means next to Z can no longer be told apart well enough.
constexpr double kLargestZ = 1e6;

/// `mean` is that of Z at the stop.
Tails tails_at(const StoppedTest& test, double mean) {
  Recursion recursion(mean / std::sqrt(test.information));
  Tails tails;
  for (const PassedLook& look : test.passed) {
    recursion.move_to(look.information);
    tails.upper += recursion.upper_tail(look.upper);
    tails.lower += recursion.lower_tail(look.lower);
    recursion.stop_outside(look.lower, look.upper);
  }
  recursion.move_to(test.information);
  const double z = test.estimate / test.standard_error;
  tails.upper += recursion.upper_tail(z);
  tails.lower += recursion.lower_tail(z);
  return tails;
}

Status require_test(const StoppedTest& test) {
  std::vector<double> information;
  for (std::size_t k = 0; k < test.passed.size(); ++k) {
    const PassedLook& look = test.passed[k];
    if (!(look.lower < look.upper)) {
      return Error{Errc::kInvalidArgument,
                   "passed[" + std::to_string(k) + "]: expected lower < upper"};
    }
    information.push_back(look.information);
  }
  information.push_back(test.information);
  return first_failure({require_schedule(information), require_finite("estimate", test.estimate),
                        require_positive("standard_error", test.standard_error)});
}

/// The mean of Z at the stop at which an increasing function of it is 0. Where the first look has
/// little information, it takes a mean far from z to move that look's part of a tail.
std::optional<double> mean_where(const std::function<double(double)>& increasing,
                                 const StoppedTest& test) {
  static constexpr double kNearest = 5;
  static constexpr double kFarthest = 80;  // at the first look
  const double z = test.estimate / test.standard_error;
  const double first = test.passed.empty() ? test.information : test.passed.front().information;
  const double farthest = kFarthest * std::sqrt(test.information / first);
  for (double reach = kNearest; reach <= farthest; reach *= 2) {
    const std::optional<double> mean = root_between(increasing, z - reach, z + reach);
    if (mean) return mean;
  }
  return std::nullopt;
}

}  // namespace

Result<StagewiseInference> stagewise_inference(const StoppedTest& test, double alpha) {
  if (const Status valid = first_failure({require_test(test), require_open_unit("alpha", alpha)});
      !valid) {
    return valid.error();
  }
  const double z = test.estimate / test.standard_error;
  if (!(std::abs(z) < kLargestZ)) {
    return Error{Errc::kInvalidArgument, "standard_error: expected one in range of the estimate"};
  }
  const Tails null = tails_at(test, 0);
  const auto upper_is = [&](double probability) {
    return mean_where([&](double mean) { return tails_at(test, mean).upper - probability; }, test);
  };
  const std::optional<double> low = upper_is(0.5 * alpha);
  const std::optional<double> median = upper_is(0.5);
  // Through the lower tail, since 1 - alpha / 2 would lose the digits of a small alpha.
  const std::optional<double> high =
      mean_where([&](double mean) { return 0.5 * alpha - tails_at(test, mean).lower; }, test);
  if (!low || !median || !high) {
    return Error{Errc::kInsufficientData,
                 "passed: bounds so improbable to have been passed that no effect fits"};
  }
  StagewiseInference result;
  result.p_greater = null.upper;
  result.p_less = null.lower;
  result.p_two_sided = std::min(1.0, 2 * std::min(null.upper, null.lower));
  result.median_unbiased = *median * test.standard_error;
  result.interval = {*low * test.standard_error, *high * test.standard_error, 1 - alpha};
  return result;
}

}  // namespace converge::stats
