#include "stats/bayes/beta_binomial.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <exception>
#include <string>

namespace converge::stats {
namespace {

/// The posterior of one arm on the logit scale, measured from its mode there, t = logit p - logit m
/// with m = alpha / (alpha + beta): smooth, log-concave, and 1 at t = 0.
class LogitPosterior {
 public:
  LogitPosterior(const BinomialCount& count, const BetaPrior& prior)
      : alpha_(prior.alpha + static_cast<double>(count.successes)),
        beta_(prior.beta + static_cast<double>(count.trials - count.successes)) {}

  double alpha() const { return alpha_; }
  double beta() const { return beta_; }
  double mean() const { return alpha_ / (alpha_ + beta_); }
  /// Standard deviation by the curvature at the mode.
  double width() const { return std::sqrt((alpha_ + beta_) / alpha_ / beta_); }

  double log_density(double t) const {
    static constexpr double kNear = 0.5;
    const double p = mean();
    const double q = beta_ / (alpha_ + beta_);
    // Written so that nothing overflows in either tail.
    if (t > kNear) return -beta_ * t - (alpha_ + beta_) * std::log1p(q * std::expm1(-t));
    if (t < -kNear) return alpha_ * t - (alpha_ + beta_) * std::log1p(p * std::expm1(t));
    // alpha ln(p(t) / p) + beta ln(q(t) / q), whose first-order terms cancel.
    const double lift = p * std::expm1(t);
    const double u = q * std::expm1(t) / (1 + lift);
    const double v = -lift / (1 + lift);
    return alpha_ * boost::math::log1pmx(u) + beta_ * boost::math::log1pmx(v);
  }
  double probability_at(double t) const {
    const double p = mean();
    const double q = beta_ / (alpha_ + beta_);
    return t > 0 ? p / (p + q * std::exp(-t)) : p * std::exp(t) / (q + p * std::exp(t));
  }

 private:
  double alpha_;
  double beta_;
};

struct Comparison {
  double other_is_larger = 0;
  double excess_of_other = 0;  ///< E max(other - this, 0)
};

/// Averages over the posterior `narrow` what is known in closed form of `wide`. The narrower one is
/// averaged over because the distribution function of the wider one is smooth at its scale.
Comparison compare(const LogitPosterior& narrow, const LogitPosterior& wide) {
  static constexpr double kStepsPerWidth = 3;
  static constexpr double kStepMax = 0.35;    // poles lie pi away from the real line
  static constexpr double kNegligible = -46;  // ln 1e-20
  const double step = std::min(kStepMax, narrow.width() / kStepsPerWidth);
  Comparison sum;
  double weight_sum = 0;
  const auto visit = [&](double t) {
    const double log_weight = narrow.log_density(t);
    if (log_weight < kNegligible) return false;
    const double weight = std::exp(log_weight);
    const double x = narrow.probability_at(t);
    const double above = boost::math::ibetac(wide.alpha(), wide.beta(), x);
    // E[wide; wide > x] = mean * P(Beta(alpha + 1, beta) > x).
    const double mean_above = wide.mean() * boost::math::ibetac(wide.alpha() + 1, wide.beta(), x);
    weight_sum += weight;
    sum.other_is_larger += weight * above;
    sum.excess_of_other += weight * std::max(0.0, mean_above - x * above);
    return true;
  };
  visit(0);
  for (double k = 1; visit(k * step);) k += 1;
  for (double k = 1; visit(-k * step);) k += 1;
  return {sum.other_is_larger / weight_sum, sum.excess_of_other / weight_sum};
}

Interval equal_tails(const LogitPosterior& posterior, double level) {
  const double tail = (1 - level) / 2;
  return {boost::math::ibeta_inv(posterior.alpha(), posterior.beta(), tail),
          boost::math::ibetac_inv(posterior.alpha(), posterior.beta(), tail), level};
}

Status check_inputs(const BetaBinomialInputs& inputs) {
  for (const BinomialCount* count : {&inputs.a, &inputs.b}) {
    if (count->successes < 0 || count->successes > count->trials) {
      return Error{Errc::kInvalidArgument, std::string(count == &inputs.a ? "a" : "b") +
                                               ": expected 0 <= successes <= trials"};
    }
  }
  for (const double parameter : {inputs.prior.alpha, inputs.prior.beta}) {
    if (!(parameter >= kBetaPriorMin && parameter <= kBetaPriorMax)) {
      return Error{Errc::kInvalidArgument, "prior: expected parameters between 0.01 and 1e12"};
    }
  }
  if (!(inputs.level > 0 && inputs.level < 1)) {
    return Error{Errc::kInvalidArgument, "level: expected a number between 0 and 1"};
  }
  return {};
}

}  // namespace

Result<BetaBinomialResult> beta_binomial_comparison(const BetaBinomialInputs& inputs) {
  if (const Status valid = check_inputs(inputs); !valid) return valid.error();
  const LogitPosterior a(inputs.a, inputs.prior);
  const LogitPosterior b(inputs.b, inputs.prior);
  BetaBinomialResult result;
  try {
    const double mean_difference = b.mean() - a.mean();
    if (a.width() <= b.width()) {
      const Comparison over_a = compare(a, b);
      result.probability_b_beats_a = over_a.other_is_larger;
      result.expected_loss_choose_a = over_a.excess_of_other;
      result.expected_loss_choose_b = std::max(0.0, over_a.excess_of_other - mean_difference);
    } else {
      const Comparison over_b = compare(b, a);
      result.probability_b_beats_a = 1 - over_b.other_is_larger;
      result.expected_loss_choose_b = over_b.excess_of_other;
      result.expected_loss_choose_a = std::max(0.0, over_b.excess_of_other + mean_difference);
    }
    result.credible_a = equal_tails(a, inputs.level);
    result.credible_b = equal_tails(b, inputs.level);
  } catch (const std::exception& problem) {
    return Error{Errc::kInternal, std::string("posterior: ") + problem.what()};
  }
  return result;
}

}  // namespace converge::stats
