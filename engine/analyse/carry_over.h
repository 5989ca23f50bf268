#pragma once

#include <vector>

#include "engine/analyse/compare.h"
#include "engine/ledger/experiment_moments.h"
#include "engine/model/catalog.h"

namespace converge {

/// Whether what units met before a restart still shows: within each present variant, units that had
/// another variant against those that had the control. The new seed makes both alike otherwise.
/// Internal to engine/analyse. Nothing before the first restart.
std::vector<CarryOver> carry_over(const ExperimentEntry& entry, const ExperimentMoments& moments,
                                  const SequencePlan& plan);

/// A warning for each that the always-valid test proves.
void warn_of_carry_over(const std::vector<CarryOver>& found, double alpha, HealthFigures& health);

}  // namespace converge
