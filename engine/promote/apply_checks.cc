#include "engine/promote/apply_checks.h"

#include <algorithm>

#include "engine/promote/phases.h"

namespace converge {
namespace {

/// Position of the use of a metric, or its size when there is none.
std::size_t use_of(const std::vector<MetricUse>& uses, const MetricKey& metric) {
  const auto found = std::find_if(uses.begin(), uses.end(),
                                  [&metric](const MetricUse& use) { return use.metric == metric; });
  return static_cast<std::size_t>(found - uses.begin());
}

bool decides(const ExperimentEntry& entry, std::size_t use) {
  const bool is_post_hoc = use < entry.post_hoc.size() && entry.post_hoc[use];
  return !is_post_hoc && entry.definition.metrics[use].role != MetricRole::kQuality;
}

bool holds_for_everyone(const Value& condition) {
  return condition.is_null() || (condition.as_object() && condition.as_object()->empty());
}

bool same_condition(const Value& a, const Value& b) {
  return a == b || (holds_for_everyone(a) && holds_for_everyone(b));
}

/// `a`, and perhaps more at the end.
bool keeps_variants(const std::vector<VariantDefinition>& a,
                    const std::vector<VariantDefinition>& b) {
  return a.size() <= b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](const VariantDefinition& x, const VariantDefinition& y) {
                      return x.key == y.key && x.value == y.value;
                    });
}

/// Precondition: keeps_variants(a, b).
bool same_weights(const std::vector<VariantDefinition>& a,
                  const std::vector<VariantDefinition>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(),
      [](const VariantDefinition& x, const VariantDefinition& y) { return x.weight == y.weight; });
}

bool same_analysis(AnalysisPlan a, AnalysisPlan b) {
  // auto was resolved at the start: writing down what it became changes nothing.
  if (a.method == Method::kAuto) a.method = Method::kConfidenceSequence;
  if (b.method == Method::kAuto) b.method = Method::kConfidenceSequence;
  return a == b;
}

void diff_metric_uses(const ExperimentEntry& entry, const ExperimentDefinition& wanted,
                      DefinitionDiff& diff) {
  const std::vector<MetricUse>& present = entry.definition.metrics;
  if (present == wanted.metrics) return;
  const std::size_t rule_edits = diff.rule.size();
  for (std::size_t i = 0; i < present.size(); ++i) {
    if (!decides(entry, i)) continue;
    const std::size_t j = use_of(wanted.metrics, present[i].metric);
    if (j == wanted.metrics.size() || wanted.metrics[j] != present[i]) {
      diff.rule.push_back("metrics[" + present[i].metric.str() + "]");
    }
  }
  if (diff.rule.size() == rule_edits) diff.words.emplace_back("metrics");
}

}  // namespace

DefinitionDiff diff_definition(const ExperimentEntry& entry, const ExperimentDefinition& wanted) {
  const ExperimentDefinition& present = entry.definition;
  DefinitionDiff diff;
  const auto note = [](bool differs, std::vector<std::string>& list, const char* path) {
    if (differs) list.emplace_back(path);
  };
  const bool variants_differ = !keeps_variants(present.variants, wanted.variants);
  note(present.seed != wanted.seed, diff.reshuffling, "seed");
  note(present.unit != wanted.unit, diff.reshuffling, "unit");
  note(present.layer != wanted.layer, diff.reshuffling, "layer");
  note(variants_differ, diff.reshuffling, "variants");
  note(!variants_differ && present.variants.size() < wanted.variants.size(), diff.reallocating,
       "variants");
  note(!variants_differ && !same_weights(present.variants, wanted.variants), diff.reallocating,
       "weights");
  note(present.traffic != wanted.traffic, diff.reallocating, "traffic");
  note(!same_condition(present.condition, wanted.condition), diff.reallocating, "condition");
  note(present.assignment != wanted.assignment, diff.rule, "assignment");
  note(present.sticky != wanted.sticky, diff.rule, "sticky");
  note(present.fallback_attribute != wanted.fallback_attribute, diff.rule, "fallback_attribute");
  note(present.flag != wanted.flag, diff.rule, "flag");
  note(present.start_at != wanted.start_at, diff.rule, "start_at");
  note(!same_analysis(present.analysis, wanted.analysis), diff.rule, "analysis");
  note(present.decision != wanted.decision, diff.rule, "decision");
  note(present.lateness != wanted.lateness, diff.rule, "lateness");
  diff_metric_uses(entry, wanted, diff);
  note(present.hypothesis != wanted.hypothesis, diff.words, "hypothesis");
  note(present.owner != wanted.owner, diff.words, "owner");
  note(present.segments != wanted.segments, diff.words, "segments");
  return diff;
}

