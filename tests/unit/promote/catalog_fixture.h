#pragma once

#include <string>
#include <utility>

#include "base/check.h"
#include "engine/promote/apply.h"
#include "engine/promote/phases.h"
#include "engine/promote/transition.h"

/// Definitions, days and one-line steps for the tests of promotion.
namespace converge {

inline Time day(int days) {
  return Time{} + (20'000 + days) * kDay;
}

inline MetricDefinition conversion(const std::string& key, const std::string& event) {
  MetricDefinition metric;
  metric.key = MetricKey(key);
  metric.type = MetricType::kConversion;
  metric.numerator.event = EventName(event);
  metric.numerator.aggregation = Aggregation::kAny;
  metric.window = 7 * kDay;
  return metric;
}

/// Two variants half and half, a ramp of three steps with a holdback of 5 %.
inline ExperimentDefinition checkout() {
  ExperimentDefinition experiment;
  experiment.key = ExperimentKey("checkout");
  experiment.status = DeclaredStatus::kRunning;
  experiment.unit = UnitKind("user_id");
  experiment.seed = "checkout";
  experiment.flag = FlagKey("steps");
  experiment.traffic = 5'000;
  experiment.variants = {{VariantKey("control"), 0.5, Value::integer(3)},
                         {VariantKey("one-page"), 0.5, Value::integer(1)}};
  experiment.metrics = {{MetricKey("conversion"), MetricRole::kSuccess, std::nullopt, std::nullopt},
                        {MetricKey("support"), MetricRole::kGuardrail, Margin{0.05}, std::nullopt}};
  DecisionRule rule;
  rule.on_ship = {ShipAction::kPromote, {2'500, 5'000, 7'500, 10'000}, 3 * kDay, 500, 28};
  experiment.decision = rule;
  return experiment;
}

/// The same under another key, with a seed and a flag of that name.
inline ExperimentDefinition checkout_as(const std::string& key, int traffic) {
  ExperimentDefinition experiment = checkout();
  experiment.key = ExperimentKey(key);
  experiment.seed = key;
  experiment.flag = FlagKey(key);
  experiment.traffic = traffic;
  return experiment;
}

inline Definitions only(ExperimentDefinition experiment) {
  Definitions definitions;
  definitions.metrics[MetricKey("conversion")] = conversion("conversion", "purchase");
  definitions.metrics[MetricKey("support")] = conversion("support", "support_call");
  definitions.metrics[MetricKey("support")].direction = Direction::kDecrease;
  definitions.experiments = {std::move(experiment)};
  return definitions;
}

inline Catalog applied(const Catalog& present, const Definitions& definitions, Time now) {
  const Result<CatalogPlan> plan = plan_definitions(present, definitions, now);
  if (!plan) check_failed(plan.error().message.c_str(), __FILE__, __LINE__);
  return plan->next;
}

inline Catalog running(const ExperimentDefinition& experiment) {
  return applied(Catalog{}, only(experiment), day(0));
}

inline const ExperimentEntry& entry_of(const Catalog& catalog,
                                       const std::string& key = "checkout") {
  const ExperimentEntry* entry = catalog.find(ExperimentKey(key));
  CONVERGE_CHECK(entry != nullptr);
  return *entry;
}

inline const ExperimentEntry& pair_of(const Catalog& catalog) {
  return entry_of(catalog, "checkout--holdback");
}

inline Action action(ActionKind kind) {
  Action wanted;
  wanted.kind = kind;
  wanted.experiment = ExperimentKey("checkout");
  wanted.actor = "ann";
  if (kind == ActionKind::kPromote) wanted.variant = VariantKey("one-page");
  if (kind == ActionKind::kExtend) wanted.days = 7;
  return wanted;
}

inline Decision decision(DecisionKind kind) {
  Decision wanted;
  wanted.kind = kind;
  if (kind == DecisionKind::kPromote) wanted.variant = VariantKey("one-page");
  wanted.rule = "rule";
  wanted.reason = "reason";
  return wanted;
}

inline Catalog acted(const Catalog& present, ActionKind kind, Time now) {
  const Result<Transition> transition = act(present, action(kind), now);
  if (!transition) check_failed(transition.error().message.c_str(), __FILE__, __LINE__);
  return transition->next;
}

inline Catalog enacted(const Catalog& present, DecisionKind kind, Time now) {
  const Result<Transition> transition =
      enact(present, ExperimentKey("checkout"), decision(kind), now);
  if (!transition) check_failed(transition.error().message.c_str(), __FILE__, __LINE__);
  return transition->next;
}

inline Catalog undone(const Catalog& present, const Catalog& before, Time now) {
  const Result<Transition> transition = undo(present, before, action(ActionKind::kUndo), now);
  if (!transition) check_failed(transition.error().message.c_str(), __FILE__, __LINE__);
  return transition->next;
}

inline int winner_share(const ExperimentEntry& entry) {
  int buckets = 0;
  for (const BucketRange& range : entry.promotion->winner_ranges) buckets += range.size();
  if (entry.promotion->holdback_winner) buckets += entry.promotion->holdback_winner->size();
  return buckets;
}

}  // namespace converge
