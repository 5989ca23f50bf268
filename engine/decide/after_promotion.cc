#include "engine/decide/after_promotion.h"

#include <fmt/format.h>

#include "engine/decide/reasons.h"
#include "engine/decide/shipping.h"

namespace converge {
namespace {

/// Proven losses of the winner on metrics that are no guardrails: nothing is undone for them
/// without a written rule, but nothing goes on by itself either.
std::vector<std::string> proven_losses(const Evidence& evidence, const VariantKey& winner) {
  std::vector<std::string> losses;
  for (const MetricEvidence& metric : evidence.metrics) {
    const Comparison* comparison = may_decide(metric) ? comparison_of(metric, winner) : nullptr;
    if (comparison == nullptr) continue;
    const bool worse =
        metric.role == MetricRole::kSuccess && comparison->verdict == Verdict::kWorse;
    const bool deteriorated =
        metric.role == MetricRole::kDeterioration && comparison->breach == HarmVerdict::kBreach;
    if (worse) losses.push_back(success_text(metric, *comparison, evidence.alpha));
    if (deteriorated) losses.push_back(breach_text(metric, *comparison));
  }
  return losses;
}

/// What the holdback pair says of each guardrail and success metric of the winner.
std::string realised_text(const Evidence& evidence, const VariantKey& winner) {
  std::vector<std::string> clauses;
  for (const MetricEvidence& metric : evidence.metrics) {
    const Comparison* comparison = may_decide(metric) ? comparison_of(metric, winner) : nullptr;
    if (comparison == nullptr) continue;
    if (metric.role == MetricRole::kGuardrail) {
      clauses.push_back(comparison->breach == HarmVerdict::kNotEnoughData
                            ? effect_text(metric, *comparison) + ": not enough data for a breach"
                            : breach_text(metric, *comparison));
    } else if (metric.role == MetricRole::kSuccess) {
      clauses.push_back(effect_text(metric, *comparison));
    }
  }
  return clauses.empty() ? "no metric to read" : joined_clauses(clauses);
}

}  // namespace

std::optional<std::string> breaches(const Evidence& evidence,
                                    const std::optional<VariantKey>& only_of) {
  std::vector<std::string> found;
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!may_decide(metric) || metric.role != MetricRole::kGuardrail) continue;
    for (const Comparison& comparison : metric.comparisons) {
      if (only_of && comparison.variant != *only_of) continue;
      if (comparison.breach == HarmVerdict::kBreach) {
        found.push_back(breach_text(metric, comparison));
      }
    }
  }
  if (found.empty()) return std::nullopt;
  return joined_clauses(found);
}

Decision decide_after_promotion(const Evidence& evidence, const DecisionRule& rule,
                                const DecisionContext& context) {
  if (!context.winner) {
    return {DecisionKind::kKeepRunning, std::nullopt, "decision.on_ship",
            "no winner is being promoted"};
  }
  const VariantKey& winner = *context.winner;
  if (const std::optional<std::string> breach = breaches(evidence, winner)) {
    return {
        DecisionKind::kRollBack, std::nullopt, "decision.on_guardrail_breach",
        fmt::format("on the holdback pair: {}; the rule is {}", *breach,
                    rule.on_guardrail_breach == BreachAction::kRollback ? "rollback"
                                                                        : "recommend a rollback")};
  }
  const bool ramping = context.state == ExperimentState::kRamping;
  const char* clause = ramping ? "decision.on_ship.hold" : "decision.on_ship.holdback_days";
  const std::string realised = "on the holdback pair: " + realised_text(evidence, winner);
  if (!(ramping ? context.calendar.hold_over : context.calendar.holdback_over)) {
    return {DecisionKind::kKeepRunning, std::nullopt, clause,
            (ramping ? "the step is still held; " : "the holdback is still measured; ") + realised};
  }
  const std::vector<std::string> losses = proven_losses(evidence, winner);
  if (!losses.empty()) {
    return {DecisionKind::kKeepRunning, std::nullopt, clause,
            fmt::format("time is over, but {} is proven worse on the holdback pair and people must "
                        "decide: {}",
                        winner.str(), joined_clauses(losses))};
  }
  return ramping ? Decision{DecisionKind::kNextStep, winner, clause,
                            "the hold is over and no breach is proven; " + realised}
                 : Decision{DecisionKind::kFinish, winner, clause,
                            "holdback_days are over and no breach is proven; " + realised};
}

}  // namespace converge