std::vector<std::string> changed_rule_metrics(const ExperimentEntry& entry,
                                              const std::vector<MetricUse>& uses,
                                              const std::vector<MetricDefinition>& wanted) {
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < entry.definition.metrics.size(); ++i) {
    const std::size_t j = use_of(uses, entry.definition.metrics[i].metric);
    if (!decides(entry, i) || j == uses.size()) continue;
    if (entry.metrics[i] != wanted[j]) changed.push_back(entry.metrics[i].key.str());
  }
  return changed;
}

std::vector<bool> post_hoc_flags(const ExperimentEntry& entry,
                                 const std::vector<MetricUse>& wanted) {
  std::vector<bool> flags;
  for (const MetricUse& use : wanted) {
    const std::size_t i = use_of(entry.definition.metrics, use.metric);
    const bool was_there_so = i < entry.definition.metrics.size() &&
                              entry.definition.metrics[i] == use &&
                              !(i < entry.post_hoc.size() && entry.post_hoc[i]);
    flags.push_back(!was_there_so);
  }
  return flags;
}

std::vector<std::string> refused_settings(const Catalog& present, const Definitions& wanted) {
  std::vector<std::string> refused;
  const Definitions& applied = present.definitions;
  for (const ExperimentEntry& entry : present.experiments) {
    if (entry.holdback_of || !is_live(entry)) continue;
    const std::string& key = entry.definition.key.str();
    if (wanted.timezone != applied.timezone && entry.definition.decision &&
        entry.state != ExperimentState::kPromoted) {
      refused.push_back("timezone: the looks of '" + key + "' (" + name_of(entry.state) +
                        ") are planned in " + applied.timezone + ", expected it to stay");
    }
    const UnitKind& kind = entry.definition.unit;
    if (is_native(entry) && wanted.attribute_of(kind) != applied.attribute_of(kind)) {
      refused.push_back("units." + kind.str() + ": '" + key + "' (" + name_of(entry.state) +
                        ") hashes the attribute '" + applied.attribute_of(kind) +
                        "', another one would reshuffle it, expected it to stay");
    }
    if (is_native(entry) && entry.definition.layer) {
      const auto layer = wanted.layers.find(*entry.definition.layer);
      const auto before = applied.layers.find(*entry.definition.layer);
      const bool changes = layer != wanted.layers.end() && before != applied.layers.end() &&
                           layer->second != before->second;
      if (changes) {
        refused.push_back("layers." + layer->first.str() + ".seed: '" + key + "' (" +
                          name_of(entry.state) + ") holds segments under the seed '" +
                          before->second.seed +
                          "', another one would reshuffle it, expected it to stay");
      }
    }
    const bool reseeds = is_native(entry) && wanted.holdout && applied.holdout &&
                         wanted.holdout->seed != applied.holdout->seed;
    if (reseeds) {
      refused.push_back("holdout.seed: '" + key + "' (" + name_of(entry.state) +
                        ") keeps those out whom the seed '" + applied.holdout->seed +
                        "' holds out, expected it to stay");
    }
    if (wanted.default_unit_kind() != applied.default_unit_kind()) {
      refused.push_back("units: '" + key + "' (" + name_of(entry.state) +
                        ") runs while a bare unit means " + applied.default_unit_kind().str() +
                        ", expected that kind to stay the first");
    }
  }
  return refused;
}

std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

}  // namespace converge
