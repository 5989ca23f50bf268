#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "engine/promote/apply.h"

/// The part of a plan that lies outside experiments.
namespace converge {

/// Time zone, unit kinds, layers, saved groups, metrics, flags: what differs.
std::vector<PlannedChange> plan_settings(const Definitions& applied, const Definitions& wanted);

/// Puts the holdout of `next.definitions` in the place of `before`. Everyone who takes part passes
/// it, whatever the state of the experiment, so that a change opens a phase in all that are
/// measured. nullopt when nothing changes.
std::optional<PlannedChange> plan_holdout(const std::optional<HoldoutDefinition>& before,
                                          Catalog& next, Time now);

}  // namespace converge
