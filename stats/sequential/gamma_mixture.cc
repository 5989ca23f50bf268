#include "stats/sequential/gamma_mixture.h"

#include <cmath>
#include <limits>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/sequential/stirling.h"

namespace converge::stats {
namespace {

/// v and rho in units of c^2, s in units of c.
struct Scaled {
  double rho;
  double time;  ///< v + rho
};

/// Temme's expansion for a large shape and x = shape (1 + sigma): eta^2 / 2 = sigma - ln(1 + sigma)
/// with the sign of sigma.
struct Temme {
  double z;           ///< eta sqrt(shape)
  double correction;  ///< (1 / sigma - 1 / eta) / sqrt(shape)
};

Temme temme_of(double shape, double sigma) {
  static constexpr double kSeriesLimit = 0.01;  // next to 0 the difference cancels
  const double eta = std::copysign(std::sqrt(2 * log1p_remainder(sigma)), sigma);
  const double coefficient =
      std::abs(eta) > kSeriesLimit
          ? 1 / sigma - 1 / eta
          : -1.0 / 3 + eta * (1.0 / 12 + eta * (-2.0 / 135 + eta * (1.0 / 864)));
  const double root = std::sqrt(shape);
  return {eta * root, coefficient / root};
}

/// ln P(shape, shape + s)
double log_lower_tail(double shape, double s) {
  if (shape > kLargeParameter) {
    const Temme temme = temme_of(shape, s / shape);
    return log_normal_upper_corrected(-temme.z, -temme.correction);
  }
  return std::log(gamma_cdf(shape + s, shape));
}

/// ln Q(shape + s, shape)
double log_upper_tail(double shape, double s) {
  if (shape + s > kLargeParameter) {
    const Temme temme = temme_of(shape + s, -s / (shape + s));
    return log_normal_upper_corrected(temme.z, temme.correction);
  }
  return std::log(gamma_upper(shape, shape + s));
}

// Both mixtures are ratios of incomplete gamma functions. With Stirling's formula for each complete
// one, K = (v + rho) / c^2, R = rho / c^2, r = c s / (v + rho) and the remainder d, they become
// sums of terms none of which cancels another.

/// Proposition 9: ln(R / K) / 2 + d(K) - d(R) + K (r - ln(1 + r)) + ln P(K, K (1 + r)) - ln P(R,
/// R).
double log_gamma_exponential(double s, const Scaled& x) {
  const double r = s / x.time;
  return 0.5 * std::log(x.rho / x.time) + stirling_remainder(x.time) - stirling_remainder(x.rho) +
         x.time * log1p_remainder(r) + log_lower_tail(x.time, s) - log_lower_tail(x.rho, 0);
}

/// Proposition 10, with k = K (1 + r):
/// ln(R / k) / 2 + d(k) - d(R) + K ((1 + r) ln(1 + r) - r) + ln Q(k, K) - ln Q(R, R).
double log_gamma_poisson(double s, const Scaled& x) {
  const double shape = x.time + s;
  return 0.5 * std::log(x.rho / shape) + stirling_remainder(shape) - stirling_remainder(x.rho) +
         x.time * relative_entropy_term(s / x.time) + log_upper_tail(x.time, s) -
         log_upper_tail(x.rho, 0);
}

using LogMixture = double (*)(double s, const Scaled& x);

Result<Scaled> scaled(double v, const GammaMixtureOptions& options) {
  const Status valid =
      first_failure({require_positive("c", options.c), require_not_negative("v", v)});
  if (!valid) return valid.error();
  const Result<double> rho = mixture_rho_one_sided(options.tuning);
  if (!rho) return rho.error();
  const Scaled result{*rho / options.c / options.c, (v + *rho) / options.c / options.c};
  if (result.rho > 0 && std::isfinite(result.time)) return result;
  return Error{Errc::kInvalidArgument, "c: too small or too large for these times"};
}

Result<double> log_mixture(const SumAtTime& sum, const GammaMixtureOptions& options,
                           LogMixture function) {
  if (const Status valid = require_finite("s", sum.s); !valid) return valid.error();
  const Result<Scaled> x = scaled(sum.v, options);
  if (!x) return x.error();
  const double s = sum.s / options.c;
  if (!(s > -x->time)) {
    return Error{Errc::kInvalidArgument, "s: expected more than -(v + rho) / c"};
  }
  const double result = function(s, *x);
  if (std::isfinite(result)) return result;
  return Error{Errc::kInvalidArgument, "s: too far below 0"};
}

Result<double> bound(double v, const GammaMixtureBoundOptions& options, LogMixture function) {
  const Status valid = check_bound(v, {.alpha = options.alpha, .tuning = options.mixture.tuning});
  if (!valid) return valid.error();
  const Result<Scaled> x = scaled(v, options.mixture);
  if (!x) return x.error();
  const Result<double> s =
      crossing_of([&](double trial) { return function(trial, *x); }, options.alpha,
                  std::numeric_limits<double>::infinity(), std::sqrt(x->time));
  if (!s) return s.error();
  return *s * options.mixture.c;
}

}  // namespace

Result<double> gamma_exponential_mixture(const SumAtTime& sum, const GammaMixtureOptions& options) {
  return log_mixture(sum, options, log_gamma_exponential);
}

Result<double> gamma_poisson_mixture(const SumAtTime& sum, const GammaMixtureOptions& options) {
  return log_mixture(sum, options, log_gamma_poisson);
}

Result<double> gamma_exponential_bound(double v, const GammaMixtureBoundOptions& options) {
  return bound(v, options, log_gamma_exponential);
}

Result<double> gamma_poisson_bound(double v, const GammaMixtureBoundOptions& options) {
  return bound(v, options, log_gamma_poisson);
}

}  // namespace converge::stats
