#pragma once

#include <optional>

#include "engine/assign/evaluator.h"
#include "engine/model/value.h"

/// What an evaluation answers, in the form of the reference SDK's results.
namespace converge::growthbook {

/// {key, featureId, inExperiment, hashUsed, variationId, value, ...}. What the SDK leaves undefined
/// is left out; without a unit hashValue is "".
Value result_document(const ExperimentResult& result);

/// {value, on, off, source, ruleId, experiment?, experimentResult?}. `experiment` describes the
/// experiment of the rule that gave the value: experiment_document, or experiment_of_rule.
Value feature_result_document(const FeatureResult& result, std::optional<Value> experiment);

/// The experiment that the SDK makes of a rule of a payload, with the members as they were sent.
Value experiment_of_rule(const Value& rule, const FeatureResult& result);

}  // namespace converge::growthbook
