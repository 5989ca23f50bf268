#pragma once

#include <vector>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

/// A look at which the test went on.
struct PassedLook {
  double information;  ///< in any unit, the same for all looks
  double lower;        ///< -infinity where that side did not stop
  double upper;
};

/// A test that is over, by a bound or because the last look was reached.
struct StoppedTest {
  std::vector<PassedLook> passed;
  double information;     ///< at the stop
  double estimate;        ///< of the effect, at the stop
  double standard_error;  ///< of the estimate
};

struct StagewiseInference {
  double p_greater = 0;  ///< of no effect, against an effect above 0
  double p_less = 0;
  double p_two_sided = 0;  ///< twice the smaller one
  double median_unbiased = 0;
  Interval interval;
};

/// What a stopped test says of the effect, allowing for the looks it has passed.
/// Inputs   the looks before the stop with their bounds, the stop, alpha two-sided in (0, 1).
/// Output   p-values, the estimate that is too high as often as too low, and the interval whose
///          ends are each missed with probability alpha / 2. The interval excludes 0 exactly where
///          p_two_sided < alpha.
/// Assumes  outcomes are ordered by where the test stopped: an earlier stop above the upper bound
/// is
///          more extreme than a later one, at the same look a larger Z is. Information of the looks
///          relative to each other is that of the statistic.
/// Errors   kInvalidArgument; kInsufficientData where no effect within 80 standard errors of the
///          first look fits.
/// Cost     about 35 recursions over the looks.
/// Source   Armitage (1957) Biometrika 44:9-26; Tsiatis, Rosner, Mehta (1984) Biometrics
///          40:797-803; Jennison, Turnbull (2000) sections 8.4, 8.5.
/// Checked  golden/calc/group_sequential_test.cc; property/stats/group_sequential_test.cc.
Result<StagewiseInference> stagewise_inference(const StoppedTest& test, double alpha);

}  // namespace converge::stats
