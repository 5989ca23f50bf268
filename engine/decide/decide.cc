#include "engine/decide/decide.h"

#include <fmt/format.h>

#include "base/check.h"
#include "engine/decide/after_promotion.h"
#include "engine/decide/reasons.h"
#include "engine/decide/shipping.h"

namespace converge {
namespace {

Decision keep_running(const char* rule, std::string reason) {
  return {DecisionKind::kKeepRunning, std::nullopt, rule, std::move(reason)};
}

bool is_decidable(ExperimentState state) {
  switch (state) {
    case ExperimentState::kRunning:
    case ExperimentState::kRamping:
    case ExperimentState::kWatching:
      return true;
    case ExperimentState::kDraft:
    case ExperimentState::kPromoted:
    case ExperimentState::kRolledBack:
    case ExperimentState::kStopped:
    case ExperimentState::kInconclusive:
    case ExperimentState::kConcluded:
      return false;
  }
  CONVERGE_CHECK(false);
  return false;
}

Decision expired(const DecisionRule& rule, const std::string& open) {
  const char* action = rule.on_expiry == ExpiryAction::kKeepControl
                           ? "keep_control: everyone gets the control"
                           : "discuss: people decide";
  return {DecisionKind::kInconclusive, std::nullopt, "decision.on_expiry",
          fmt::format("max_days of {} and any extension are over without a winner ({}): {}",
                      rule.max_days, open, action)};
}

Decision decide_running(const Evidence& evidence, const DecisionRule& rule,
                        const DecisionContext& context) {
  if (const std::optional<std::string> breach = breaches(evidence, std::nullopt)) {
    return {
        DecisionKind::kRollBack, std::nullopt, "decision.on_guardrail_breach",
        fmt::format("{}; the rule is {}", *breach,
                    rule.on_guardrail_breach == BreachAction::kRollback ? "rollback"
                                                                        : "recommend a rollback")};
  }
  if (context.look == LookKind::kTick) {
    return keep_running("analysis.looks",
                        "between looks only harm is read: no guardrail breach is proven");
  }
  if (!context.calendar.min_days_passed) {
    return keep_running("decision.min_days",
                        fmt::format("nothing ships before {} days are over; no guardrail breach "
                                    "is proven",
                                    rule.min_days));
  }
  Decision ship = ship_or_wait(evidence, rule);
  if (ship.kind == DecisionKind::kKeepRunning && context.calendar.max_days_reached) {
    return expired(rule, ship.reason);
  }
  return ship;
}

}  // namespace

Decision decide(const Evidence& evidence, const ExperimentDefinition& definition,
                const DecisionContext& context) {
  if (!is_decidable(context.state)) {
    return keep_running(
        "state", fmt::format("nothing is to be decided in state {}", name_of(context.state)));
  }
  if (!evidence.health.blocks.empty()) {
    return {DecisionKind::kBlocked, std::nullopt, "data health",
            "nothing acts on broken data: " + block_text(evidence.health.blocks)};
  }
  if (!definition.decision) {
    return keep_running("decision", "no rule was written down: results only, people decide");
  }
  if (context.state == ExperimentState::kRunning) {
    return decide_running(evidence, *definition.decision, context);
  }
  return decide_after_promotion(evidence, *definition.decision, context);
}

}  // namespace converge
