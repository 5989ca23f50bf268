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

bool is_live(const ExperimentDefinition& experiment) {
  return experiment.status == DeclaredStatus::kRunning &&
         experiment.assignment == AssignmentSource::kNative;
}

}  // namespace

std::vector<DefinitionProblem> lint_conditions(const Value& document) {
  std::vector<DefinitionProblem> problems;
  const Value::Array& experiments = experiments_of(document);
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const Value* condition = experiments[i].find("condition");
    if (condition == nullptr || condition->as_object() == nullptr) continue;
    const std::string path = member_path(item_path("experiments", i), "condition");
    const Result<Condition> compiled = Condition::compile(*condition, {}, Condition::Limits{});
    if (!compiled) {
      problems.push_back({.path = path, .message = compiled.error().message});
      continue;
    }
    for (const ConditionWarning& warning : compiled->warnings()) {
      problems.push_back({.path = joined_path(path, warning.path),
                          .message = warning.message,
                          .is_warning = true});
    }
  }
  return problems;
}

std::vector<DefinitionProblem> lint_seeds(const Value& document, const Definitions& definitions) {
  std::vector<DefinitionProblem> problems;
  const Value::Array& experiments = experiments_of(document);
  const auto& all = definitions.experiments;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; is_live(all[i]) && j < i; ++j) {
      if (!is_live(all[j]) || all[i].key == all[j].key) continue;
      if (fnv1a32(all[i].seed) != fnv1a32(all[j].seed)) continue;
      const std::size_t index = index_of(experiments, all[i].key);
      const std::string path = item_path("experiments", index);
      const bool is_stated = experiments[index].find("seed") != nullptr;
      problems.push_back({.path = member_path(path, is_stated ? "seed" : "key"),
                          .message = "the seed \"" + all[i].seed + "\" hashes like that of \"" +
                                     all[j].key.str() +
                                     "\", so both would split their units alike; choose another"});
    }
  }
  return problems;
}

}  // namespace converge
