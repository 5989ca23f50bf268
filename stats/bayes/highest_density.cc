#include "stats/bayes/highest_density.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <exception>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// The left tail for which the densities at both ends agree, by their logarithms up to a constant.
template <class Quantile, class UpperQuantile, class LogDensity>
Result<Interval> equal_densities(double level, Quantile quantile, UpperQuantile upper_quantile,
                                 LogDensity log_density) {
  static constexpr double kSteepest = 1e6;
  const double outside = 1 - level;
  const auto difference = [&](double left_tail) {
    const double excess =
        log_density(quantile(left_tail)) - log_density(upper_quantile(outside - left_tail));
    return std::clamp(excess, -kSteepest, kSteepest);
  };
  // At either end the outer density is 0 there, and the difference has a sign.
  static constexpr double kEdge = 1e-12;
  const double lowest = outside * kEdge;
  const double highest = outside * (1 - kEdge);
  double left_tail = 0;
  if (difference(lowest) >= 0) {
    left_tail = lowest;
  } else if (difference(highest) <= 0) {
    left_tail = highest;
  } else {
    std::uintmax_t iterations = 100;
    const boost::math::tools::eps_tolerance<double> tolerance(48);
    const auto bracket =
        boost::math::tools::toms748_solve(difference, lowest, highest, tolerance, iterations);
    left_tail = bracket.first + (bracket.second - bracket.first) / 2;
  }
  const Interval interval{quantile(left_tail), upper_quantile(outside - left_tail), level};
  if (std::isfinite(interval.lower) && std::isfinite(interval.upper)) return interval;
  return Error{Errc::kInvalidArgument, "posterior: its quantiles exceed the range of double"};
}

template <class Search>
Result<Interval> guarded(Search search) {
  try {
    return search();
  } catch (const std::exception& problem) {
    return Error{Errc::kInvalidArgument, std::string("posterior: ") + problem.what()};
  }
}

}  // namespace

Result<Interval> highest_density_interval(const BetaPosterior& posterior, double level) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_open_unit("level", level)});
  if (!valid) return valid.error();
  const auto [alpha, beta] = posterior;
  if ((alpha < 1 && beta < 1) || (alpha == 1 && beta == 1)) {
    return Error{Errc::kInsufficientData, "posterior: this alpha and beta have no single peak"};
  }
  if (alpha <= 1 && beta >= 1) return Interval{0, beta_quantile(level, alpha, beta), level};
  if (beta <= 1) return Interval{beta_upper_quantile(level, alpha, beta), 1, level};
  return guarded([&, a = alpha, b = beta] {
    return equal_densities(
        level, [&](double tail) { return beta_quantile(tail, a, b); },
        [&](double tail) { return beta_upper_quantile(tail, a, b); },
        [&](double x) { return (a - 1) * std::log(x) + (b - 1) * std::log1p(-x); });
  });
}

Result<Interval> highest_density_interval(const GammaPosterior& posterior, double level) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_open_unit("level", level)});
  if (!valid) return valid.error();
  const double shape = posterior.shape;
  const double rate = posterior.rate;
  if (shape <= 1) return Interval{0, gamma_quantile(level, shape) / rate, level};
  const Result<Interval> standard = guarded([&] {
    return equal_densities(
        level, [&](double tail) { return gamma_quantile(tail, shape); },
        [&](double tail) { return gamma_upper_quantile(tail, shape); },
        [&](double x) { return (shape - 1) * std::log(x) - x; });
  });
  if (!standard) return standard.error();
  return Interval{standard->lower / rate, standard->upper / rate, level};
}

Result<Interval> highest_density_interval(const LognormalPosterior& posterior, double level) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_open_unit("level", level)});
  if (!valid) return valid.error();
  const double scale = posterior.scale;
  // In z = (ln x - location) / scale the density of x is exp(-z^2 / 2 - scale z).
  const Result<Interval> standard = guarded([&] {
    return equal_densities(
        level, [](double tail) { return normal_quantile(tail); },
        [](double tail) { return normal_upper_quantile(tail); },
        [&](double z) { return -z * z / 2 - scale * z; });
  });
  if (!standard) return standard.error();
  return Interval{std::exp(posterior.location + scale * standard->lower),
                  std::exp(posterior.location + scale * standard->upper), level};
}

Result<Interval> equal_tailed_interval(const BetaPosterior& posterior, double level) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_open_unit("level", level)});
  if (!valid) return valid.error();
  const double tail = (1 - level) / 2;
  return Interval{beta_quantile(tail, posterior.alpha, posterior.beta),
                  beta_upper_quantile(tail, posterior.alpha, posterior.beta), level};
}

Result<Interval> equal_tailed_interval(const GammaPosterior& posterior, double level) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_open_unit("level", level)});
  if (!valid) return valid.error();
  const double tail = (1 - level) / 2;
  return Interval{gamma_quantile(tail, posterior.shape) / posterior.rate,
                  gamma_upper_quantile(tail, posterior.shape) / posterior.rate, level};
}

Result<Interval> equal_tailed_interval(const LognormalPosterior& posterior, double level) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_open_unit("level", level)});
  if (!valid) return valid.error();
  const double half = normal_upper_quantile((1 - level) / 2) * posterior.scale;
  return Interval{std::exp(posterior.location - half), std::exp(posterior.location + half), level};
}

}  // namespace converge::stats
