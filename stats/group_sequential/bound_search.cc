#include "stats/group_sequential/bound_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

constexpr double kLeastSpend = 1e-305;
constexpr double kLeastBound = -40;  ///< one-sided: practically every path is above

double stopping_density(const Recursion& recursion, Sides sides, double bound) {
  const double upper = recursion.density(bound);
  return sides == Sides::kTwo ? upper + recursion.density(-bound) : upper;
}

}  // namespace

double stopping_probability(const Recursion& recursion, Sides sides, double bound) {
  const double upper = recursion.upper_tail(bound);
  return sides == Sides::kTwo ? upper + recursion.lower_tail(-bound) : upper;
}

std::optional<double> bound_that_spends(const Recursion& recursion, Sides sides, double spend) {
  static constexpr int kIterations = 200;
  static constexpr double kLastStep = 1e-7;  // the error that a Newton step leaves is its square
  static constexpr double kExact = 1e-14;
  if (spend < kLeastSpend) return std::numeric_limits<double>::infinity();
  if (recursion.continuing() < spend) return std::nullopt;
  double low = sides == Sides::kTwo ? 0 : kLeastBound;
  // Stopping at earlier looks only takes paths away: the fixed-sample bound is not below.
  double high = std::max(low, normal_upper_quantile(sides == Sides::kTwo ? 0.5 * spend : spend));
  double bound = high;
  for (int i = 0; i < kIterations; ++i) {
    const double probability = stopping_probability(recursion, sides, bound);
    const double excess = std::log(probability / spend);
    if (std::abs(excess) < kExact) break;
    (excess > 0 ? low : high) = bound;
    const double newton = bound + excess * probability / stopping_density(recursion, sides, bound);
    const bool is_inside = newton > low && newton < high;
    const double step = (is_inside ? newton : 0.5 * (low + high)) - bound;
    bound += step;
    if (std::abs(step) < (is_inside ? kLastStep : kExact)) break;
  }
  return bound;
}

}  // namespace converge::stats
