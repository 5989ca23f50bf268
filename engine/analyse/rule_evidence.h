#pragma once

#include "engine/analyse/analyse.h"

namespace converge {

/// The part of analyse() that a rule reads: matured units of everyone, and health. Figures that it
/// has are those of analyse(), bit for bit; segments, "exposed so far", posteriors and the
/// crossover analyses are left out, so it is cheap enough for every turn of the engine. Never shown
/// or stored. Checked: analyse_tests ("Rule evidence ...").
Evidence rule_evidence(const ExperimentEntry& entry, const ExperimentMoments& moments,
                       const AnalysisContext& context);

}  // namespace converge
