#pragma once

#include <cstdint>

#include "stats/proportions/binomial_count.h"

namespace converge::stats {

/// Successes of arm b when both arms convert alike and the successes of both together are given.
/// Inputs   n_a, n_b, successes of both in [0, n_a + n_b], none above 1e12.
/// Output   probabilities with about 12 digits at every size, because the logarithm is built from
///          the exact deviation of the cells and never from differences of log factorials; tails
///          are summed outward, not 1 - cdf, and keep their digits down to 1e-300.
/// Assumes  nothing more.
/// Errors   none: arguments outside the support have probability 0.
/// Cost     log_probability O(1); tails O(standard deviation), at most O(sqrt n); less_likely adds
///          O(log n).
/// Source   Stirling's series (Abramowitz, Stegun 6.1.40); the deviance form after Loader (2000),
///          "Fast and accurate computation of binomial probabilities".
/// Checked  unit/stats/hypergeometric_test.cc; golden/calc/proportions_test.cc.
class Hypergeometric {
 public:
  Hypergeometric(std::int64_t n_a, std::int64_t n_b, std::int64_t successes);
  /// With the margins of two observed arms.
  Hypergeometric(const BinomialCount& a, const BinomialCount& b);

  std::int64_t least() const;
  std::int64_t most() const;
  double log_probability(std::int64_t x) const;  ///< -infinity outside [least, most]
  double at_least(std::int64_t x) const;         ///< P(X >= x)
  double at_most(std::int64_t x) const;          ///< P(X <= x)
  /// P(all outcomes that are no likelier than x), equal ones included.
  double no_likelier_than(std::int64_t x) const;

 private:
  Hypergeometric swapped() const;  ///< the distribution of the successes of arm a
  std::int64_t mode() const;
  double outward_sum(std::int64_t x) const;

  std::int64_t n_a_;
  std::int64_t n_b_;
  std::int64_t successes_;
};

}  // namespace converge::stats
