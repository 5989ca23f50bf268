#include "stats/sequential/quantile_boundaries.h"

#include <algorithm>
#include <boost/math/special_functions/zeta.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>
#include <exception>
#include <limits>

#include "stats/domain.h"

namespace converge::stats {
namespace {

/// ln of theorem 2's error at C and one eta; +infinity where gamma^2 is at most 1.
double log_error(double c, double eta, double a) {
  const double root = a - std::sqrt(2 * (eta - 1) / c);
  const double gamma2 = 2 / eta * root * root;
  if (!(root > 0) || gamma2 <= 1) return std::numeric_limits<double>::infinity();
  return std::log(4.0) - gamma2 * c + std::log1p(1 / ((gamma2 - 1) * std::log(eta)));
}

/// The smallest over eta. gamma falls in eta; the largest eta with gamma = 1 solves
/// a = sqrt(eta / 2) + sqrt(2 (eta - 1) / c), found by halving.
double log_error(double c, double a) {
  double least = 1;
  double most = 2 * a * a;
  for (;;) {
    const double middle = least + (most - least) / 2;
    if (middle <= least || middle >= most) break;
    (std::sqrt(middle / 2) + std::sqrt(2 * (middle - 1) / c) < a ? least : most) = middle;
  }
  static constexpr int kBits = 26;  // half of a double's: a minimum is flat
  return boost::math::tools::brent_find_minima(
             [&](double eta) {
               const double value = log_error(c, eta, a);
               // Brent's parabolas need numbers.
               return std::isinf(value) ? std::numeric_limits<double>::max() : value;
             },
             1.0, least, kBits)
      .second;
}

double expit(double logit) {
  return 1 / (1 + std::exp(-logit));
}

}  // namespace

Result<double> empirical_process_lil_bound(double t, const EmpiricalProcessOptions& options) {
  const Status valid =
      first_failure({require_open_unit("alpha", options.alpha), require_positive("t", t),
                     require_not_negative("t_min - 1", options.t_min - 1),
                     require_positive("A - sqrt(1/2)", options.a - std::sqrt(0.5))});
  if (!valid) return valid.error();
  if (t < options.t_min) return std::numeric_limits<double>::infinity();
  const double log_alpha = std::log(options.alpha);
  try {
    std::uintmax_t steps = 200;
    static constexpr double kFirstGuess = 5;
    const auto bracket = boost::math::tools::bracket_and_solve_root(
        [&](double c) { return log_error(c, options.a) - log_alpha; }, kFirstGuess, 2.0, false,
        boost::math::tools::eps_tolerance<double>(48), steps);
    const double c = bracket.first + (bracket.second - bracket.first) / 2;
    return options.a * std::sqrt((std::log1p(std::log(t / options.t_min)) + c) / t);
  } catch (const std::exception&) {
    return Error{Errc::kInvalidArgument, "A: no constant C for this error"};
  }
}

Result<double> quantile_double_stitching_bound(double quantile, double t,
                                               const DoubleStitchingOptions& options) {
  const Status valid = first_failure(
      {require_open_unit("alpha", options.alpha), require_open_unit("quantile", quantile),
       require_positive("t", t), require_not_negative("t_opt - 1", options.t_opt - 1),
       require_positive("delta", options.delta), require_positive("s - 1", options.s - 1),
       require_positive("eta - 1", options.eta - 1)});
  if (!valid) return valid.error();
  const double time = std::max(t, options.t_opt);
  const double epochs = time / options.t_opt;
  const double logit = std::log(quantile / (1 - quantile));
  const double r =
      quantile >= 0.5
          ? quantile
          : std::min(0.5, expit(logit + 2 * options.delta * std::sqrt(options.eta / epochs)));
  const double variance = r * (1 - r);
  const double grid = std::sqrt(epochs) * std::abs(logit) / (2 * options.delta) + 1;
  const double log_eta = std::log(options.eta);
  const double zeta = boost::math::zeta(options.s);
  const double ell =
      options.s * (std::log((log_eta + std::log(epochs)) / log_eta) + std::log(grid)) +
      std::log(2 * zeta * (2 * zeta + 1)) - std::log(options.alpha);
  const double k1 = (std::pow(options.eta, 0.25) + std::pow(options.eta, -0.25)) / std::sqrt(2.0);
  const double k2 = (std::sqrt(options.eta) + 1) / 2;
  const double linear = k2 * (1 - 2 * quantile) / 3 * ell;
  return options.delta * std::sqrt(options.eta * epochs * variance) +
         std::hypot(k1 * std::sqrt(variance * time * ell), linear) + linear;
}

}  // namespace converge::stats
