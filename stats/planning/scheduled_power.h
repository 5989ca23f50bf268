#pragma once

#include <vector>

#include "base/result.h"
#include "stats/group_sequential/design_power.h"
#include "stats/planning/mean_power.h"
#include "stats/planning/power_function.h"

namespace converge::stats {

/// Power of a difference of means whose test is read at several looks and rejects at the first that
/// is beyond its bounds.
/// Inputs   a MeanDesign; the bounds, with information in shares of the full size: the last one is
///          1; which rejections count: kTwoSided both sides, another alternative those on its side
///          or on that of the effect.
/// Output   power by the last look as a function of the arms' units then.
/// Assumes  variances that the test knows; both arms grow alike.
/// Errors   as mean_power_normal and operating_characteristics; kInvalidArgument the last
///          information is not 1.
/// Cost     that of crossing_probabilities, some 20 us a look.
/// Source   Jennison, Turnbull (2000) sec. 2.1 and 19.2.
/// Checked  golden/calc/planning_test.cc; property/stats/planning_test.cc;
///          unit/stats/planning_test.cc.
Result<PowerFunction> scheduled_power(const MeanDesign& design, const GroupSequentialDesign& looks,
                                      Alternative alternative);

/// Units of both arms, on average, when it stops as soon as it is beyond a bound.
/// Inputs   as above; sizes at the last look; the true effect, in the direction of the alternative
///          above 0.
/// Output, errors, cost as above.
Result<double> expected_units(const MeanDesign& design, const GroupSequentialDesign& looks,
                              const ArmSizes& sizes, double effect);

/// k / looks for k = 1 to looks. Empty for less than one.
std::vector<double> equal_steps(int looks);

}  // namespace converge::stats
