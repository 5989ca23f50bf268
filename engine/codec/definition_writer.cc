#include <cstdlib>

#include "base/check.h"
#include "engine/codec/definition.h"
#include "engine/codec/definition_cursor.h"
#include "engine/codec/definition_names.h"
#include "engine/model/allocation.h"

/// Everything that has a default is written out, so that stored definitions keep their meaning when
/// a default changes.
namespace converge {
namespace {

template <class E>
Value word(E value) {
  return Value::string(word_for(value));
}

Value duration(Duration value) {
  return Value::string(format_duration(value));
}

void add_filters(const OutcomeQuery& query, Value::Object& document) {
  if (query.where.empty()) return;
  Value::Object where;
  for (const PropertyFilter& filter : query.where)
    where.emplace_back(filter.property, filter.value);
  document.emplace_back("where", Value::object(std::move(where)));
}

Value scale(const OutcomeQuery& query) {
  if (query.scale_exponent == 0) return Value::integer(1);
  const std::string text = "1e" + std::to_string(query.scale_exponent);
  return Value::number(text, std::strtod(text.c_str(), nullptr));
}

Value part(const OutcomeQuery& query) {
  Value::Object document;
  document.emplace_back("event", Value::string(query.event.str()));
  if (query.aggregation == Aggregation::kSum) {
    document.emplace_back(
        "sum", query.value_property ? Value::string(*query.value_property) : Value::boolean(true));
    document.emplace_back("scale", scale(query));
  } else {
    document.emplace_back("count", Value::boolean(true));
  }
  add_filters(query, document);
  return Value::object(std::move(document));
}

void add_query(const MetricDefinition& metric, Value::Object& document) {
  if (metric.type == MetricType::kRatio) {
    CONVERGE_CHECK(metric.denominator.has_value());
    document.emplace_back("numerator", part(metric.numerator));
    document.emplace_back("denominator", part(*metric.denominator));
    return;
  }
  document.emplace_back("event", Value::string(metric.numerator.event.str()));
  if (metric.type == MetricType::kSum) {
    if (metric.numerator.value_property) {
      document.emplace_back("value", Value::string(*metric.numerator.value_property));
    }
    document.emplace_back("scale", scale(metric.numerator));
  }
  add_filters(metric.numerator, document);
}

Value variants(const std::vector<VariantDefinition>& all) {
  Value::Array list;
  for (const VariantDefinition& variant : all) {
    list.push_back(Value::object(
        {{"key", Value::string(variant.key.str())},
         {"weight", Value::number(hundredfold_text(variant.weight), variant.weight * 100)},
         {"value", variant.value}}));
  }
  return Value::array(std::move(list));
}

Value texts(const std::vector<std::string>& all) {
  Value::Array list;
  for (const std::string& text : all) list.push_back(Value::string(text));
  return Value::array(std::move(list));
}

Value metric_use(const MetricUse& use) {
  Value::Object document;
  document.emplace_back("metric", Value::string(use.metric.str()));
  document.emplace_back("role", word(use.role));
  if (use.margin) {
    const bool is_relative = use.margin->scale == DifferenceScale::kRelative;
    document.emplace_back("margin", is_relative ? Value::string(percent_text(use.margin->value))
                                                : Value::real(use.margin->value));
    document.emplace_back("difference", word(use.margin->scale));
  }
  if (use.minimum_detectable_effect) {
    document.emplace_back("minimum_detectable_effect",
                          Value::string(percent_text(*use.minimum_detectable_effect)));
  }
  return Value::object(std::move(document));
}

Value metric_uses(const std::vector<MetricUse>& all) {
  Value::Array list;
  for (const MetricUse& use : all) list.push_back(metric_use(use));
  return Value::array(std::move(list));
}

Value analysis(const AnalysisPlan& plan) {
  Value::Object document;
  document.emplace_back("method", word(plan.method));
  document.emplace_back("alpha", Value::real(plan.alpha));
  if (plan.max_sample) document.emplace_back("max_sample", Value::integer(*plan.max_sample));
  document.emplace_back("looks", word(plan.looks));
  return Value::object(std::move(document));
}

Value on_ship(const PromotionPlan& plan) {
  Value::Object document;
  document.emplace_back("action", word(plan.action));
  if (!plan.ramp.empty()) {
    Value::Array steps;
    for (const int step : plan.ramp) steps.push_back(Value::string(percent_of_buckets(step)));
    document.emplace_back("ramp", Value::array(std::move(steps)));
    document.emplace_back("hold", duration(plan.hold));
    document.emplace_back("holdback", Value::string(percent_of_buckets(plan.holdback)));
    document.emplace_back("holdback_days", Value::integer(plan.holdback_days));
  }
  return Value::object(std::move(document));
}

Value decision(const DecisionRule& rule) {
  return Value::object(
      {{"min_days", Value::integer(rule.min_days)},
       {"max_days", Value::integer(rule.max_days)},
       {"ship_when", Value::object({{"success", word(rule.success)},
                                    {"guardrails", Value::string("all_noninferior")},
                                    {"deterioration", Value::string("none")}})},
       {"on_ship", on_ship(rule.on_ship)},
       {"on_guardrail_breach", word(rule.on_guardrail_breach)},
       {"on_expiry", word(rule.on_expiry)}});
}

void add_text(const char* name, const std::string& text, Value::Object& document) {
  if (!text.empty()) document.emplace_back(name, Value::string(text));
}

void add_layers(const Definitions& definitions, Value::Object& document) {
  if (!definitions.layers.empty()) {
    Value::Object layers;
    for (const auto& [key, layer] : definitions.layers) {
      layers.emplace_back(key.str(), Value::object({{"seed", Value::string(layer.seed)}}));
    }
    document.emplace_back("layers", Value::object(std::move(layers)));
  }
  if (const auto& holdout = definitions.holdout) {
    document.emplace_back(
        "holdout", Value::object({{"share", Value::string(percent_of_buckets(holdout->share))},
                                  {"seed", Value::string(holdout->seed)}}));
  }
}

void add_saved_groups(const Definitions& definitions, Value::Object& document) {
  if (definitions.saved_groups.empty()) return;
  Value::Object groups;
  for (const auto& [name, group] : definitions.saved_groups) groups.emplace_back(name, group);
  document.emplace_back("saved_groups", Value::object(std::move(groups)));
}

void add_flags(const Definitions& definitions, Value::Object& document) {
  if (definitions.flags.empty()) return;
  Value::Object flags;
  for (const auto& [key, flag] : definitions.flags) {
    flags.emplace_back(key.str(), to_document(flag));
  }
  document.emplace_back("flags", Value::object(std::move(flags)));
}

}  // namespace

Value to_document(const MetricDefinition& metric) {
  Value::Object document;
  document.emplace_back("type", word(metric.type));
  add_query(metric, document);
  if (metric.window) document.emplace_back("window", duration(*metric.window));
  document.emplace_back("direction", word(metric.direction));
  return Value::object(std::move(document));
}

Value to_document(const FlagDefinition& flag) {
  Value::Object document;
  if (flag.default_value) document.emplace_back("default", *flag.default_value);
  if (flag.rules) document.emplace_back("rules", Value::array(*flag.rules));
  if (!flag.growthbook.is_null()) document.emplace_back("growthbook", flag.growthbook);
  return Value::object(std::move(document));
}

Value to_document(const ExperimentDefinition& experiment) {
  Value::Object document;
  document.emplace_back("key", Value::string(experiment.key.str()));
  document.emplace_back("status", word(experiment.status));
  if (experiment.start_at) {
    document.emplace_back("start_at", Value::string(format_rfc3339(*experiment.start_at)));
  }
  add_text("hypothesis", experiment.hypothesis, document);
  add_text("owner", experiment.owner, document);
  document.emplace_back("unit", Value::string(experiment.unit.str()));
  add_text("fallback_attribute", experiment.fallback_attribute, document);
  if (experiment.sticky) document.emplace_back("sticky", Value::boolean(true));
  if (experiment.layer) document.emplace_back("layer", Value::string(experiment.layer->str()));
  document.emplace_back("seed", Value::string(experiment.seed));
  document.emplace_back("assignment", word(experiment.assignment));
  document.emplace_back("traffic", Value::string(percent_of_buckets(experiment.traffic)));
  if (!experiment.condition.is_null()) document.emplace_back("condition", experiment.condition);
  add_text("flag", experiment.flag.str(), document);
  document.emplace_back("variants", variants(experiment.variants));
  if (!experiment.segments.empty()) document.emplace_back("segments", texts(experiment.segments));
  document.emplace_back("metrics", metric_uses(experiment.metrics));
  document.emplace_back("lateness", duration(experiment.lateness));
  document.emplace_back("analysis", analysis(experiment.analysis));
  if (experiment.decision) document.emplace_back("decision", decision(*experiment.decision));
  if (experiment.reshuffle) document.emplace_back("phase", Value::string("next"));
  return Value::object(std::move(document));
}

Value to_document(const Definitions& definitions) {
  Value::Object document;
  document.emplace_back("apiVersion", Value::string(kDefinitionsVersion));
  document.emplace_back("timezone", Value::string(definitions.timezone));
  if (!definitions.units.empty()) {
    Value::Object units;
    for (const auto& [kind, attribute] : definitions.units) {
      units.emplace_back(kind.str(), Value::string(attribute));
    }
    document.emplace_back("units", Value::object(std::move(units)));
  }
  add_layers(definitions, document);
  add_saved_groups(definitions, document);
  Value::Object metrics;
  for (const auto& [key, metric] : definitions.metrics) {
    metrics.emplace_back(key.str(), to_document(metric));
  }
  document.emplace_back("metrics", Value::object(std::move(metrics)));
  add_flags(definitions, document);
  Value::Array experiments;
  for (const ExperimentDefinition& experiment : definitions.experiments) {
    experiments.push_back(to_document(experiment));
  }
  document.emplace_back("experiments", Value::array(std::move(experiments)));
  if (!definitions.growthbook.is_null()) {
    document.emplace_back("growthbook", definitions.growthbook);
  }
  return Value::object(std::move(document));
}

}  // namespace converge
