#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/decide/decide.h"

/// Evidence written by hand: one success metric, one guardrail, one deterioration metric that all
/// let "new" ship, to be spoilt by each case.
namespace converge::decide_fixture {

inline Comparison better(const std::string& variant) {
  Comparison comparison;
  comparison.variant = VariantKey(variant);
  comparison.method = "confidence_sequence";
  comparison.absolute = {0.02, IntervalFigure{0.005, 0.035, 0.95}};
  comparison.relative = {0.2, IntervalFigure{0.05, 0.35, 0.95}};
  comparison.p = 0.001;
  comparison.p_adjusted = 0.002;
  comparison.verdict = Verdict::kBetter;
  return comparison;
}

inline Comparison safe(const std::string& variant) {
  Comparison comparison = better(variant);
  comparison.verdict = Verdict::kNoDifferenceYet;
  comparison.absolute = {0.001, IntervalFigure{-0.004, 0.006, 0.95}};
  comparison.relative = {0.01, IntervalFigure{-0.04, 0.06, 0.95}};
  comparison.p_adjusted = Undefined::kNotForThisMetric;
  comparison.non_inferiority = HarmVerdict::kNonInferior;
  comparison.breach = HarmVerdict::kUndecided;
  comparison.bound_non_inferiority = 0.003;
  comparison.bound_breach = 0.011;
  return comparison;
}

inline Comparison harmless(const std::string& variant) {
  Comparison comparison = safe(variant);
  comparison.non_inferiority.reset();
  comparison.bound_non_inferiority.reset();
  return comparison;
}

inline MetricEvidence metric(const std::string& key, MetricRole role,
                             std::vector<Comparison> comparisons) {
  MetricEvidence evidence;
  evidence.id = MetricId(key + "@00000000");
  evidence.metric = MetricKey(key);
  evidence.role = role;
  evidence.comparisons = std::move(comparisons);
  return evidence;
}

inline constexpr std::size_t kSuccess = 0;
inline constexpr std::size_t kGuardrail = 1;
inline constexpr std::size_t kDeterioration = 2;

inline Evidence ready_to_ship(const std::vector<std::string>& variants = {"new"}) {
  Evidence evidence;
  evidence.experiment = ExperimentKey("checkout");
  evidence.alpha = 0.05;
  std::vector<Comparison> success, guardrail, deterioration;
  for (const std::string& variant : variants) {
    success.push_back(better(variant));
    guardrail.push_back(safe(variant));
    deterioration.push_back(harmless(variant));
  }
  evidence.metrics = {metric("conversion", MetricRole::kSuccess, success),
                      metric("load_time", MetricRole::kGuardrail, guardrail),
                      metric("support_calls", MetricRole::kDeterioration, deterioration)};
  return evidence;
}

inline ExperimentDefinition definition() {
  ExperimentDefinition experiment;
  experiment.key = ExperimentKey("checkout");
  experiment.decision = DecisionRule{};
  experiment.decision->on_ship.action = ShipAction::kPromote;
  return experiment;
}

inline DecisionContext scheduled_look() {
  DecisionContext context;
  context.state = ExperimentState::kRunning;
  context.look = LookKind::kScheduled;
  context.calendar.min_days_passed = true;
  return context;
}

inline bool says(const Decision& decision, const std::string& text) {
  return decision.reason.find(text) != std::string::npos;
}

}  // namespace converge::decide_fixture
