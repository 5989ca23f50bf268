#include "stats/group_sequential/wang_tsiatis.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/group_sequential/bound_search.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/monotone_root.h"
#include "stats/group_sequential/recursion.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double size_of(const WangTsiatisDesign& design, const std::vector<double>& bounds) {
  Recursion recursion(0);
  double size = 0;
  for (std::size_t k = 0; k < bounds.size(); ++k) {
    recursion.move_to(design.information[k]);
    size += stopping_probability(recursion, design.sides, bounds[k]);
    recursion.stop_outside(design.sides == Sides::kTwo ? -bounds[k] : -kInfinity, bounds[k]);
  }
  return size;
}

Status require_shape(double shape) {
  if (shape >= -10 && shape <= 1) return {};
  return Error{Errc::kInvalidArgument, "shape: expected a number from -10 to 1"};
}

}  // namespace

Result<std::vector<double>> wang_tsiatis_bounds(const WangTsiatisDesign& design) {
  if (const Status valid =
          first_failure({require_schedule(design.information),
                         require_open_unit("alpha", design.alpha), require_shape(design.shape)});
      !valid) {
    return valid.error();
  }
  std::vector<double> factors;
  for (const double information : design.information) {
    factors.push_back(std::pow(information / design.information.back(), design.shape - 0.5));
  }
  const auto bounds_of = [&](double constant) {
    std::vector<double> bounds(factors);
    for (double& bound : bounds) bound *= constant;
    return bounds;
  };
  // One look is the least that a sequence of looks rejects, Bonferroni's sum the most.
  const double sides = design.sides == Sides::kTwo ? 2 : 1;
  const double looks = static_cast<double>(factors.size());
  const double low = normal_upper_quantile(design.alpha / sides);
  const double high = normal_upper_quantile(design.alpha / (sides * looks));
  if (factors.size() == 1) return bounds_of(low);
  const double least = *std::min_element(factors.begin(), factors.end());
  const double margin = 1e-6;
  const std::optional<double> constant =
      root_between([&](double c) { return size_of(design, bounds_of(c)) - design.alpha; },
                   low - margin, std::max(high, high / least) + margin);
  if (!constant) {
    return Error{Errc::kInvalidArgument, "alpha: no constant gives this error over these looks"};
  }
  return bounds_of(*constant);
}

}  // namespace converge::stats
