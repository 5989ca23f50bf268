#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "engine/calc/inputs.h"
#include "engine/model/value.h"

namespace converge::calc {

/// One function of stats/ by the name that scripts call it: reads the inputs, computes, returns the
/// outputs as an object.
struct Method {
  std::string_view name;
  std::string_view summary;  ///< one line for `converge calc --list`
  Result<Value> (*function)(Inputs inputs);
};

// One table per family of stats/.
std::span<const Method> adjustment_methods();
std::span<const Method> bandit_methods();
std::span<const Method> bayes_effect_methods();
std::span<const Method> bayes_methods();
std::span<const Method> e_value_methods();
std::span<const Method> effect_methods();
std::span<const Method> effect_size_methods();
std::span<const Method> group_sequential_analysis_methods();
std::span<const Method> group_sequential_methods();
std::span<const Method> group_sequential_power_methods();
std::span<const Method> lift_methods();
std::span<const Method> mean_methods();
std::span<const Method> multiplicity_methods();
std::span<const Method> planning_methods();
std::span<const Method> planning_metric_methods();
std::span<const Method> planning_sequential_methods();
std::span<const Method> planning_traffic_methods();
std::span<const Method> proportion_exact_methods();
std::span<const Method> proportion_methods();
std::span<const Method> proportion_score_methods();
std::span<const Method> quality_methods();
std::span<const Method> quantile_methods();
std::span<const Method> rank_methods();
std::span<const Method> rate_methods();
std::span<const Method> ratio_methods();
std::span<const Method> sequential_boundary_methods();
std::span<const Method> sequential_methods();
std::span<const Method> strata_methods();
std::span<const Method> sum_methods();
std::span<const Method> tail_methods();

}  // namespace converge::calc
