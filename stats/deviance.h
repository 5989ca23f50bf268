#pragma once

/// The parts of log probabilities of counts that stay small when the counts are large, so that no
/// digits go into differences of log factorials.
/// Inputs   whole numbers up to 1e12 as doubles; expectations above 0.
/// Output   log_factorial_remainder(k) = ln k! - (k ln k - k), which grows like ln(k) / 2;
///          deviance(count, expected, deviation) = count ln(count / expected) - deviation, where
///          the caller knows deviation = count - expected better than the difference does. Both
///          within a few ulp.
/// Assumes  nothing more.
/// Errors   none.
/// Cost     O(1).
/// Source   Stirling's series (Abramowitz, Stegun 6.1.40); the deviance form after Loader (2000),
///          "Fast and accurate computation of binomial probabilities".
/// Checked  unit/stats/hypergeometric_test.cc, unit/stats/conditional_binomial_test.cc.
namespace converge::stats {

double log_factorial_remainder(double k);
double deviance(double count, double expected, double deviation);

}  // namespace converge::stats
