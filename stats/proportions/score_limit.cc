#include "stats/proportions/score_limit.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cstdint>

namespace converge::stats {

double upper_score_limit(double estimate, double quantile,
                         const std::function<double(double)>& statistic) {
  namespace bmt = boost::math::tools;
  if (estimate >= 1) return 1;
  const auto excess = [&](double parameter) {
    // Finite: the statistic may be infinite at 1.
    return std::clamp(statistic(parameter) + quantile, -2 * quantile - 1, 2 * quantile + 1);
  };
  double below = estimate;
  double above = 1;
  if (estimate < 0) {
    const double at_zero = excess(0);
    if (at_zero == 0) return 0;
    (at_zero > 0 ? below : above) = 0;
  }
  const double at_below = excess(below);
  const double at_above = excess(above);
  if (!(at_below > 0)) return below;
  if (!(at_above < 0)) return above;
  std::uintmax_t evaluations = 200;
  return bmt::toms748_solve(excess, below, above, at_below, at_above,
                            bmt::eps_tolerance<double>(50), evaluations)
      .first;
}

}  // namespace converge::stats
