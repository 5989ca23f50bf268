#include "stats/rates/conditional_binomial.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/deviance.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

ConditionalBinomial::ConditionalBinomial(std::int64_t n, double success_weight,
                                         double failure_weight)
    : n_(n), success_weight_(success_weight), failure_weight_(failure_weight) {}

ConditionalBinomial ConditionalBinomial::swapped() const {
  return {n_, failure_weight_, success_weight_};
}

double ConditionalBinomial::log_probability(std::int64_t x) const {
  if (x < 0 || x > n_) return -std::numeric_limits<double>::infinity();
  const auto n = static_cast<double>(n_);
  const auto successes = static_cast<double>(x);
  const auto failures = static_cast<double>(n_ - x);
  const double weight = success_weight_ + failure_weight_;
  // successes - n p, for p = success_weight / weight
  const double deviation =
      difference_of_products(successes, failure_weight_, failures, success_weight_) / weight;
  return log_factorial_remainder(n) - log_factorial_remainder(successes) -
         log_factorial_remainder(failures) -
         deviance(successes, n * (success_weight_ / weight), deviation) -
         deviance(failures, n * (failure_weight_ / weight), -deviation);
}

std::int64_t ConditionalBinomial::mode() const {
  const double share = success_weight_ / (success_weight_ + failure_weight_);
  const double guess = (static_cast<double>(n_) + 1) * share;
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(guess), 0, n_);
}

/// P(X >= x) for x beyond the mode, where every term is smaller than the one before.
double ConditionalBinomial::outward_sum(std::int64_t x) const {
  const double odds = success_weight_ / failure_weight_;
  double sum = 1;
  double term = 1;
  for (std::int64_t k = x; k < n_; ++k) {
    term *= static_cast<double>(n_ - k) / static_cast<double>(k + 1) * odds;
    sum += term;
    if (term < sum * std::numeric_limits<double>::epsilon() / 64) break;
  }
  return std::min(1.0, sum * std::exp(log_probability(x)));
}

double ConditionalBinomial::at_least(std::int64_t x) const {
  if (x <= 0) return 1;
  if (x > n_) return 0;
  if (x > mode()) return outward_sum(x);
  return 1 - swapped().outward_sum(n_ - x + 1);
}

double ConditionalBinomial::at_most(std::int64_t x) const {
  return swapped().at_least(n_ - x);
}

double ConditionalBinomial::no_likelier_than(std::int64_t x) const {
  // Outcomes of equal probability differ in rounding only, by far less than this.
  static constexpr double kEqual = 1e-10;
  const std::int64_t peak = mode();
  const double limit = log_probability(x) + kEqual;
  if (x == peak || log_probability(peak) <= limit) return 1;
  if (x < peak) return swapped().no_likelier_than(n_ - x);
  // The largest outcome below the mode that is no likelier.
  std::int64_t no_likelier = -1;
  std::int64_t likelier = peak;
  while (likelier - no_likelier > 1) {
    const std::int64_t middle = no_likelier + (likelier - no_likelier) / 2;
    (log_probability(middle) <= limit ? no_likelier : likelier) = middle;
  }
  return std::min(1.0, at_least(x) + at_most(no_likelier));
}

}  // namespace converge::stats
