#include "stats/sequential/mixture.h"

#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>
#include <exception>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Result<double> rho_of(const MixtureTuning& tuning, double alpha) {
  const double log_term = -2 * std::log(alpha);
  const double rho = tuning.v_opt / (log_term + std::log1p(log_term));
  if (rho > 0 && std::isfinite(rho)) return rho;
  return Error{Errc::kInvalidArgument, "v_opt: too small or too large for a tuning parameter"};
}

}  // namespace

Result<double> mixture_rho_two_sided(const MixtureTuning& tuning) {
  const Status valid = first_failure(
      {require_positive("v_opt", tuning.v_opt), require_open_unit("alpha_opt", tuning.alpha_opt)});
  if (!valid) return valid.error();
  return rho_of(tuning, tuning.alpha_opt);
}

Result<double> mixture_rho_one_sided(const MixtureTuning& tuning) {
  if (const Status valid = require_positive("v_opt", tuning.v_opt); !valid) return valid.error();
  if (!(tuning.alpha_opt > 0 && tuning.alpha_opt < 0.5)) {
    return Error{Errc::kInvalidArgument, "alpha_opt: expected a number between 0 and 0.5"};
  }
  return rho_of(tuning, 2 * tuning.alpha_opt);
}

Result<double> crossing_of(const std::function<double(double)>& log_mixture, double alpha,
                           double s_max, double s_guess) {
  static constexpr int kDoublings = 1100;  // from the smallest double to the largest
  const double threshold = -std::log(alpha);
  const auto excess = [&](double s) { return log_mixture(s) - threshold; };
  double below = 0;
  double above = std::min(s_guess, s_max);
  for (int i = 0; i < kDoublings && above < s_max && excess(above) < 0; ++i) {
    below = above;
    above = std::min(2 * above, s_max);
  }
  if (!std::isfinite(above) || std::isnan(excess(above))) {
    return Error{Errc::kInvalidArgument, "v: no finite boundary at this time"};
  }
  if (excess(above) <= 0) return above;
  try {
    std::uintmax_t steps = 200;
    const auto bracket = boost::math::tools::toms748_solve(
        excess, below, above, boost::math::tools::eps_tolerance<double>(52), steps);
    return bracket.first + (bracket.second - bracket.first) / 2;
  } catch (const std::exception&) {
    return Error{Errc::kInvalidArgument, "v: no boundary at this time"};
  }
}

Status check_bound(double v, const MixtureBoundOptions& options) {
  return first_failure({require_open_unit("alpha", options.alpha), require_positive("v", v)});
}

}  // namespace converge::stats
