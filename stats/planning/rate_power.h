#pragma once

#include "base/result.h"
#include "stats/planning/power_function.h"
#include "stats/planning/z_power.h"

namespace converge::stats {

enum class RateTestForm {
  kUnpooled,    ///< Wald test of the difference
  kPooledNull,  ///< score test of the difference
  kLogRatio,    ///< Wald test of ln(rate_b / rate_a)
  kSquareRoot,  ///< variance-stabilised: 2 sqrt(rate_b) - 2 sqrt(rate_a)
};

struct RateDesign {
  double rate_a;  ///< events per unit of time
  double rate_b;
  double exposure;    ///< time that one unit is watched
  double dispersion;  ///< variance / mean of a unit's count: 1 for Poisson
  RateTestForm form;
};

/// Power of a test of two Poisson rates.
/// Inputs   rates 0 or more and unequal, both above 0 for kLogRatio; exposure and dispersion above
///          0; a PowerTest.
/// Output   power as a function of the arms' units, each watched for `exposure`.
/// Assumes  a normal limit; counts that are Poisson, or quasi-Poisson with one dispersion.
/// Errors   kInvalidArgument; kInsufficientData equal rates.
/// Cost     O(1) a call.
/// Source   Gu, Ng, Tang, Schucany (2008) Biom. J. 50:283-298.
/// Checked  golden/calc/planning_test.cc; property/stats/planning_test.cc.
Result<PowerFunction> rate_power(const RateDesign& design, const PowerTest& test);

}  // namespace converge::stats
