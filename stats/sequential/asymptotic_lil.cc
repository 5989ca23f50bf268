#include "stats/sequential/asymptotic_lil.h"

#include <cmath>

#include "stats/domain.h"

namespace converge::stats {

Result<double> lil_margin_two_sided(double t, const LilOptions& options) {
  const Status valid = first_failure(
      {require_open_unit("alpha", options.alpha), require_not_negative("t - 1", t - 1)});
  if (!valid) return valid.error();
  const double iterated = std::log(std::log(2 * t)) + 0.72 * std::log(5.2 / (options.alpha / 2));
  return 1.7 * std::sqrt(iterated / t);
}

}  // namespace converge::stats
