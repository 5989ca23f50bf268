#pragma once

#include <cstdint>

namespace converge::stats {

/// Successes of n trials with odds success_weight : failure_weight. Given the events of two Poisson
/// arms together, those of one arm have this law, with weights proportional to the expected events.
/// Inputs   n in [0, 1e12]; weights above 0, finite, as is their sum.
/// Output   probabilities with about 12 digits at every size; tails are summed outward, not 1 -
///          cdf, and keep their digits down to 1e-300. Both weights are kept, so a probability near
///          1 is as precise as one near 0.
/// Assumes  nothing more.
/// Errors   none: arguments outside [0, n] have probability 0.
/// Cost     log_probability O(1); tails O(standard deviation), at most O(sqrt n); no_likelier_than
///          adds O(log n).
/// Source   definition; deviance.h.
/// Checked  unit/stats/conditional_binomial_test.cc; golden/calc/rates_test.cc.
class ConditionalBinomial {
 public:
  ConditionalBinomial(std::int64_t n, double success_weight, double failure_weight);

  double log_probability(std::int64_t x) const;  ///< -infinity outside [0, n]
  double at_least(std::int64_t x) const;         ///< P(X >= x)
  double at_most(std::int64_t x) const;          ///< P(X <= x)
  /// P(all outcomes that are no likelier than x), equal ones included.
  double no_likelier_than(std::int64_t x) const;

 private:
  ConditionalBinomial swapped() const;  ///< the distribution of the failures
  std::int64_t mode() const;
  double outward_sum(std::int64_t x) const;

  std::int64_t n_;
  double success_weight_;
  double failure_weight_;
};

}  // namespace converge::stats
