#pragma once

#include <optional>
#include <vector>

#include "engine/assign/feature.h"
#include "engine/model/value.h"

/// The parts that rules and experiments of a payload share. Internal to the reader.
namespace converge::growthbook {

/// What splits traffic and names it: all of an experiment but variations, targeting and overrides.
FeatureExperiment split_of(const Value& document);

/// Null without a condition.
Value condition_of(const Value& document);
std::vector<ParentCondition> parent_conditions_of(const Value& document);
std::vector<HashFilter> filters_of(const Value& document);
/// Of a malformed range: one that contains nothing.
DoubleRange range_of(const Value& range);
std::optional<std::vector<double>> weights_of(const Value& document);
/// Falsy: `otherwise`; no integer: a version that does not exist.
int hash_version_of(const Value& document, int otherwise);

}  // namespace converge::growthbook
