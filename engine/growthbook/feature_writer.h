#pragma once

#include "engine/assign/feature.h"
#include "engine/model/value.h"

/// The evaluator's values in GrowthBook's payload form. What is written is read back as the same
/// values, but for name spaces, which are never written. Members that say what an SDK assumes
/// anyway are left out; hash attribute and version are always named, because SDKs differ in their
/// defaults.
namespace converge::growthbook {

/// {"features": ..., "savedGroups"?, "contextualBandits"?}: a payload without its envelope.
Value payload_of(const FeatureSet& set);
Value feature_document(const Feature& feature);
/// An experiment by itself, as `experiments` of a payload and exposures have it.
Value experiment_document(const FeatureExperiment& experiment);

}  // namespace converge::growthbook
