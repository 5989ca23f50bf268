#include <utility>

#include "engine/assign/compiled_feature.h"

namespace converge {
namespace {

constexpr int kFallbackLeaf = -1;

std::string at(const char* list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

/// Compiles what depends on the whole set: prerequisites by name, conditions by saved groups.
class FeatureCompiler {
 public:
  FeatureCompiler(const CompiledFeatures& features, const Condition::SavedGroups& groups)
      : features_(features), groups_(groups) {}

  Result<CompiledRule> rule(const FeatureRule& source, const std::string& feature,
                            const std::map<std::string, ContextualBandit>& bandits) const;
  Result<CompiledExperiment> experiment(const FeatureExperiment& source) const;

 private:
  Result<Condition> condition(const Value& source) const {
    return Condition::compile(source, groups_, Condition::Limits{});
  }
  Result<std::vector<CompiledParent>> parents(const std::vector<ParentCondition>& sources) const;
  Result<std::vector<CompiledLeaf>> leaves(const ContextualBandit& bandit,
                                           const FeatureExperiment& experiment) const;

  const CompiledFeatures& features_;
  const Condition::SavedGroups& groups_;
};

std::vector<DoubleRange> ranges_of(const FeatureExperiment& experiment,
                                   const std::optional<std::vector<double>>& weights) {
  if (!experiment.ranges.empty()) return experiment.ranges;
  return bucket_ranges(static_cast<int>(experiment.variations.size()),
                       experiment.coverage.value_or(1.0), weights);
}

std::vector<std::string> variation_keys(const FeatureExperiment& experiment) {
  std::vector<std::string> keys;
  keys.reserve(experiment.variations.size());
  for (std::size_t i = 0; i < experiment.variations.size(); ++i) {
    const bool named =
        i < experiment.meta.size() && experiment.meta[i].key && !experiment.meta[i].key->empty();
    keys.push_back(named ? *experiment.meta[i].key : std::to_string(i));
  }
  return keys;
}

Result<std::vector<CompiledParent>> FeatureCompiler::parents(
    const std::vector<ParentCondition>& sources) const {
  std::vector<CompiledParent> parents;
  parents.reserve(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const ParentCondition& source = sources[i];
    CompiledParent parent;
    parent.id = source.id;
    parent.gate = source.gate;
    const auto found = features_.find(source.id);
    if (found != features_.end()) parent.feature = &found->second;
    if (!source.condition.is_null()) {
      Result<Condition> compiled = condition(source.condition);
      if (!compiled) return compiled.error().within(at("parentConditions", i));
      parent.condition = *std::move(compiled);
    }
    parents.push_back(std::move(parent));
  }
  return parents;
}

Result<CompiledExperiment> FeatureCompiler::experiment(const FeatureExperiment& source) const {
  Result<Condition> targeting = condition(source.condition);
  if (!targeting) return targeting.error();
  Result<std::vector<CompiledParent>> parents_of_it = parents(source.parent_conditions);
  if (!parents_of_it) return parents_of_it.error();
  Result<UrlTargets> targets = UrlTargets::compile(source.url_patterns);
  if (!targets) return targets.error();
  CompiledExperiment compiled{
      &source,
      variation_keys(source),
      ranges_of(source, source.weights),
      SeededHash(source.seed.empty() ? source.key : source.seed, source.hash_version),
      compile_filters(source.filters),
      std::nullopt,
      *std::move(targeting),
      *std::move(parents_of_it),
      *std::move(targets),
      sticky_assignment_key(source.key, source.bucket_version)};
  if (source.filters.empty() && source.name_space) compiled.name_space.emplace(*source.name_space);
  return compiled;
}

Result<std::vector<CompiledLeaf>> FeatureCompiler::leaves(
    const ContextualBandit& bandit, const FeatureExperiment& experiment) const {
  const Value* version = bandit.version.is_null() ? nullptr : &bandit.version;
  std::vector<CompiledLeaf> leaves;
  leaves.reserve(bandit.contexts.size() + 1);
  for (std::size_t i = 0; i < bandit.contexts.size(); ++i) {
    const ContextualBandit::Context& context = bandit.contexts[i];
    Result<Condition> compiled = condition(context.condition);
    if (!compiled) return compiled.error().within(at("contexts", i));
    leaves.push_back({*std::move(compiled),
                      ranges_of(experiment, context.weights),
                      {context.leaf_id, context.weights, version, false}});
  }
  const int count = static_cast<int>(experiment.variations.size());
  leaves.push_back(
      {Condition(),
       ranges_of(experiment, experiment.weights),
       {kFallbackLeaf, experiment.weights.value_or(equal_weights(count)), version, true}});
  return leaves;
}

Result<CompiledRule> FeatureCompiler::rule(
    const FeatureRule& source, const std::string& feature,
    const std::map<std::string, ContextualBandit>& bandits) const {
  Result<std::vector<CompiledParent>> parents_of_it = parents(source.parent_conditions);
  if (!parents_of_it) return parents_of_it.error();
  Result<Condition> targeting = condition(source.condition);
  if (!targeting) return targeting.error();
  CompiledRule rule{&source,
                    *std::move(parents_of_it),
                    compile_filters(source.filters),
                    *std::move(targeting),
                    SeededHash(source.seed.empty() ? feature : source.seed, source.hash_version),
                    std::nullopt,
                    {}};
  if (source.force || !source.experiment) return rule;

  Result<CompiledExperiment> compiled = experiment(*source.experiment);
  if (!compiled) return compiled.error();
  if (source.experiment->condition.is_null()) compiled->condition = rule.condition;
  // Filters take the place of a name space. The rule's own are not asked a second time.
  if (!source.filters.empty()) compiled->name_space.reset();
  if (source.experiment->filters == source.filters) compiled->filters.clear();
  rule.experiment = *std::move(compiled);

  const auto bandit =
      source.contextual_bandit ? bandits.find(*source.contextual_bandit) : bandits.end();
  if (bandit == bandits.end()) return rule;
  Result<std::vector<CompiledLeaf>> split = leaves(bandit->second, *source.experiment);
  if (!split) return split.error().within("contextualBandits." + bandit->first);
  rule.leaves = *std::move(split);
  return rule;
}

Status compile_rules(CompiledFeature& feature, const std::string& key, Feature& source,
                     const FeatureCompiler& compiler,
                     const std::map<std::string, ContextualBandit>& bandits) {
  feature.rules.reserve(source.rules.size());
  for (std::size_t i = 0; i < source.rules.size(); ++i) {
    FeatureRule& rule = source.rules[i];
    if (rule.experiment && rule.experiment->key.empty()) rule.experiment->key = key;
    Result<CompiledRule> compiled = compiler.rule(rule, key, bandits);
    if (!compiled) return compiled.error().within("features." + key + "." + at("rules", i));
    feature.rules.push_back(*std::move(compiled));
  }
  return {};
}

}  // namespace

Result<CompiledFeatures> compile_features(FeatureSet& set, const EvaluatorLimits& limits) {
  if (set.features.size() > limits.features_max) {
    return Error{Errc::kTooLarge, "features: " + std::to_string(set.features.size()) +
                                      ", at most " + std::to_string(limits.features_max) +
                                      " are accepted"};
  }
  // All exist before the first is compiled: prerequisites point to them.
  CompiledFeatures features;
  features.reserve(set.features.size());
  for (const auto& [key, feature] : set.features) {
    features.emplace(key, CompiledFeature{key, &feature.default_value, {}, features.size()});
  }
  const FeatureCompiler compiler(features, set.saved_groups);
  for (auto& [key, feature] : set.features) {
    if (feature.rules.size() > limits.rules_max) {
      return Error{Errc::kTooLarge,
                   "features." + key + ".rules: " + std::to_string(feature.rules.size()) +
                       ", at most " + std::to_string(limits.rules_max) + " are accepted"};
    }
    const Status status =
        compile_rules(features.find(key)->second, key, feature, compiler, set.contextual_bandits);
    if (!status) return status.error();
  }
  return features;
}

Result<CompiledExperiment> compile_experiment(const FeatureExperiment& experiment,
                                              const CompiledFeatures& features,
                                              const Condition::SavedGroups& groups) {
  return FeatureCompiler(features, groups).experiment(experiment);
}

}  // namespace converge
