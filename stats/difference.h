#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "stats/moments.h"

namespace converge::stats {

/// A difference of means, treatment (b) minus control (a), with everything that a test of it needs.
struct Difference {
  double estimate = 0;  ///< mean_b - mean_a
  double variance = 0;  ///< of the estimate: variance_of_mean_a + variance_of_mean_b
  std::int64_t n_a = 0;
  std::int64_t n_b = 0;
  double harmonic_n = 0;  ///< sum over strata of n_a n_b / (n_a + n_b): what the estimate rests on
  double mean_a = 0;
  double variance_of_mean_a = 0;
  double mean_b = 0;
  double variance_of_mean_b = 0;
  double skew_standardised = 0;  ///< third central moment of the estimate / variance^1.5
  double skewness_a = 0;         ///< sqrt(n_a) * skewness of mean_a: for one stratum that of a unit
  double skewness_b = 0;         ///< 0 for an arm without spread
};

/// n_a n_b / (n_a + n_b): the precision of a difference, in units of one arm.
double harmonic_n(std::int64_t n_a, std::int64_t n_b);

struct StratumPair {
  Sample a;
  Sample b;
};

/// The difference of means within strata, combined over them.
/// Inputs   one pair of samples per stratum that holds both arms; one stratum is the plain
///          difference.
/// Output   Difference with stratum weights proportional to n_a n_b / (n_a + n_b); the means carry
///          the same weights, so that mean_b - mean_a is the estimate. Strata are never pooled:
///          arms of unlike mix do not bias the estimate.
/// Assumes  units independent; strata fixed before the outcome is known.
/// Errors   kInsufficientData no stratum, n of 0 or 1 in one, or no variance in any arm;
///          kInvalidArgument a figure that is not finite, a negative variance.
/// Cost     O(strata).
/// Source   Mantel-Haenszel weights for means: Cochran (1954) Biometrics 10:417-451; third moments
///          of independent terms add.
/// Checked  golden/stats/gb_sequential_test.cc, unit/stats/difference_test.cc,
///          property/stats/difference_test.cc.
Result<Difference> combine_strata(std::span<const StratumPair> strata);

/// The contrast mean_b - factor * mean_a, for margins relative to the control.
/// Inputs   a Difference; a finite factor (0.95 tests a loss of 5 %).
/// Output   a Difference in which every figure of arm a belongs to factor * a, so that the estimate
///          still is mean_b - mean_a.
/// Errors   kInvalidArgument factor not finite; kInsufficientData no variance left.
/// Cost     O(1).
/// Source   variance of a linear contrast of independent means.
/// Checked  unit/stats/difference_test.cc.
Result<Difference> scaled_contrast(const Difference& difference, double factor);

}  // namespace converge::stats
