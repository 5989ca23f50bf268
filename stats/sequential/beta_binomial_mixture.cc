#include "stats/sequential/beta_binomial_mixture.h"

#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <exception>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/sequential/stirling.h"

namespace converge::stats {
namespace {

/// A beta distribution of down- and up-steps: a and b, of which shares h / (g + h) and g / (g + h)
/// are expected.
struct Steps {
  double down;
  double up;
};

/// ln B(a, b) - a ln(share of a) - b ln(share of b), but for ln(2 pi) / 2. By Stirling's formula a
/// divergence, which cannot cancel, and small terms.
double log_beta_relative(const Steps& steps, const Steps& shares) {
  const double n = steps.down + steps.up;
  const auto divergence = [n](double count, double share) {
    return share * relative_entropy_term((count - n * share) / (n * share));
  };
  return n * (divergence(steps.down, shares.down) + divergence(steps.up, shares.up)) -
         0.5 * (std::log(steps.down) + std::log(steps.up / n)) + stirling_remainder(steps.down) +
         stirling_remainder(steps.up) - stirling_remainder(n);
}

/// Everything about a mixture but s and v, in steps: v = g h n.
struct Mixture {
  double g;
  double h;
  double prior;  ///< r / (g h), steps that the prior weighs

  Steps shares() const { return {h / (g + h), g / (g + h)}; }
  Steps prior_steps() const { return {prior * shares().down, prior * shares().up}; }
  Steps steps_at(double s, double v) const {
    const double n = prior + v / g / h;
    const Steps share = shares();
    // s moves s / (g + h) steps from down to up.
    return {std::max(n * share.down - s / (g + h), prior * share.down),
            std::max(n * share.up + s / (g + h), prior * share.up)};
  }
};

/// Proposition 7.
double log_two_sided(double s, double v, const Mixture& mixture) {
  return log_beta_relative(mixture.steps_at(s, v), mixture.shares()) -
         log_beta_relative(mixture.prior_steps(), mixture.shares());
}

/// ln of the chance that the share of down-steps lies below what is expected.
double log_lower_share(double s, const Steps& steps, const Mixture& mixture) {
  const double x = mixture.shares().down;
  if (std::min(steps.down, steps.up) < kLargeParameter) {
    return std::log(beta_cdf(x, steps.down, steps.up));
  }
  // Temme's expansion, x0 = down / n: z^2 / 2 = n KL(x0 | x).
  static constexpr double kLimit = 1e-7;  // of |eta|: below it the difference has no digits left
  const double n = steps.down + steps.up;
  const double x0 = steps.down / n;
  const double difference = s / (mixture.g + mixture.h) / n;  // x - x0
  const double deviation = std::sqrt(x0 * (1 - x0));
  const double divergence = x * relative_entropy_term(-difference / x) +
                            (1 - x) * relative_entropy_term(difference / (1 - x));
  const double eta = std::copysign(std::sqrt(2 * divergence), difference);
  const double coefficient =
      std::abs(eta) > kLimit ? 1 / eta - deviation / difference : (1 - 2 * x0) / (3 * deviation);
  return log_normal_upper_corrected(-eta * std::sqrt(n), coefficient / std::sqrt(n));
}

/// Proposition 8: only upward tilts, down-shares below h / (g + h).
double log_one_sided(double s, double v, const Mixture& mixture) {
  return log_two_sided(s, v, mixture) + log_lower_share(s, mixture.steps_at(s, v), mixture) -
         log_lower_share(0, mixture.prior_steps(), mixture);
}

using Rho = Result<double> (*)(const MixtureTuning&);
using LogMixture = double (*)(double s, double v, const Mixture& mixture);

/// r = max(rho - g h, g h / 1000): the prior that is tightest at v_opt.
constexpr double kPriorMin = 1e-3;

Result<Mixture> mixture_of(const BetaBinomialOptions& options, Rho rho_of) {
  const Status valid =
      first_failure({require_positive("g", options.g), require_positive("h", options.h)});
  if (!valid) return valid.error();
  const Result<double> rho = rho_of(options.tuning);
  if (!rho) return rho.error();
  return Mixture{options.g, options.h, std::max(*rho / options.g / options.h - 1, kPriorMin)};
}

Result<double> log_mixture(const SumAtTime& sum, const BetaBinomialOptions& options, Rho rho,
                           LogMixture function) {
  static constexpr double kRounding = 1 + 1e-12;
  const Status valid =
      first_failure({require_finite("s", sum.s), require_not_negative("v", sum.v)});
  if (!valid) return valid.error();
  const Result<Mixture> mixture = mixture_of(options, rho);
  if (!mixture) return mixture.error();
  if (sum.s * options.g > sum.v * kRounding || -sum.s * options.h > sum.v * kRounding) {
    return Error{Errc::kInvalidArgument, "s: expected a number from -v / h to v / g"};
  }
  const double result = function(sum.s, sum.v, *mixture);
  if (std::isfinite(result)) return result;
  return Error{Errc::kInvalidArgument, "s: too far below 0"};
}

Result<double> bound(double v, const BetaBinomialBoundOptions& options, Rho rho,
                     LogMixture function) {
  const Status valid = check_bound(v, {.alpha = options.alpha, .tuning = options.mixture.tuning});
  if (!valid) return valid.error();
  const Result<Mixture> mixture = mixture_of(options.mixture, rho);
  if (!mixture) return mixture.error();
  return crossing_of([&](double s) { return function(s, v, *mixture); }, options.alpha,
                     v / options.mixture.g, std::sqrt(v));
}

/// The p below the observed share at which the mixture reaches the threshold; 0 if none does.
Result<double> lower_end(double successes, double n, double prior, double threshold) {
  // In ln p, because a bound may be as small as 1e-300 while the share is not.
  static constexpr double kLogSmallest = -690;
  const auto excess = [&](double log_p) {
    const double p = std::exp(log_p);
    const Mixture mixture{p, 1 - p, prior};
    return log_two_sided(successes - n * p, p * (1 - p) * n, mixture) - threshold;
  };
  // The largest p below the share that is not 1 itself.
  const double log_share = std::log(std::min(successes / n, 1 - 1e-16));
  if (successes == 0 || !(excess(kLogSmallest) > 0)) return 0.0;
  if (!(excess(log_share) < 0)) return std::exp(log_share);
  try {
    std::uintmax_t steps = 200;
    const auto bracket = boost::math::tools::toms748_solve(
        excess, kLogSmallest, log_share, boost::math::tools::eps_tolerance<double>(52), steps);
    return std::exp(bracket.first);
  } catch (const std::exception&) {
    return Error{Errc::kInvalidArgument, "successes: no bound for these counts"};
  }
}

}  // namespace

Result<double> beta_binomial_mixture_two_sided(const SumAtTime& sum,
                                               const BetaBinomialOptions& options) {
  return log_mixture(sum, options, mixture_rho_two_sided, log_two_sided);
}

Result<double> beta_binomial_mixture_one_sided(const SumAtTime& sum,
                                               const BetaBinomialOptions& options) {
  return log_mixture(sum, options, mixture_rho_one_sided, log_one_sided);
}

Result<double> beta_binomial_bound_two_sided(double v, const BetaBinomialBoundOptions& options) {
  return bound(v, options, mixture_rho_two_sided, log_two_sided);
}

Result<double> beta_binomial_bound_one_sided(double v, const BetaBinomialBoundOptions& options) {
  return bound(v, options, mixture_rho_one_sided, log_one_sided);
}

Result<Interval> bernoulli_cs(const BernoulliCsInputs& inputs, const BernoulliCsOptions& options) {
  const auto n = static_cast<double>(inputs.n);
  if (inputs.n < 1) return Error{Errc::kInvalidArgument, "n: expected 1 or more"};
  if (!(inputs.successes >= 0 && inputs.successes <= n)) {
    return Error{Errc::kInvalidArgument, "successes: expected a number from 0 to n"};
  }
  if (const Status valid = require_open_unit("alpha", options.alpha); !valid) return valid.error();
  // rho / (g h) does not depend on p, because v_opt = p (1 - p) t_opt.
  const Result<double> rho =
      mixture_rho_two_sided({.v_opt = options.t_opt, .alpha_opt = options.alpha_opt});
  if (!rho) return Error{Errc::kInvalidArgument, "t_opt, alpha_opt: " + rho.error().message};
  const double prior = std::max(*rho - 1, kPriorMin);
  const double threshold = -std::log(options.alpha);
  const Result<double> lower = lower_end(inputs.successes, n, prior, threshold);
  const Result<double> upper = lower_end(n - inputs.successes, n, prior, threshold);
  if (!lower) return lower.error();
  if (!upper) return upper.error();
  return Interval{*lower, 1 - *upper, 1 - options.alpha};
}

}  // namespace converge::stats
