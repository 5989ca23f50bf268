#pragma once

#include <string>

#include "engine/features/assigner.h"
#include "engine/model/catalog.h"

namespace converge {

/// What a rule is asked about.
struct RuleContext {
  const Definitions& definitions;
  const FeatureRule& rule;
  const Assignment& assignment;  ///< what the flag answered in the end
  const Value& attributes;       ///< the unit's id among them
};

/// What a rule said, in words: "filter 1 (layer checkout) keeps bucket 7312 out: segments [0,
/// 5000)".
std::string words_of(const RuleExplanation& said, const RuleContext& context);

}  // namespace converge
