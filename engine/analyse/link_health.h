#pragma once

#include "engine/analyse/analyse.h"

/// Whether linking depends on the treatment. Internal to engine/analyse.
namespace converge {

/// Fills health.links from the strata of health.srm, and adds warnings. Links are made after the
/// exposure, so that a treatment can change who gets linked; results are then comparisons of
/// different people, but the randomisation itself is not at fault: nothing is blocked.
void add_link_health(const ExperimentMoments& moments, const HealthLimits& limits,
                     HealthFigures& health);

}  // namespace converge
