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
  // Not the flag's name alone: that is the seed of an experiment of the same name.
  if (rule.find("seed") == nullptr) {
    members.emplace_back("seed", Value::string(flag + "/percentage"));
  }
}

void add_all(const Value& rest, Value::Object& members) {
  const Value::Object* more = rest.as_object();
  if (more != nullptr) members.insert(members.end(), more->begin(), more->end());
}

}  // namespace

Value growthbook_rule(const std::string& flag, const Value& rule) {
  const Value::Object* written = rule.as_object();
  if (written == nullptr) return rule;
  Value::Object members;
  for (const auto& [name, value] : *written) {
    if (name == "growthbook") {
      add_all(value, members);
    } else if (name != "percentage") {
      members.emplace_back(name, value);
    }
  }
  add_percentage(flag, rule, members);
  return Value::object(std::move(members));
}

Value growthbook_feature(const FlagDefinition& flag, std::optional<Value::Array> rules) {
  Value::Object members;
  if (flag.default_value) members.emplace_back("defaultValue", *flag.default_value);
  if (rules) members.emplace_back("rules", Value::array(*std::move(rules)));
  add_all(flag.growthbook, members);
  return Value::object(std::move(members));
}

Value written_payload(const Definitions& definitions) {
  Value::Object features;
  for (const auto& [key, flag] : definitions.flags) {
    std::optional<Value::Array> rules;
    if (flag.rules) {
      rules.emplace();
      for (const Value& rule : *flag.rules) rules->push_back(growthbook_rule(key.str(), rule));
    }
    features.emplace_back(key.str(), growthbook_feature(flag, std::move(rules)));
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
