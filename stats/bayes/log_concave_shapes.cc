#include "stats/bayes/log_concave_shapes.h"

#include <boost/math/special_functions/log1p.hpp>
#include <cmath>

namespace converge::stats {
namespace {

/// exp(t) - 1 - t, without cancellation near 0.
double exponential_beyond_tangent(double t) {
  static constexpr double kNear = 0.5;
  if (std::abs(t) > kNear) return std::expm1(t) - t;
  double sum = 0;
  for (int k = 16; k >= 3; --k) sum = t / k * (1 + sum);
  return t * t / 2 * (1 + sum);
}

/// ln(a / b), exact where a is close to b.
double log_ratio(double a, double b) {
  static constexpr double kNear = 0.5;
  const double excess = (a - b) / b;
  return std::abs(excess) < kNear ? std::log1p(excess) : std::log(a) - std::log(b);
}

}  // namespace

LogitBeta::LogitBeta(double alpha, double beta) : alpha_(alpha), beta_(beta) {}

double LogitBeta::width() const {
  return std::sqrt((alpha_ + beta_) / alpha_ / beta_);
}

double LogitBeta::log_density(double t) const {
  static constexpr double kNear = 0.5;
  static constexpr double kFar = 30;
  const double p = mean();
  const double q = beta_ / (alpha_ + beta_);
  // Two forms of one function: far out the one that does not overflow, else the one whose logarithm
  // is of a number near 1 where the other parameter is huge.
  if (t < -kFar || (std::abs(t) > kNear && t <= kFar && p <= q)) {
    return alpha_ * t - (alpha_ + beta_) * std::log1p(p * std::expm1(t));
  }
  if (std::abs(t) > kNear) return -beta_ * t - (alpha_ + beta_) * std::log1p(q * std::expm1(-t));
  // alpha ln(p(t) / p) + beta ln(q(t) / q), whose first-order terms cancel.
  const double lift = p * std::expm1(t);
  const double u = q * std::expm1(t) / (1 + lift);
  const double v = -lift / (1 + lift);
  return alpha_ * boost::math::log1pmx(u) + beta_ * boost::math::log1pmx(v);
}

double LogitBeta::value(double t) const {
  const double p = mean();
  const double q = beta_ / (alpha_ + beta_);
  return t > 0 ? p / (p + q * std::exp(-t)) : p * std::exp(t) / (q + p * std::exp(t));
}

double LogitBeta::slope(double t) const {
  const double p = mean();
  const double q = beta_ / (alpha_ + beta_);
  const double complement =
      t > 0 ? q * std::exp(-t) / (p + q * std::exp(-t)) : q / (q + p * std::exp(t));
  return value(t) * complement;
}

double LogitBeta::distance_from(const LogitBeta& other) const {
  return log_ratio(alpha_, other.alpha_) - log_ratio(beta_, other.beta_);
}

LogGamma::LogGamma(double shape, double rate) : shape_(shape), mean_(shape / rate) {}

double LogGamma::width() const {
  return 1 / std::sqrt(shape_);
}

double LogGamma::log_density(double t) const {
  return -shape_ * exponential_beyond_tangent(t);
}

double LogGamma::value(double t) const {
  return mean_ * std::exp(t);
}

double LogGamma::distance_from(const LogGamma& other) const {
  return log_ratio(mean_, other.mean_);
}

}  // namespace converge::stats
