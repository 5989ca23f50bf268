#pragma once

#include <optional>

#include "engine/calc/inputs.h"
#include "engine/model/value.h"
#include "stats/planning/sample_size.h"
#include "stats/planning/z_power.h"

/// What the planning methods read and answer alike.
namespace converge::calc {

/// "two-sided", "two-sided-towards-the-effect", "greater" (or "larger"), "less" (or "smaller").
stats::Alternative read_alternative(Inputs& inputs);

/// alpha and alternative.
stats::PowerTest read_power_test(Inputs& inputs);

/// power and ratio, where ratio is 1 unless given.
stats::SampleSizeGoal read_sample_size_goal(Inputs& inputs);

/// The members n_a_exact, n_a, n_b, n_total and power.
Value::Object members_of(const stats::PlannedSize& size);

/// n_a, and n_b or ratio.
stats::ArmSizes read_arm_sizes(Inputs& inputs);

}  // namespace converge::calc
