#include <algorithm>

#include "engine/codec/definition_read.h"

namespace converge {
namespace {

using Names = std::vector<std::string>;

bool has(const Cursor& rule, const char* name) {
  return rule.member(name).has_value();
}

/// Ours stand for what a rule answers; GrowthBook's members of another kind of rule beside them
/// would have no effect.
void check_alone(const Cursor& rule, const char* name, const Names& allowed) {
  for (const auto& [member, value] : *rule.value().as_object()) {
    if (member == name || std::find(allowed.begin(), allowed.end(), member) != allowed.end()) {
      continue;
    }
    rule.member(member)->error_at_name("\"" + member + "\" has no effect beside \"" + name +
                                       "\"; remove it");
  }
}

void check_condition(const Cursor& rule) {
  const auto condition = rule.member("condition");
  if (condition && condition->value().as_object() == nullptr) {
    condition->expected("a condition object, for example {country: {$in: [DE, FR]}}");
  }
}

void check_numbers(const Cursor& rule, const char* name, std::size_t count) {
  const auto list = rule.member(name);
  if (!list) return;
  const std::vector<Cursor> items = list->items(definition_limits::kVariantsMax);
  if (list->value().as_array() != nullptr && items.size() != count) {
    list->error("has " + std::to_string(items.size()) + " items, expected one per variation (" +
                std::to_string(count) + ")");
  }
  for (const Cursor& item : items) {
    if (item.value().as_number() == nullptr) item.expected("a number");
  }
}

void check_range(const Cursor& range) {
  const Value::Array* bounds = range.value().as_array();
  const bool is_pair = bounds != nullptr && bounds->size() == 2 && (*bounds)[0].as_number() &&
                       (*bounds)[1].as_number();
  if (!is_pair) range.expected("two numbers from 0 to 1: [from, until)");
}

void check_share(const Cursor& rule, const char* name) {
  const auto share = rule.member(name);
  if (!share) return;
  const auto value = share->number();
  if (value && (*value < 0 || *value > 1)) share->expected("a share from 0 to 1");
}

void check_variations(const Cursor& rule, const char* name) {
  const auto list = rule.member(name);
  if (!list) return;
  const std::size_t count = list->items(definition_limits::kVariantsMax).size();
  if (list->value().as_array() == nullptr) return;
  if (count < 2) list->error("an experiment needs at least two variations");
  check_numbers(rule, "weights", count);
  if (const auto ranges = rule.member("ranges")) {
    for (const Cursor& range : ranges->items(definition_limits::kVariantsMax)) check_range(range);
  }
}

void check_hash_version(const Cursor& rule) {
  const auto version = rule.member("hashVersion");
  if (!version) return;
  const auto number = version->number();
  if (number && *number != 1 && *number != 2) version->expected("1 or 2");
}

/// What every rule may carry.
void check_common(const Cursor& rule) {
  check_condition(rule);
  check_hash_version(rule);
  check_share(rule, "coverage");
  if (const auto range = rule.member("range")) check_range(*range);
  if (const auto percentage = rule.member("percentage")) {
    static_cast<void>(percentage->buckets(0));
  }
  for (const char* name : {"parentConditions", "filters", "meta", "tracks"}) {
    if (const auto list = rule.member(name)) {
      static_cast<void>(list->items(definition_limits::kFlagRulesMax));
    }
  }
  for (const char* name : {"id", "key", "hashAttribute", "fallbackAttribute", "seed", "name"}) {
    if (const auto text = rule.member(name)) {
      static_cast<void>(text->text(definition_limits::kProseBytesMax));
    }
  }
}

void check_rule(const Cursor& rule) {
  if (!rule.is_object_with(members_of("flags.*.rules[]"))) return;
  if (const auto rest = rule.member("growthbook")) {
    if (rest->value().as_object() == nullptr) rest->expected("an object");
  }
  if (has(rule, "experiment")) {
    check_alone(rule, "experiment", {});
    static_cast<void>(rule.member("experiment")->key());
    return;
  }
  if (has(rule, "percentage")) {
    check_alone(rule, "percentage",
                {"id", "condition", "parentConditions", "filters", "force", "hashAttribute", "seed",
                 "tracks", "growthbook"});
    static_cast<void>(rule.required("force"));
  }
  check_common(rule);
  check_variations(rule, "variations");
  check_variations(rule, "contextualVariations");
  const bool answers =
      has(rule, "force") || has(rule, "variations") || has(rule, "contextualVariations");
  if (!answers) rule.warning("answers nothing: expected force, variations or experiment");
}

Names experiment_keys(const Definitions& definitions) {
  Names keys;
  keys.reserve(definitions.experiments.size());
  for (const ExperimentDefinition& experiment : definitions.experiments) {
    keys.push_back(experiment.key.str());
  }
  return keys;
}

void lint_reference(const Cursor& reference, const std::string& flag,
                    const Definitions& definitions) {
  const std::string* key = reference.value().as_string();
  if (key == nullptr) return;
  const ExperimentDefinition* experiment = definitions.find(ExperimentKey(*key));
  if (experiment == nullptr) {
    const std::string nearest = nearest_name(*key, experiment_keys(definitions));
    return reference.unknown_reference(
        "there is no experiment " + quoted(*key) +
        (nearest.empty() ? "" : "; did you mean " + quoted(nearest) + "?"));
  }
  if (experiment->flag.str() != flag) {
    reference.error("the experiment " + quoted(*key) + " is one of the flag " +
                    quoted(experiment->flag.str()) + ", expected flag: " + flag +
                    " in its definition");
  }
}

}  // namespace

void read_flags(const Cursor& document, Definitions& definitions) {
  const auto flags = document.member("flags");
  if (!flags) return;
  for (const auto& [name, member] : flags->members(definition_limits::kFlagsMax)) {
    if (name.empty()) member.error_at_name("a flag needs a name");
    if (!member.is_object_with(members_of("flags.*"))) continue;
    FlagDefinition flag;
    if (const auto value = member.member("default")) flag.default_value = value->value();
    if (const auto rules = member.member("rules")) {
      flag.rules.emplace();
      for (const Cursor& rule : rules->items(definition_limits::kFlagRulesMax)) {
        check_rule(rule);
        flag.rules->push_back(rule.value());
      }
    }
    if (const auto rest = member.member("growthbook")) {
      if (rest->value().as_object() == nullptr) rest->expected("an object");
      flag.growthbook = rest->value();
    }
    definitions.flags[FlagKey(name)] = std::move(flag);
  }
}

void lint_flags(const Cursor& document, const Definitions& definitions) {
  const auto flags = document.member("flags");
  if (!flags) return;
  std::vector<std::string> placed;
  for (const auto& [name, member] : flags->members(definition_limits::kFlagsMax)) {
    const auto rules = member.member("rules");
    if (!rules) continue;
    for (const Cursor& rule : rules->items(definition_limits::kFlagRulesMax)) {
      const auto reference = rule.member("experiment");
      if (!reference) continue;
      lint_reference(*reference, name, definitions);
      const std::string* key = reference->value().as_string();
      if (key == nullptr) continue;
      if (std::find(placed.begin(), placed.end(), *key) != placed.end()) {
        reference->error("the experiment " + quoted(*key) + " has a place already");
      }
      placed.push_back(*key);
    }
  }
}

}  // namespace converge
