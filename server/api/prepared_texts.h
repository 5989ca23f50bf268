#pragma once

#include "server/api/assignment_texts.h"
#include "server/api/per_assigner.h"
#include "server/growthbook/feature_texts.h"
#include "server/ofrep/flag_texts.h"

namespace converge {

/// The parts of frequent answers that are the same for every unit, for each protocol. Thread-safe.
struct PreparedTexts {
  PerAssigner<AssignmentTexts> assignments;
  PerAssigner<FlagTexts> flags;
  PerAssigner<FeatureTexts> features;
};

}  // namespace converge
