#include "config/assign_lint.h"

#include "engine/assign/condition.h"
#include "engine/assign/hash.h"

namespace converge {
namespace {

const Value::Array& experiments_of(const Value& document) {
  static const Value::Array kNone;
  const Value* list = document.find("experiments");
  const Value::Array* items = list == nullptr ? nullptr : list->as_array();
  return items == nullptr ? kNone : *items;
}

std::string joined_path(const std::string& outer, const std::string& inner) {
  if (inner.empty()) return outer;
  return inner.front() == '[' ? outer + inner : outer + "." + inner;
}

/// The index in the document of the experiment with this key.
std::size_t index_of(const Value::Array& experiments, const ExperimentKey& key) {
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const Value* found = experiments[i].find("key");
    const std::string* text = found == nullptr ? nullptr : found->as_string();
    if (text != nullptr && *text == key.str()) return i;
  }
  return 0;
}

/// The condition of an experiment or a rule, its regular expressions included.
void lint_condition(const Value& owner, const std::string& owner_path,
                    const Condition::SavedGroups& groups,
                    std::vector<DefinitionProblem>& problems) {
  const Value* condition = owner.find("condition");
  if (condition == nullptr || condition->as_object() == nullptr) return;
  const std::string path = member_path(owner_path, "condition");
  const Result<Condition> compiled = Condition::compile(*condition, groups, Condition::Limits{});
  if (!compiled) {
    problems.push_back({.path = path, .message = compiled.error().message});
    return;
  }
  for (const ConditionWarning& warning : compiled->warnings()) {
    problems.push_back(
        {.path = joined_path(path, warning.path), .message = warning.message, .is_warning = true});
  }
}

bool is_live(const ExperimentDefinition& experiment) {
  return experiment.status == DeclaredStatus::kRunning &&
         experiment.assignment == AssignmentSource::kNative;
}

}  // namespace

std::vector<DefinitionProblem> lint_conditions(const Value& document,
                                               const Definitions& definitions) {
  std::vector<DefinitionProblem> problems;
  const Condition::SavedGroups& groups = definitions.saved_groups;
  const Value::Array& experiments = experiments_of(document);
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    lint_condition(experiments[i], item_path("experiments", i), groups, problems);
  }
  const Value* flags = document.find("flags");
  if (flags == nullptr || flags->as_object() == nullptr) return problems;
  for (const auto& [name, flag] : *flags->as_object()) {
    const Value* rules = flag.find("rules");
    if (rules == nullptr || rules->as_array() == nullptr) continue;
    const std::string path = member_path(member_path("flags", name), "rules");
    for (std::size_t i = 0; i < rules->as_array()->size(); ++i) {
      lint_condition((*rules->as_array())[i], item_path(path, i), groups, problems);
    }
  }
  return problems;
}

std::vector<DefinitionProblem> lint_seeds(const Value& document, const Definitions& definitions) {
  std::vector<DefinitionProblem> problems;
  const Value::Array& documents = experiments_of(document);
  const auto& all = definitions.experiments;
  const auto report = [&](const ExperimentDefinition& experiment, const std::string& other) {
    const std::size_t index = index_of(documents, experiment.key);
    const bool is_stated = documents[index].find("seed") != nullptr;
    problems.push_back(
        {.path = member_path(item_path("experiments", index), is_stated ? "seed" : "key"),
         .message = "the seed \"" + experiment.seed + "\" hashes like that of " + other +
                    ", so both would split their units alike; choose another"});
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_live(all[i])) continue;
    const std::uint32_t state = fnv1a32(all[i].seed);
    for (std::size_t j = 0; j < i; ++j) {
      const bool is_other = is_live(all[j]) && all[i].key != all[j].key;
      if (is_other && state == fnv1a32(all[j].seed)) report(all[i], "\"" + all[j].key.str() + "\"");
    }
    for (const auto& [key, layer] : definitions.layers) {
      if (state == fnv1a32(layer.seed)) report(all[i], "the layer \"" + key.str() + "\"");
    }
    if (definitions.holdout && state == fnv1a32(definitions.holdout->seed)) {
      report(all[i], "the holdout");
    }
  }
  return problems;
}

}  // namespace converge
