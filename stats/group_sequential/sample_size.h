#pragma once

#include "base/result.h"
#include "stats/group_sequential/spending_functions.h"

namespace converge::stats {

struct ErrorRates {
  double alpha;  ///< of all looks and sides together
  Sides sides;
  double power;
};

struct MeansPlan {
  double effect;              ///< mean of b - mean of a, not 0
  double standard_deviation;  ///< of a unit, in both arms
  double allocation;          ///< units of b per unit of a
};

struct RatesPlan {
  double rate_a;
  double rate_b;
  double allocation;  ///< units of b per unit of a
};

/// Largest sample of a group sequential comparison, not rounded.
struct SampleSize {
  double n_a = 0;
  double n_b = 0;
  double total() const { return n_a + n_b; }
};

/// Sample sizes of a test of two means or two rates, inflated for its looks.
/// Inputs   the plan; error rates in (0, 1), power above alpha / sides; the design's
///          inflation_factor (design_power.h), 1 for one look.
/// Output   units per arm at the last look, by the normal distribution. Rates: pooled variance
/// under
///          no difference, separate variances under the planned one.
/// Assumes  information proportional to units, the same share per arm at every look.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Jennison, Turnbull (2000) sections 2.3, 3.2; Fleiss, Levin, Paik (2003) eq. 4.14, 4.19
///          without continuity correction.
/// Checked  golden/calc/group_sequential_test.cc.
Result<SampleSize> sample_size_means(const MeansPlan& plan, const ErrorRates& rates,
                                     double inflation_factor);
Result<SampleSize> sample_size_rates(const RatesPlan& plan, const ErrorRates& rates,
                                     double inflation_factor);

}  // namespace converge::stats
