#include <algorithm>
#include <cmath>

#include "engine/codec/definition_read.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

bool is_in_rule(MetricRole role) {
  return role != MetricRole::kQuality;
}

/// The windows of the metrics with such a role that are known.
template <class Predicate>
std::vector<Duration> windows(const ExperimentDefinition& experiment, const LintContext& context,
                              Predicate wanted) {
  std::vector<Duration> found;
  for (const MetricUse& use : experiment.metrics) {
    const MetricDefinition* metric = sound_metric(use.metric, context);
    if (metric != nullptr && metric->window && wanted(use.role)) found.push_back(*metric->window);
  }
  return found;
}

/// False while a role is missing or misspelled: then nothing follows from the absence of another.
bool roles_are_readable(const Cursor& document) {
  const auto list = document.member("metrics");
  const Value::Array* items = list ? list->value().as_array() : nullptr;
  if (items == nullptr || items->empty()) return false;
  return std::all_of(items->begin(), items->end(), [](const Value& item) {
    const Value* role = item.find("role");
    const std::string* text = role == nullptr ? nullptr : role->as_string();
    const auto& words = EnumeratorNames<MetricRole>::kAll;
    return text != nullptr && std::any_of(words.begin(), words.end(), [text](const auto& entry) {
             return *text == entry.name;
           });
  });
}

bool has_role(const ExperimentDefinition& experiment, MetricRole role) {
  return std::any_of(experiment.metrics.begin(), experiment.metrics.end(),
                     [role](const MetricUse& use) { return use.role == role; });
}

void lint_days(const ExperimentDefinition& experiment, const LintContext& context,
               const Cursor& decision) {
  const DecisionRule& rule = *experiment.decision;
  const auto max_days = decision.member("max_days");
  if (!max_days || rule.max_days == 0 || rule.min_days == 0) return;
  if (rule.max_days < rule.min_days) {
    return max_days->error("is below min_days (" + std::to_string(rule.min_days) +
                           "): the rule could never fire");
  }
  const std::vector<Duration> all = windows(experiment, context, is_in_rule);
  if (all.empty()) return;
  const Duration longest = *std::max_element(all.begin(), all.end());
  const Duration needed = rule.min_days * kDay + longest + experiment.lateness;
  if (rule.max_days * kDay >= needed) return;
  const auto days = (needed + kDay - Duration(1)) / kDay;
  max_days->error("expected at least " + std::to_string(days) + ": min_days (" +
                  std::to_string(rule.min_days) + "d) + longest window of the rule (" +
                  format_duration(longest) + ") + lateness (" +
                  format_duration(experiment.lateness) + ")");
}

void lint_hold(const ExperimentDefinition& experiment, const LintContext& context,
               const Cursor& on_ship, const Cursor& document) {
  const PromotionPlan& plan = experiment.decision->on_ship;
  if (plan.ramp.empty()) return;
  const auto is_guardrail = [](MetricRole role) { return role == MetricRole::kGuardrail; };
  const std::vector<Duration> guardrails = windows(experiment, context, is_guardrail);
  if (guardrails.empty()) {
    if (roles_are_readable(document) && !has_role(experiment, MetricRole::kGuardrail)) {
      on_ship.warning("the experiment has no guardrail, so nothing watches the ramp");
    }
    return;
  }
  const Duration shortest = *std::min_element(guardrails.begin(), guardrails.end());
  const auto hold = on_ship.member("hold");
  if (hold && plan.hold > Duration::zero() && plan.hold < shortest + experiment.lateness) {
    hold->error(
        "a hold of " + format_duration(plan.hold) + " would watch nothing: expected at least " +
        format_duration(shortest + experiment.lateness) + ", the shortest window of a guardrail (" +
        format_duration(shortest) + ") + lateness (" + format_duration(experiment.lateness) + ")");
  }
}

