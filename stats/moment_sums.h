#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/floating_moments.h"

namespace converge::stats {

/// Sums as a warehouse keeps them, rounded to double.
struct PowerSums {
  std::int64_t n = 0;
  double sum = 0;
  double sum_squares = 0;
};

struct PairSums {
  std::int64_t n = 0;
  double sum_x = 0;
  double sum_squares_x = 0;
  double sum_y = 0;
  double sum_squares_y = 0;
  double sum_products = 0;
};

/// Means, variances and covariance (ddof 1) of pairs, as others publish them.
struct PairSummary {
  std::int64_t n = 0;
  double mean_x = 0;
  double variance_x = 0;
  double mean_y = 0;
  double variance_y = 0;
  double covariance = 0;
};

/// Moments of imported sums, as far as the sums still hold them.
/// Inputs   n of 0 or more, finite sums.
/// Output   moments without third order; sum_squares - sum^2 / n in 113 bits, so that nothing is
///          lost beyond the rounding of the sums themselves.
/// Assumes  each sum is rounded correctly to double or nearly so.
/// Errors   kInvalidArgument n below 0, a sum that is not finite; sums that no values have
///          (sum_squares below sum^2 / n, a covariance beyond the variances); sums whose spread is
///          lost: where sum^2 / n is more than 1e12 times the spread, rounding has left it fewer
///          than four digits, except where all sums are integers up to 2^53 and so exact.
/// Cost     O(1).
/// Source   definition; the limit is methods.md, section 0.1.
/// Checked  unit/stats/floating_moments_test.cc; golden/calc/lifts_test.cc
///          (gb_welch_relative_absolute.json, gb_ratio_delta.json).
Result<FloatingMoments> moments_of(const PowerSums& sums);
Result<FloatingMoments> moments_of(const PairSums& sums);

/// Moments of published means and variances; no digits are at stake.
/// Inputs   n of 2 or more, finite figures, variances of 0 or more.
/// Output   moments without third order.
/// Errors   kInvalidArgument a figure that is not finite, a negative variance, a covariance beyond
///          the variances; kInsufficientData n of 0 or 1.
/// Cost     O(1).
/// Source   definition.
/// Checked  golden/calc/lifts_test.cc (tea_tasting_mean_ratio_cuped.json).
Result<FloatingMoments> moments_of(const PairSummary& summary);

}  // namespace converge::stats
