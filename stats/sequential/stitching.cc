#include "stats/sequential/stitching.h"

#include <algorithm>
#include <boost/math/special_functions/zeta.hpp>
#include <cmath>

#include "stats/domain.h"

namespace converge::stats {

Result<double> poly_stitching_bound(double v, const PolyStitchingOptions& options) {
  const Status valid = first_failure(
      {require_open_unit("alpha", options.alpha), require_not_negative("v", v),
       require_positive("v_min", options.v_min), require_finite("c", options.c),
       require_positive("s - 1", options.s - 1), require_positive("eta - 1", options.eta - 1)});
  if (!valid) return valid.error();
  const double time = std::max(v, options.v_min);
  // ell(v) = s ln ln(eta v / v_min) + ln(zeta(s) / (alpha (ln eta)^s))
  const double log_eta = std::log(options.eta);
  const double ell = options.s * std::log((log_eta + std::log(time / options.v_min)) / log_eta) +
                     std::log(boost::math::zeta(options.s)) - std::log(options.alpha);
  // eq. 10
  const double k1 = (std::pow(options.eta, 0.25) + std::pow(options.eta, -0.25)) / std::sqrt(2.0);
  const double k2 = (std::sqrt(options.eta) + 1) / 2;
  const double linear = k2 * options.c * ell;
  const double bound = std::hypot(k1 * std::sqrt(time) * std::sqrt(ell), linear) + linear;
  if (std::isfinite(bound)) return bound;
  return Error{Errc::kInvalidArgument, "v: no finite boundary at this time"};
}

}  // namespace converge::stats
