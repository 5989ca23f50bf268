#pragma once

#include "engine/assign/evaluator.h"
#include "engine/model/value.h"

namespace converge::growthbook {

/// The context of an evaluation from the options of the reference SDK: attributes, url, enabled,
/// qaMode, forcedVariations, forcedFeatureValues or forcedFeatures (an object, or a list of [key,
/// value]). Lenient as the SDK is. Sticky buckets are off.
EvaluationContext context_of(const Value& document);

/// Sticky documents, listed or by key; those without their members are left out, as stores do.
StickyBuckets sticky_buckets_of(const Value& documents);
/// All documents by "name||value".
Value sticky_documents(const StickyBuckets& buckets);

}  // namespace converge::growthbook
