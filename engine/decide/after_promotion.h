#pragma once

#include "engine/decide/decide.h"

/// Internal to engine/decide.
namespace converge {

/// Ramping or watching, from the evidence of the holdback pair: a breach of the winner demotes it;
/// the next step and the end wait for the calendar, and for people where a success or deterioration
/// metric proves the winner worse.
Decision decide_after_promotion(const Evidence& evidence, const DecisionRule& rule,
                                const DecisionContext& context);

/// All guardrail breaches of the evidence, of one variant or of all; none: no breach.
std::optional<std::string> breaches(const Evidence& evidence,
                                    const std::optional<VariantKey>& only_of);

}  // namespace converge
