#pragma once

#include "engine/analyse/compare.h"

/// Guardrails and deterioration metrics. Internal to engine/analyse.
namespace converge {

/// One-sided levels of one metric's family.
struct HarmLevels {
  double non_inferiority =
      0.025;             ///< alpha / 2: every guardrail must pass, so nothing is to be corrected
  double breach = 0.05;  ///< alpha of the family / (its metrics x variants), Bonferroni
};

/// Fills non_inferiority (guardrails), breach and their bounds from the contrast "good-direction
/// effect + margin". A relative margin is the contrast m_b - (1 -+ margin) m_a, exact because it is
/// linear; where the observed control mean is negative, the margin is a share of its size.
/// Deterioration metrics have margin 0 and no non-inferiority.
void judge_harm(const MetricDefinition& metric, const MetricUse& use, const ComparedPair& pair,
                const SequencePlan& plan, const HarmLevels& levels, Comparison& comparison);

}  // namespace converge
