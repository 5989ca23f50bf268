#pragma once

#include "engine/model/decision.h"
#include "engine/model/definition.h"
#include "engine/model/evidence.h"

/// Clauses of the rule that look at one variant. Internal to engine/decide.
namespace converge {

/// A metric that a rule may read: matured units, everyone, written down before the start.
bool may_decide(const MetricEvidence& metric);

/// Null when the metric has no comparison of that variant.
const Comparison* comparison_of(const MetricEvidence& metric, const VariantKey& variant);

/// The ship look: the winner, or why nobody ships. kPromote or kKeepRunning.
/// A variant is eligible when success is proven as the rule asks (any or all success metrics
/// better, p over the whole family <= alpha), every guardrail is non-inferior and no deterioration
/// is proven: neither of a deterioration metric nor of another success metric. A deterioration
/// metric that cannot be read yet is not "none": it makes people wait. Several eligible variants:
/// the highest lower bound, in the good direction, of the first success metric; the next success
/// metric where those are equal; if all are, a tie is for people.
Decision ship_or_wait(const Evidence& evidence, const DecisionRule& rule);

}  // namespace converge
