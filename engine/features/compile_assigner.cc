#include <set>
#include <utility>

#include "engine/assign/hash.h"
#include "engine/features/compiled_assigner.h"

namespace converge {
namespace {

Result<FlagSubject> subject_of(const ExperimentEntry& entry, const Definitions& definitions) {
  FlagSubject subject;
  subject.key = entry.definition.key;
  subject.unit_kind = entry.definition.unit;
  subject.attribute = definitions.attribute_of(entry.definition.unit);
  subject.seed_state =
      fnv1a32(entry.phases.empty() ? entry.definition.seed : entry.phases.back().effective_seed);
  for (const VariantDefinition& variant : entry.definition.variants) {
    subject.variants.push_back(variant.key);
  }
  if (entry.promotion) subject.winner = static_cast<std::size_t>(entry.promotion->winner);
  subject.has_holdout = definitions.holdout.has_value();
  Result<Condition> condition = Condition::compile(
      entry.phases.empty() ? entry.definition.condition : entry.phases.back().condition,
      definitions.saved_groups, Condition::Limits{});
  if (!condition) return condition.error().within("experiment " + entry.definition.key.str());
  subject.condition = *std::move(condition);
  return subject;
}

std::optional<std::size_t> spokesman_of(const std::vector<RuleOwner>& owners) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (owners[i].role == RuleRole::kWritten) continue;
    if (owners[i].role != RuleRole::kHoldback) return i;
    if (!first) first = i;
  }
  return first;
}

void add_prerequisites(const std::vector<ParentCondition>& parents,
                       std::vector<std::string>& features) {
  for (const ParentCondition& parent : parents) features.push_back(parent.id);
}

/// Of the flag and of every feature that its prerequisites lead to.
std::vector<std::string> attributes_read(
    const std::string& flag, const FeatureSet& set,
    const std::map<std::string, std::set<std::string>>& attributes_of_flag) {
  std::set<std::string> attributes;
  std::set<std::string> seen;
  std::vector<std::string> open{flag};
  while (!open.empty()) {
    const std::string key = std::move(open.back());
    open.pop_back();
    const auto feature = set.features.find(key);
    if (feature == set.features.end() || !seen.insert(key).second) continue;
    const auto own = attributes_of_flag.find(key);
    if (own != attributes_of_flag.end()) attributes.insert(own->second.begin(), own->second.end());
    for (const FeatureRule& rule : feature->second.rules) {
      add_prerequisites(rule.parent_conditions, open);
      if (rule.experiment) add_prerequisites(rule.experiment->parent_conditions, open);
    }
  }
  return {attributes.begin(), attributes.end()};
}

CompiledFlag flag_of(const std::string& key, const std::vector<RuleOrigin>& origins,
                     const std::map<ExperimentKey, std::size_t>& subjects) {
  CompiledFlag flag;
  flag.key = FlagKey(key);
  for (const RuleOrigin& origin : origins) {
    const bool is_written = origin.role == RuleRole::kWritten;
    flag.owners.push_back({origin.role, is_written ? 0 : subjects.at(origin.experiment)});
  }
  flag.spokesman = spokesman_of(flag.owners);
  return flag;
}

}  // namespace

Result<std::shared_ptr<const Assigner>> Assigner::compile(const Catalog& catalog) {
  Result<CatalogFeatures> features = catalog_features(catalog);
  if (!features) return features.error();
  auto compiled = std::make_unique<Compiled>();
  compiled->version = catalog.definitions_version();
  compiled->created_at = catalog.created_at;
  compiled->origins = std::move(features->origins);
  const Definitions& definitions = catalog.definitions;
  compiled->default_attribute = definitions.attribute_of(definitions.default_unit_kind());
  for (const auto& [kind, attribute] : definitions.units) {
    compiled->kinds.emplace(attribute, kind);
  }
  std::map<ExperimentKey, std::size_t> index;
  std::set<std::string> others;
  std::map<std::string, std::set<std::string>> sticky;  // attributes, by flag
  for (const ExperimentEntry& entry : catalog.experiments) {
    compiled->experiments.emplace(entry.definition.key, entry.definition.flag);
    index.emplace(entry.definition.key, compiled->subjects.size());
    Result<FlagSubject> subject = subject_of(entry, definitions);
    if (!subject) return subject.error();
    compiled->subjects.push_back(*std::move(subject));
    const std::string& attribute = compiled->subjects.back().attribute;
    if (attribute != compiled->default_attribute) others.insert(attribute);
    if (!entry.definition.sticky) continue;
    std::set<std::string>& read = sticky[entry.definition.flag.str()];
    read.insert(attribute);
    const std::string& fallback = entry.definition.fallback_attribute;
    if (fallback.empty()) continue;
    read.insert(fallback);
    others.insert(fallback);
  }
  compiled->other_attributes.assign(others.begin(), others.end());
  for (const auto& [name, rules] : compiled->origins) {
    CompiledFlag flag = flag_of(name, rules, index);
    flag.sticky_attributes = attributes_read(name, features->set, sticky);
    flag.place = compiled->flags.size();
    compiled->flags.push_back(std::move(flag));
  }
  auto evaluator = Evaluator::compile(std::move(features->set), EvaluatorLimits{});
  if (!evaluator) return evaluator.error();
  compiled->evaluator = *std::move(evaluator);
  return std::shared_ptr<const Assigner>(new Assigner(std::move(compiled)));
}

}  // namespace converge
