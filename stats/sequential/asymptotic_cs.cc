#include "stats/sequential/asymptotic_cs.h"

#include <boost/math/special_functions/lambert_w.hpp>
#include <cmath>
#include <exception>
#include <limits>
#include <string>

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Status check_tuning(double alpha, double planned_n) {
  if (!(alpha > 0 && alpha < 1)) {
    return Error{Errc::kInvalidArgument, "alpha: expected a number between 0 and 1"};
  }
  if (!(planned_n > 0) || !std::isfinite(planned_n)) {
    return Error{Errc::kInvalidArgument, "planned_total_n: expected a positive number"};
  }
  return {};
}

Status check_difference(const Difference& difference, double alpha, double alpha_end) {
  if (!(alpha > 0 && alpha < alpha_end)) {
    return Error{Errc::kInvalidArgument, alpha_end < 1
                                             ? "alpha: expected a number between 0 and 0.5"
                                             : "alpha: expected a number between 0 and 1"};
  }
  if (!std::isfinite(difference.estimate) || !std::isfinite(difference.variance) ||
      difference.variance < 0 || difference.n_a < 0 || difference.n_b < 0) {
    return Error{Errc::kInvalidArgument,
                 "difference: expected a finite estimate, a variance of 0 or more and counts"};
  }
  if (difference.variance == 0 || difference.n_a + difference.n_b < 2) {
    return Error{Errc::kInsufficientData, "difference: no variance, the sequence is undefined"};
  }
  return {};
}

/// What both forms share: n rho^2 and z^2 n rho^2 / (2 (n rho^2 + 1)).
struct Terms {
  double nr;
  double z;
  double exponent;
  double log_root;  ///< ln sqrt(n rho^2 + 1)
  double multiplier(double log_threshold) const {
    return std::sqrt(2 * (nr + 1) / nr * log_threshold);
  }
};

Result<Terms> terms_of(const Difference& difference, double rho2) {
  const double n = static_cast<double>(difference.n_a) + static_cast<double>(difference.n_b);
  Terms terms{};
  terms.nr = n * rho2;
  if (!(terms.nr > 0) || !std::isfinite(terms.nr)) {
    return Error{Errc::kInvalidArgument, "rho_squared: expected a positive number"};
  }
  terms.z = difference.estimate / std::sqrt(difference.variance);
  terms.exponent = 0.5 * (terms.z * terms.z) * (terms.nr / (terms.nr + 1));
  terms.log_root = 0.5 * std::log1p(terms.nr);
  return terms;
}

/// ln(exp(x) - 1) for x > 0, without overflow.
double log_expm1(double x) {
  static constexpr double kLarge = 30;
  return x > kLarge ? x + std::log1p(-std::exp(-x)) : std::log(std::expm1(x));
}

double p_of(double log_e) {
  return log_e > 0 ? std::exp(-log_e) : 1.0;
}

/// The lower sequence for +1; for -1 the upper one, which is the lower one of the mirrored effect.
Result<AsymptoticCs> one_sided(const Difference& difference, const AsymptoticCsShape& shape,
                               double sign) {
  if (const Status valid = check_difference(difference, shape.alpha, 0.5); !valid) {
    return valid.error();
  }
  const Result<Terms> terms = terms_of(difference, shape.rho_squared);
  if (!terms) return terms.error();
  AsymptoticCs cs;
  // eq. 134: ln(1 + sqrt(n rho^2 + 1) / (2 alpha)).
  cs.z_multiplier = terms->multiplier(std::log1p(std::exp(terms->log_root) / (2 * shape.alpha)));
  const double half = cs.z_multiplier * std::sqrt(difference.variance);
  cs.interval = sign > 0 ? Interval{difference.estimate - half, kInfinity, 1 - shape.alpha}
                         : Interval{-kInfinity, difference.estimate + half, 1 - shape.alpha};
  // Its inverse in alpha, p = sqrt(n rho^2 + 1) / (2 (exp(x) - 1)), in logarithms.
  cs.log_e = sign * terms->z > 0 && terms->exponent > 0
                 ? std::log(2.0) + log_expm1(terms->exponent) - terms->log_root
                 : -kInfinity;
  cs.p = p_of(cs.log_e);
  return cs;
}

Result<AsymptoticCs> one_sided_planned(const Difference& difference,
                                       const AsymptoticCsOptions& options, double sign) {
  if (const Status valid = check_difference(difference, options.alpha, 0.5); !valid) {
    return valid.error();
  }
  const Result<double> rho2 = rho_squared(2 * options.alpha, options.planned_total_n);
  if (!rho2) return rho2.error();
  return one_sided(difference, {.alpha = options.alpha, .rho_squared = *rho2}, sign);
}

}  // namespace

Result<double> rho_squared(double alpha, double planned_n) {
  if (const Status valid = check_tuning(alpha, planned_n); !valid) return valid.error();
  try {
    const double w = boost::math::lambert_wm1(-alpha * alpha * std::exp(-1.0));
    const double rho2 = (-w - 1) / planned_n;
    if (rho2 > 0 && std::isfinite(rho2)) return rho2;
  } catch (const std::exception&) {
    // The same failure as a result that is no number: alpha next to 0 or 1.
  }
  return Error{Errc::kInvalidArgument, "alpha: too close to 0 or 1 for a tuning parameter"};
}

Result<double> rho_squared_approximate(double alpha, double planned_n) {
  if (const Status valid = check_tuning(alpha, planned_n); !valid) return valid.error();
  const double log_term = -2 * std::log(alpha);
  return (log_term + std::log1p(log_term)) / planned_n;
}

Result<AsymptoticCs> asymptotic_cs_two_sided(const Difference& difference,
                                             const AsymptoticCsShape& shape) {
  if (const Status valid = check_difference(difference, shape.alpha, 1.0); !valid) {
    return valid.error();
  }
  const Result<Terms> terms = terms_of(difference, shape.rho_squared);
  if (!terms) return terms.error();
  AsymptoticCs cs;
  // eq. 9: ln(sqrt(n rho^2 + 1) / alpha).
  cs.z_multiplier = terms->multiplier(terms->log_root - std::log(shape.alpha));
  const double half = cs.z_multiplier * std::sqrt(difference.variance);
  cs.interval = {difference.estimate - half, difference.estimate + half, 1 - shape.alpha};
  cs.log_e = terms->exponent - terms->log_root;
  cs.p = p_of(cs.log_e);
  return cs;
}

Result<AsymptoticCs> asymptotic_cs_lower(const Difference& difference,
                                         const AsymptoticCsShape& shape) {
  return one_sided(difference, shape, 1.0);
}

Result<AsymptoticCs> asymptotic_cs_upper(const Difference& difference,
                                         const AsymptoticCsShape& shape) {
  return one_sided(difference, shape, -1.0);
}

Result<AsymptoticCs> asymptotic_cs_two_sided(const Difference& difference,
                                             const AsymptoticCsOptions& options) {
  const Result<double> rho2 = rho_squared(options.alpha, options.planned_total_n);
  if (!rho2) return rho2.error();
  return asymptotic_cs_two_sided(difference,
                                 AsymptoticCsShape{.alpha = options.alpha, .rho_squared = *rho2});
}

Result<AsymptoticCs> asymptotic_cs_lower(const Difference& difference,
                                         const AsymptoticCsOptions& options) {
  return one_sided_planned(difference, options, 1.0);
}

Result<AsymptoticCs> asymptotic_cs_upper(const Difference& difference,
                                         const AsymptoticCsOptions& options) {
  return one_sided_planned(difference, options, -1.0);
}

}  // namespace converge::stats
