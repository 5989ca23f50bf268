#pragma once

#include "base/result.h"
#include "engine/assign/feature.h"
#include "engine/model/value.h"

/// GrowthBook's payload (protocol section 7) to the values that the evaluator takes. Lenient as the
/// reference SDK is: unknown members are ignored, and a part that makes no sense never applies
/// instead of being an error.
namespace converge::growthbook {

/// Of a payload: its members features, savedGroups and contextualBandits. Rules keep their indices.
FeatureSet feature_set_of(const Value& payload);

/// An experiment by itself: of the payload's `experiments`, or what an application runs.
/// kInvalidArgument without a key or a list of variations.
Result<FeatureExperiment> experiment_of(const Value& document);

}  // namespace converge::growthbook
