#include "engine/growthbook/feature_writer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

namespace converge::growthbook {
namespace {

/// A list whose items are written by `write`.
template <class Items, class Write>
Value list_of(const Items& items, Write write) {
  Value::Array list;
  list.reserve(items.size());
  std::transform(items.begin(), items.end(), std::back_inserter(list), write);
  return Value::array(std::move(list));
}

/// JSON has no other numbers than finite ones; for the evaluator both keep everyone out.
Value number(double value) {
  return std::isfinite(value) ? Value::real(value) : Value();
}

Value range_document(const DoubleRange& range) {
  return Value::array({number(range.first), number(range.second)});
}

void add(Value::Object& document, const char* name, Value value) {
  document.emplace_back(name, std::move(value));
}
void add_text(Value::Object& document, const char* name, const std::string& text) {
  if (!text.empty()) add(document, name, Value::string(text));
}
void add_condition(Value::Object& document, const Value& condition) {
  if (!condition.is_null()) add(document, "condition", condition);
}

void add_parents(Value::Object& document, const std::vector<ParentCondition>& parents) {
  if (parents.empty()) return;
  add(document, "parentConditions", list_of(parents, [](const ParentCondition& parent) {
        Value::Object item;
        add(item, "id", Value::string(parent.id));
        add_condition(item, parent.condition);
        if (parent.gate) add(item, "gate", Value::boolean(true));
        return Value::object(std::move(item));
      }));
}

void add_filters(Value::Object& document, const std::vector<HashFilter>& filters) {
  if (filters.empty()) return;
  add(document, "filters", list_of(filters, [](const HashFilter& filter) {
        return Value::object({{"attribute", Value::string(filter.attribute)},
                              {"seed", Value::string(filter.seed)},
                              {"hashVersion", Value::integer(filter.hash_version)},
                              {"ranges", list_of(filter.ranges, range_document)}});
      }));
}

void add_meta(Value::Object& document, const std::vector<VariationMeta>& meta) {
  if (meta.empty()) return;
  add(document, "meta", list_of(meta, [](const VariationMeta& entry) {
        Value::Object item;
        if (entry.key) add(item, "key", Value::string(*entry.key));
        if (entry.name) add(item, "name", Value::string(*entry.name));
        if (entry.passthrough) add(item, "passthrough", Value::boolean(true));
        return Value::object(std::move(item));
      }));
}

/// How and by what units are hashed: rules and experiments name it alike.
template <class Hashed>
void add_hashing(Value::Object& document, const Hashed& hashed) {
  add(document, "hashAttribute", Value::string(hashed.hash_attribute));
  add_text(document, "fallbackAttribute", hashed.fallback_attribute);
  if (hashed.disable_sticky_bucketing) {
    add(document, "disableStickyBucketing", Value::boolean(true));
  }
  add(document, "hashVersion", Value::integer(hashed.hash_version));
  add_text(document, "seed", hashed.seed);
  if (hashed.coverage) add(document, "coverage", number(*hashed.coverage));
}

void add_split(Value::Object& document, const FeatureExperiment& experiment,
               const char* variations) {
  add_text(document, "key", experiment.key);
  add(document, variations, Value::array(experiment.variations));
  add_hashing(document, experiment);
  if (experiment.weights) add(document, "weights", list_of(*experiment.weights, number));
  if (!experiment.ranges.empty()) {
    add(document, "ranges", list_of(experiment.ranges, range_document));
  }
  add_meta(document, experiment.meta);
  add_text(document, "name", experiment.name);
  add_text(document, "phase", experiment.phase);
  if (experiment.bucket_version != 0) {
    add(document, "bucketVersion", Value::integer(experiment.bucket_version));
  }
  if (experiment.min_bucket_version != 0) {
    add(document, "minBucketVersion", Value::integer(experiment.min_bucket_version));
  }
}

const char* name_of(UrlPattern::Kind kind) {
  if (kind == UrlPattern::Kind::kSimple) return "simple";
  return kind == UrlPattern::Kind::kRegex ? "regex" : "unknown";
}

Value url_pattern_document(const UrlPattern& pattern) {
  return Value::object({{"type", Value::string(name_of(pattern.kind))},
                        {"include", Value::boolean(pattern.include)},
                        {"pattern", Value::string(pattern.pattern)}});
}

Value rule_document(const FeatureRule& rule) {
  Value::Object document;
  add_text(document, "id", rule.id);
  const FeatureExperiment* experiment =
      rule.experiment && !rule.force ? &*rule.experiment : nullptr;
  const bool experiment_targets = experiment != nullptr && !experiment->condition.is_null();
  const bool experiment_filters = experiment != nullptr && !experiment->filters.empty();
  add_condition(document, experiment_targets ? experiment->condition : rule.condition);
  add_parents(document, rule.parent_conditions);
  add_filters(document, experiment_filters ? experiment->filters : rule.filters);
  if (rule.force) {
    add(document, "force", *rule.force);
    add_hashing(document, rule);
    if (rule.range) add(document, "range", range_document(*rule.range));
    if (!rule.tracks.is_null()) add(document, "tracks", rule.tracks);
  }
  if (experiment != nullptr) {
    // Old SDKs skip a rule without `variations`: they would ignore the weights by context.
    add_split(document, *experiment,
              rule.contextual_bandit ? "contextualVariations" : "variations");
    if (rule.contextual_bandit) {
      add(document, "contextualBanditRef", Value::string(*rule.contextual_bandit));
    }
  }
  return Value::object(std::move(document));
}

Value bandit_document(const ContextualBandit& bandit) {
  Value::Object document;
  if (!bandit.version.is_null()) add(document, "banditVersion", bandit.version);
  add(document, "contexts", list_of(bandit.contexts, [](const ContextualBandit::Context& context) {
        Value::Object item;
        if (context.leaf_id) add(item, "leafId", Value::integer(*context.leaf_id));
        add_condition(item, context.condition);
        add(item, "weights", list_of(context.weights, number));
        return Value::object(std::move(item));
      }));
  return Value::object(std::move(document));
}

template <class Entry, class Write>
Value object_of(const std::map<std::string, Entry>& entries, Write write) {
  Value::Object document;
  document.reserve(entries.size());
  for (const auto& [key, entry] : entries) document.emplace_back(key, write(entry));
  return Value::object(std::move(document));
}

}  // namespace

Value feature_document(const Feature& feature) {
  Value::Object document;
  add(document, "defaultValue", feature.default_value);
  if (!feature.rules.empty()) add(document, "rules", list_of(feature.rules, rule_document));
  return Value::object(std::move(document));
}

Value experiment_document(const FeatureExperiment& experiment) {
  Value::Object document;
  add_split(document, experiment, "variations");
  add_condition(document, experiment.condition);
  add_parents(document, experiment.parent_conditions);
  add_filters(document, experiment.filters);
  if (!experiment.url_patterns.empty()) {
    add(document, "urlPatterns", list_of(experiment.url_patterns, url_pattern_document));
  }
  if (experiment.force) add(document, "force", Value::integer(*experiment.force));
  if (!experiment.active) add(document, "active", Value::boolean(false));
  add_text(document, "status", experiment.status);
  return Value::object(std::move(document));
}

Value payload_of(const FeatureSet& set) {
  Value::Object document;
  add(document, "features", object_of(set.features, feature_document));
  if (!set.saved_groups.empty()) {
    add(document, "savedGroups",
        object_of(set.saved_groups, [](const Value& group) { return group; }));
  }
  if (!set.contextual_bandits.empty()) {
    add(document, "contextualBandits", object_of(set.contextual_bandits, bandit_document));
  }
  return Value::object(std::move(document));
}

}  // namespace converge::growthbook
