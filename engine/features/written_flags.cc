#include "engine/features/written_flags.h"

#include "engine/codec/definition.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

void add_percentage(const std::string& flag, const Value& rule, Value::Object& members) {
  const Value* percentage = rule.find("percentage");
  if (percentage == nullptr) return;
  const int buckets = buckets_in(*percentage).value_or(0);
  members.emplace_back(
      "range",
      Value::array({Value::integer(0), Value::real(static_cast<double>(buckets) / kBuckets)}));
  members.emplace_back("hashVersion", Value::integer(2));
  if (rule.find("seed") == nullptr) members.emplace_back("seed", Value::string(flag));
}

Value feature_document(const std::string& key, const FlagDefinition& flag) {
  Value::Array rules;
  rules.reserve(flag.rules.size());
  for (const Value& rule : flag.rules) rules.push_back(growthbook_rule(key, rule));
  return Value::object(
      {{"defaultValue", flag.default_value}, {"rules", Value::array(std::move(rules))}});
}

}  // namespace

Value growthbook_rule(const std::string& flag, const Value& rule) {
  const Value::Object* written = rule.as_object();
  if (written == nullptr) return rule;
  Value::Object members;
  for (const auto& [name, value] : *written) {
    if (name == "percentage") continue;
    if (name != "growthbook") {
      members.emplace_back(name, value);
    } else if (const Value::Object* rest = value.as_object()) {
      members.insert(members.end(), rest->begin(), rest->end());
    }
  }
  add_percentage(flag, rule, members);
  return Value::object(std::move(members));
}

Value written_payload(const Definitions& definitions) {
  Value::Object features;
  for (const auto& [key, flag] : definitions.flags) {
    features.emplace_back(key.str(), feature_document(key.str(), flag));
  }
  Value::Object payload{{"features", Value::object(std::move(features))}};
  if (!definitions.saved_groups.empty()) {
    Value::Object groups(definitions.saved_groups.begin(), definitions.saved_groups.end());
    payload.emplace_back("savedGroups", Value::object(std::move(groups)));
  }
  if (const Value* bandits = definitions.growthbook.find("contextualBandits")) {
    payload.emplace_back("contextualBandits", *bandits);
  }
  return Value::object(std::move(payload));
}

}  // namespace converge