void lint_ramp(const ExperimentDefinition& experiment, const Cursor& on_ship) {
  const auto ramp = on_ship.member("ramp");
  const std::vector<int>& steps = experiment.decision->on_ship.ramp;
  const Value::Array* items = ramp ? ramp->value().as_array() : nullptr;
  if (items == nullptr || items->size() != steps.size()) return;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (std::size_t v = 1; v < experiment.variants.size(); ++v) {
      const VariantDefinition& variant = experiment.variants[v];
      const auto share = static_cast<int>(std::lround(variant.weight * experiment.traffic));
      if (steps[i] > share || steps[i] == kBuckets) continue;
      Cursor((*items)[i], item_path(ramp->path(), i), ramp->problems())
          .warning("this step would be skipped: " + quoted(variant.key.str()) + " already has " +
                   percent_of_buckets(share));
      break;
    }
  }
}

/// How many ranges of `size` fit into stretches of these lengths.
int ranges_that_fit(const std::vector<double>& stretches, int size) {
  static constexpr double kRounding = 1e-6;
  int count = 0;
  for (const double stretch : stretches) {
    count += static_cast<int>(std::floor(stretch + kRounding)) / size;
  }
  return count;
}

/// The pair comes from buckets that never had the winner and whose old experience is the control's:
/// all of the never-enrolled, or all of the control's (design section 5).
void lint_holdback(const ExperimentDefinition& experiment, const Cursor& on_ship) {
  const PromotionPlan& plan = experiment.decision->on_ship;
  const auto holdback = on_ship.member("holdback");
  if (!holdback || plan.holdback <= 0 || experiment.variants.empty()) return;
  std::vector<double> never_enrolled;
  for (const VariantDefinition& variant : experiment.variants) {
    never_enrolled.push_back(variant.weight * (kBuckets - experiment.traffic));
  }
  const double control = experiment.variants.front().weight * experiment.traffic;
  if (control <= 0) return;
  if (ranges_that_fit(never_enrolled, plan.holdback) >= 2) return;
  if (ranges_that_fit({control}, plan.holdback) >= 2) return;
  holdback->error("two ranges of " + percent_of_buckets(plan.holdback) +
                  " do not fit into the buckets that never had a winner: the control has " +
                  percent_of_buckets(static_cast<int>(control)) + ", " +
                  percent_of_buckets(kBuckets - experiment.traffic) + " are not enrolled");
}

void lint_holdback_days(const ExperimentDefinition& experiment, const LintContext& context,
                        const Cursor& on_ship) {
  const PromotionPlan& plan = experiment.decision->on_ship;
  const auto days = on_ship.member("holdback_days");
  const std::vector<Duration> all = windows(experiment, context, is_in_rule);
  if (!days || plan.holdback_days == 0 || all.empty()) return;
  const Duration needed = *std::max_element(all.begin(), all.end()) + experiment.lateness;
  if (plan.holdback_days * kDay > needed) return;
  days->warning(
      "too short to confirm every effect: the longest window of the rule and lateness "
      "take " +
      format_duration(needed));
}

}  // namespace

void lint_decision(const ExperimentDefinition& experiment, const LintContext& context,
                   const Cursor& document) {
  const auto decision = document.member("decision");
  if (!experiment.decision || !decision || decision->value().as_object() == nullptr) return;
  lint_days(experiment, context, *decision);
  if (roles_are_readable(document) && !has_role(experiment, MetricRole::kSuccess)) {
    decision->error("the rule can never ship: no metric has role: success");
  }
  const auto on_ship = decision->member("on_ship");
  if (!on_ship || experiment.assignment == AssignmentSource::kExternal) return;
  lint_hold(experiment, context, *on_ship, document);
  if (experiment.traffic > 0) {  // 0 stands for a traffic that could not be read
    lint_ramp(experiment, *on_ship);
    lint_holdback(experiment, *on_ship);
  }
  lint_holdback_days(experiment, context, *on_ship);
}

}  // namespace converge
