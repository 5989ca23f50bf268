#include "engine/growthbook/feature_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/assign/js_value.h"
#include "engine/growthbook/experiment_reader.h"
#include "engine/growthbook/members.h"

namespace converge::growthbook {
namespace {

FeatureRule rule_of(const Value& document) {
  FeatureRule rule;
  if (document.as_object() == nullptr) return rule;  // never answers
  rule.id = text_member(document, "id");
  rule.condition = condition_of(document);
  rule.parent_conditions = parent_conditions_of(document);
  rule.filters = filters_of(document);
  if (const Value* force = document.find("force")) {
    rule.force = *force;
    if (const Value* range = truthy_member(document, "range")) rule.range = range_of(*range);
    rule.coverage = number_member(document, "coverage");
    rule.hash_attribute = text_member_or(document, "hashAttribute", rule.hash_attribute);
    rule.fallback_attribute = text_member(document, "fallbackAttribute");
    rule.disable_sticky_bucketing = truthy_member(document, "disableStickyBucketing") != nullptr;
    rule.hash_version = hash_version_of(document, rule.hash_version);
    rule.seed = text_member(document, "seed");
    if (const Value* tracks = truthy_member(document, "tracks")) rule.tracks = *tracks;
    return rule;
  }
  const Value* variations = document.find("contextualVariations");
  if (variations == nullptr || variations->is_null()) variations = document.find("variations");
  if (variations == nullptr || variations->as_array() == nullptr) return rule;
  FeatureExperiment experiment = split_of(document);
  experiment.variations = *variations->as_array();
  rule.experiment = std::move(experiment);
  if (const Value* bandit = truthy_member(document, "contextualBanditRef")) {
    rule.contextual_bandit = js::to_text(*bandit);
  }
  return rule;
}

Feature feature_of(const Value& document) {
  Feature feature;
  if (const Value* value = document.find("defaultValue")) feature.default_value = *value;
  if (const Value::Array* rules = list_member(document, "rules")) {
    feature.rules.reserve(rules->size());
    std::transform(rules->begin(), rules->end(), std::back_inserter(feature.rules), rule_of);
  }
  return feature;
}

ContextualBandit bandit_of(const Value& document) {
  ContextualBandit bandit;
  if (const Value* version = document.find("banditVersion")) bandit.version = *version;
  const Value::Array* contexts = list_member(document, "contexts");
  if (contexts == nullptr) return bandit;
  for (const Value& context : *contexts) {
    const Value* leaf = context.find("leafId");
    bandit.contexts.push_back({leaf == nullptr ? std::nullopt : integer_of(*leaf),
                               condition_of(context),
                               weights_of(context).value_or(std::vector<double>())});
  }
  return bandit;
}

const Value::Object& members_of(const Value& payload, std::string_view name) {
  static const Value::Object kNone;
  const Value* member = payload.find(name);
  return member == nullptr || member->as_object() == nullptr ? kNone : *member->as_object();
}

}  // namespace

FeatureSet feature_set_of(const Value& payload) {
  FeatureSet set;
  for (const auto& [key, document] : members_of(payload, "features")) {
    // A falsy entry is an unknown feature to the SDK.
    if (js::truthy(document)) set.features.emplace(key, feature_of(document));
  }
  for (const auto& [id, group] : members_of(payload, "savedGroups")) {
    set.saved_groups.emplace(id, group);
  }
  for (const auto& [id, document] : members_of(payload, "contextualBandits")) {
    if (js::truthy(document)) set.contextual_bandits.emplace(id, bandit_of(document));
  }
  return set;
}

}  // namespace converge::growthbook
