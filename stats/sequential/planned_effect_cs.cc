#include "stats/sequential/planned_effect_cs.h"

#include <cmath>
#include <limits>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLn2 = 0.69314718055994530942;
constexpr double kSquaredMeanPerVariance = 8;

/// ln e of a mixture as a function of z >= 0, and its derivative there. Convex in z: it is the
/// logarithm of a mean of exponentials that are linear in z.
struct LogE {
  double value;
  double slope;
};

/// Prior N(mu, tau^2) of the drift of a standard Brownian motion, seen at time n.
class Mixture {
 public:
  /// odds: 2 / alpha or 1 / alpha.
  Mixture(double n, double odds, double planned_n) {
    const double mu2n = 2 * std::log(odds) * (n / planned_n);
    mean_ = std::sqrt(mu2n);
    variance_ = mu2n / kSquaredMeanPerVariance;
    total_ = 1 + variance_;
  }

  /// ln of the mean over N(mu, tau^2) and its mirror image.
  LogE two_sided(double z) const {
    const double x = z * mean_ / total_;
    const double log_cosh = x + std::log1p(std::exp(-2 * x)) - kLn2;
    return {common(z) + log_cosh, (z * variance_ + mean_ * std::tanh(x)) / total_};
  }

  /// ln of the mean over N(mu, tau^2) given a drift above 0.
  LogE one_sided(double z) const {
    const double x = z * mean_ / total_;
    const double spread = std::sqrt(variance_ * total_);
    const double cut = (z * variance_ + mean_) / spread;
    const double log_kept = normal_log_upper(-cut);
    const double hazard = std::exp(-0.5 * cut * cut - kHalfLn2Pi - log_kept);
    return {common(z) + x + log_kept - normal_log_upper(-std::sqrt(kSquaredMeanPerVariance)),
            (z * variance_ + mean_) / total_ + hazard * std::sqrt(variance_ / total_)};
  }

  /// A z at which both exceed log_odds, by leaving out what only grows from z = 0 on.
  double beyond(double log_odds) const {
    // z^2 a + z b = c with a = tau^2 / (2 total), b = mu / total.
    const double a = variance_ / (2 * total_);
    const double b = mean_ / total_;
    const double c = log_odds + kLn2 - common(0);
    return 2 * c / (b + std::sqrt(b * b + 4 * a * c));
  }

 private:
  static constexpr double kHalfLn2Pi = 0.91893853320467274178;

  double common(double z) const {
    return -0.5 * std::log1p(variance_) + (z * variance_ * z - mean_ * mean_) / (2 * total_);
  }

  double mean_ = 0;      ///< mu sqrt(n)
  double variance_ = 0;  ///< n tau^2
  double total_ = 1;
};

/// The z at which ln e reaches log_odds. Newton from above on a convex function only descends.
template <class Function>
double threshold(double start, double log_odds, const Function& log_e) {
  static constexpr int kStepsMax = 100;
  double z = start;
  for (int i = 0; i < kStepsMax; ++i) {
    const LogE at = log_e(z);
    const double next = z - (at.value - log_odds) / at.slope;
    if (!(next < z)) break;
    z = next;
  }
  return z;
}

Status check(const Difference& difference, const PlannedEffectOptions& options) {
  Status valid = first_failure({require_open_unit("alpha", options.alpha),
                                require_positive("planned_harmonic_n", options.planned_harmonic_n),
                                require_finite("difference.estimate", difference.estimate),
                                require_not_negative("difference.variance", difference.variance),
                                require_not_negative("difference.n_a", difference.n_a),
                                require_not_negative("difference.n_b", difference.n_b)});
  if (!valid) return valid;
  if (difference.variance == 0) {
    return Error{Errc::kInsufficientData, "difference: no variance, the sequence is undefined"};
  }
  return {};
}

Mixture mixture_of(const Difference& difference, double odds, const PlannedEffectOptions& options) {
  return {difference.harmonic_n, odds, options.planned_harmonic_n};
}

AsymptoticCs sequence(double log_e, double z_multiplier) {
  AsymptoticCs cs;
  cs.z_multiplier = z_multiplier;
  cs.log_e = log_e;
  cs.p = log_e > 0 ? std::exp(-log_e) : 1.0;
  return cs;
}

Result<AsymptoticCs> one_sided(const Difference& difference, const PlannedEffectOptions& options,
                               double sign) {
  if (const Status valid = check(difference, options); !valid) return valid.error();
  const double log_odds = -std::log(options.alpha);
  const Mixture mixture = mixture_of(difference, 1 / options.alpha, options);
  const double root = std::sqrt(difference.variance);
  const double z = sign * difference.estimate / root;
  const double multiplier =
      threshold(mixture.beyond(log_odds), log_odds, [&](double x) { return mixture.one_sided(x); });
  AsymptoticCs cs = sequence(mixture.one_sided(z).value, multiplier);
  const double half = cs.z_multiplier * root;
  cs.interval = sign > 0 ? Interval{difference.estimate - half, kInfinity, 1 - options.alpha}
                         : Interval{-kInfinity, difference.estimate + half, 1 - options.alpha};
  return cs;
}

}  // namespace

Result<AsymptoticCs> planned_effect_cs_two_sided(const Difference& difference,
                                                 const PlannedEffectOptions& options) {
  if (const Status valid = check(difference, options); !valid) return valid.error();
  const double log_odds = -std::log(options.alpha);
  const Mixture mixture = mixture_of(difference, 2 / options.alpha, options);
  const double root = std::sqrt(difference.variance);
  const double z = std::abs(difference.estimate) / root;
  const double multiplier =
      threshold(mixture.beyond(log_odds), log_odds, [&](double x) { return mixture.two_sided(x); });
  AsymptoticCs cs = sequence(mixture.two_sided(z).value, multiplier);
  const double half = cs.z_multiplier * root;
  cs.interval = {difference.estimate - half, difference.estimate + half, 1 - options.alpha};
  return cs;
}

Result<AsymptoticCs> planned_effect_cs_lower(const Difference& difference,
                                             const PlannedEffectOptions& options) {
  return one_sided(difference, options, 1.0);
}

Result<AsymptoticCs> planned_effect_cs_upper(const Difference& difference,
                                             const PlannedEffectOptions& options) {
  return one_sided(difference, options, -1.0);
}

}  // namespace converge::stats
