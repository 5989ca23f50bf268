#include "stats/group_sequential/monotone_root.h"

#include <boost/math/tools/toms748_solve.hpp>
#include <cstdint>

namespace converge::stats {

std::optional<double> root_between(const std::function<double(double)>& function, double low,
                                   double high) {
  static constexpr int kBits = 37;
  static constexpr std::uintmax_t kCalls = 200;
  if (!(low < high)) return std::nullopt;
  const double at_low = function(low);
  if (at_low == 0) return low;
  const double at_high = function(high);
  if (at_high == 0) return high;
  if ((at_low > 0) == (at_high > 0)) return std::nullopt;
  std::uintmax_t calls = kCalls;
  const auto [left, right] =
      boost::math::tools::toms748_solve(function, low, high, at_low, at_high,
                                        boost::math::tools::eps_tolerance<double>(kBits), calls);
  return 0.5 * (left + right);
}

}  // namespace converge::stats
