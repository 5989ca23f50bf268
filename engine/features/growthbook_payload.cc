#include "engine/features/growthbook_payload.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/codec/definition.h"
#include "engine/features/catalog_features.h"
#include "engine/features/written_flags.h"
#include "engine/growthbook/feature_writer.h"

namespace converge {
namespace {

using Object = Value::Object;
using Array = Value::Array;

constexpr int kOk = 200;

/// Members of a rule that mean something of our own in definition files.
constexpr std::array<std::string_view, 3> kOurRuleMembers = {"experiment", "percentage",
                                                             "growthbook"};

bool is_known_rule_member(std::string_view name) {
  static const std::vector<std::string> kKnown = [] {
    for (const auto& [pattern, names] : accepted_members()) {
      if (pattern == "flags.*.rules[]") return names;
    }
    return std::vector<std::string>{};
  }();
  const bool is_ours =
      std::find(kOurRuleMembers.begin(), kOurRuleMembers.end(), name) != kOurRuleMembers.end();
  return !is_ours && std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end();
}

/// A rule of an experiment as an SDK reads it.
Value rule_document(const FeatureRule& rule) {
  const Value feature = growthbook::feature_document({Value(), {rule}});
  return feature.find("rules")->as_array()->front();
}

/// Written rules as they were written, those of experiments as they are now.
Array rules_of(const std::string& key, const FlagDefinition* flag, const Feature& feature,
               const std::vector<RuleOrigin>& origins) {
  std::vector<Value> written;
  if (flag != nullptr && flag->rules) {
    std::copy_if(flag->rules->begin(), flag->rules->end(), std::back_inserter(written),
                 [](const Value& rule) {
                   const Value* place = rule.find("experiment");
                   return place == nullptr || place->as_string() == nullptr;
                 });
  }
  Array rules;
  auto next = written.begin();
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const bool is_written = origins[i].role == RuleRole::kWritten;
    rules.push_back(is_written ? growthbook_rule(key, *next++) : rule_document(feature.rules[i]));
  }
  return rules;
}

Object features_of(const Catalog& catalog, const CatalogFeatures& features) {
  Object members;
  for (const auto& [key, feature] : features.set.features) {
    const auto written = catalog.definitions.flags.find(FlagKey(key));
    const bool is_written = written != catalog.definitions.flags.end();
    const FlagDefinition flag =
        is_written ? written->second : FlagDefinition{feature.default_value, Array{}, Value()};
    Array rules = rules_of(key, &flag, feature, features.origins.at(key));
    const bool says_rules = flag.rules || !rules.empty();
    members.emplace_back(
        key, growthbook_feature(
                 flag, says_rules ? std::optional<Array>(std::move(rules)) : std::nullopt));
  }
  return members;
}

Value rule_definition(const Value& rule) {
  const Object* members = rule.as_object();
  if (members == nullptr) return rule;
  Object known;
  Object rest;
  for (const auto& [name, value] : *members) {
    (is_known_rule_member(name) ? known : rest).emplace_back(name, value);
  }
  if (!rest.empty()) known.emplace_back("growthbook", Value::object(std::move(rest)));
  return Value::object(std::move(known));
}

Value flag_definition(const Value& feature) {
  FlagDefinition flag;
  Object rest;
  if (const Object* members = feature.as_object()) {
    for (const auto& [name, value] : *members) {
      if (name == "defaultValue") {
        flag.default_value = value;
      } else if (name == "rules" && value.as_array() != nullptr) {
        flag.rules.emplace();
        for (const Value& rule : *value.as_array()) flag.rules->push_back(rule_definition(rule));
      } else {
        rest.emplace_back(name, value);
      }
    }
  }
  if (!rest.empty()) flag.growthbook = Value::object(std::move(rest));
  return to_document(flag);
}

}  // namespace

Result<Value> growthbook_payload(const Catalog& catalog, const std::string& date_updated) {
  const Result<CatalogFeatures> features = catalog_features(catalog);
  if (!features) return features.error();
  Object payload;
  const Definitions& definitions = catalog.definitions;
  const Object* rest = definitions.growthbook.as_object();
  const auto is_carried = [rest](std::string_view name) {
    return rest != nullptr && std::any_of(rest->begin(), rest->end(), [name](const auto& member) {
             return member.first == name;
           });
  };
  if (!is_carried("status")) payload.emplace_back("status", Value::integer(kOk));
  payload.emplace_back("features", Value::object(features_of(catalog, *features)));
  payload.emplace_back("dateUpdated", Value::string(date_updated));
  if (!definitions.saved_groups.empty()) {
    Object groups(definitions.saved_groups.begin(), definitions.saved_groups.end());
    payload.emplace_back("savedGroups", Value::object(std::move(groups)));
  }
  if (rest != nullptr) {
    for (const auto& [name, value] : *rest) {
      if (name != "dateUpdated") payload.emplace_back(name, value);
    }
  }
  return Value::object(std::move(payload));
}

Result<Value> definitions_of_payload(const Value& payload) {
  const Value* features = payload.find("features");
  if (features == nullptr || features->as_object() == nullptr) {
    return Error{Errc::kInvalidArgument,
                 "expected a GrowthBook features payload: an object with the member \"features\""};
  }
  Object document{{"apiVersion", Value::string(kDefinitionsVersion)}};
  Object flags;
  for (const auto& [key, feature] : *features->as_object()) {
    flags.emplace_back(key, flag_definition(feature));
  }
  Object rest;
  for (const auto& [name, value] : *payload.as_object()) {
    if (name == "features") continue;
    if (name == "savedGroups" && value.as_object() != nullptr) {
      document.emplace_back("saved_groups", value);
    } else {
      rest.emplace_back(name, value);
    }
  }
  document.emplace_back("flags", Value::object(std::move(flags)));
  if (!rest.empty()) document.emplace_back("growthbook", Value::object(std::move(rest)));
  return Value::object(std::move(document));
}

}  // namespace converge
