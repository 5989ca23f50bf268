#include "stats/group_sequential/crossing_probabilities.h"

#include <cmath>
#include <cstddef>
#include <string>

#include "stats/domain.h"
#include "stats/group_sequential/recursion.h"

namespace converge::stats {
namespace {

Status require_bounds(const std::vector<double>& information, const std::vector<double>& lower,
                      const std::vector<double>& upper) {
  if (lower.size() != information.size() || upper.size() != information.size()) {
    return Error{Errc::kInvalidArgument, "lower, upper: expected one bound per look"};
  }
  for (std::size_t k = 0; k < information.size(); ++k) {
    if (!(lower[k] <= upper[k])) {
      return Error{Errc::kInvalidArgument,
                   "lower[" + std::to_string(k) + "]: expected a bound not above upper"};
    }
  }
  return {};
}

}  // namespace

Status require_schedule(const std::vector<double>& information) {
  if (information.empty() || information.size() > kMaxLooks) {
    return Error{Errc::kInvalidArgument,
                 "information: expected 1 to " + std::to_string(kMaxLooks) + " looks"};
  }
  double previous = 0;
  for (std::size_t k = 0; k < information.size(); ++k) {
    const double present = information[k];
    if (!(present > 0) || !std::isfinite(present) ||
        (k > 0 && !(present - previous >= kLeastGrowth * present))) {
      return Error{Errc::kInvalidArgument, "information[" + std::to_string(k) +
                                               "]: expected a finite number above the one before"};
    }
    previous = present;
  }
  return {};
}

Result<CrossingProbabilities> crossing_probabilities(const std::vector<double>& information,
                                                     const std::vector<double>& lower,
                                                     const std::vector<double>& upper,
                                                     double drift) {
  if (const Status valid =
          first_failure({require_schedule(information), require_bounds(information, lower, upper),
                         require_finite("drift", drift)});
      !valid) {
    return valid.error();
  }
  if (!std::isfinite(drift * information.back())) {
    return Error{Errc::kInvalidArgument, "drift: expected a product with information in range"};
  }
  CrossingProbabilities probabilities;
  Recursion recursion(drift);
  for (std::size_t k = 0; k < information.size(); ++k) {
    recursion.move_to(information[k]);
    probabilities.lower.push_back(recursion.lower_tail(lower[k]));
    probabilities.upper.push_back(recursion.upper_tail(upper[k]));
    recursion.stop_outside(lower[k], upper[k]);
  }
  return probabilities;
}

}  // namespace converge::stats
