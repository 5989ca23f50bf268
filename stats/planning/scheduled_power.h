#pragma once

#include <vector>

#include "base/result.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/power_function.h"

namespace converge::stats {

/// A test that is read at several looks and rejects at the first that is beyond its bounds.
struct ScheduledTest {
  std::vector<double> information_rates;  ///< share of the full size at each look; rising, last 1
  std::vector<double> lower;              ///< Z below it rejects; -infinity: never
  std::vector<double> upper;              ///< Z above it rejects
};

struct OperatingCharacteristics {
  double power = 0;           ///< to have rejected by the last look
  double expected_share = 0;  ///< of the full size, when the experiment stops as it rejects
};

/// What a scheduled test does at one drift.
/// Inputs   a ScheduledTest; drift: the mean of Z at the full size, effect / standard error there.
/// Output   rejections on either side count in both figures.
/// Assumes  Z normal with independent increments of information.
/// Errors   kInvalidArgument: see crossing_probabilities.
/// Cost     that of crossing_probabilities, some 20 us a look.
/// Source   Jennison, Turnbull (2000) sec. 2.1 and 19.2.
/// Checked  golden/calc/planning_test.cc; property/stats/planning_test.cc.
Result<OperatingCharacteristics> operating_characteristics(const ScheduledTest& test, double drift);

/// Power of a scheduled test of a difference of means, whose looks are shares of the full size.
/// Inputs   a MeanDesign; a ScheduledTest; which rejections count: kTwoSided both, another
///          alternative those on its side or on that of the effect.
/// Output   power by the last look as a function of the arms' units then.
/// Assumes  variances that the test knows; both arms grow alike.
/// Errors   as mean_power_normal and operating_characteristics.
/// Cost     as operating_characteristics, a call.
/// Source, checked as above.
Result<PowerFunction> scheduled_power(const MeanDesign& design, const ScheduledTest& test,
                                      Alternative alternative);

/// k / looks for k = 1 to looks. Empty for less than one.
std::vector<double> equal_steps(int looks);

}  // namespace converge::stats
