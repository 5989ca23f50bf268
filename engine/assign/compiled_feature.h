#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/assign/condition.h"
#include "engine/assign/evaluator.h"
#include "engine/assign/hash.h"
#include "engine/assign/hash_filter.h"
#include "engine/assign/url_target.h"

/// What the evaluator walks over: the values of feature.h beside what was prepared of them once.
/// Pointers lead into the FeatureSet (or FeatureExperiment) that was compiled. Internal to the
/// evaluator; immutable after compilation.
namespace converge {

struct CompiledFeature;

struct CompiledParent {
  std::string_view id;
  const CompiledFeature* feature = nullptr;  ///< null: unknown
  std::optional<Condition> condition;        ///< nullopt: always holds
  bool gate = false;
};

struct CompiledExperiment {
  const FeatureExperiment* source = nullptr;
  std::vector<std::string> variation_keys;  ///< one per variation
  std::vector<DoubleRange> ranges;
  SeededHash hash;
  std::vector<CompiledFilter> filters;  ///< without those that its rule has tested already
  std::optional<CompiledNamespace> name_space;
  Condition condition;
  std::vector<CompiledParent> parents;
  UrlTargets url_targets;
  std::string sticky_assignment;  ///< key of its assignments in sticky documents
};

/// A way for a contextual bandit to split its traffic.
struct CompiledLeaf {
  Condition condition;
  std::vector<DoubleRange> ranges;
  BanditLeaf leaf;
};

struct CompiledRule {
  const FeatureRule* source = nullptr;
  std::vector<CompiledParent> parents;
  std::vector<CompiledFilter> filters;
  Condition condition;  ///< of a force rule; an experiment has its own
  SeededHash rollout;   ///< of a force rule
  std::optional<CompiledExperiment> experiment;
  std::vector<CompiledLeaf> leaves;  ///< the last holds for everyone; empty: no contextual bandit
};

struct CompiledFeature {
  std::string_view key;
  const Value* default_value = nullptr;
  std::vector<CompiledRule> rules;
  std::size_t place = 0;  ///< in the order of keys
};

using CompiledFeatures = std::unordered_map<std::string_view, CompiledFeature>;

/// Prepares every rule. Fills in the keys of experiments that have none. The set must outlive the
/// result.
Result<CompiledFeatures> compile_features(FeatureSet& set, const EvaluatorLimits& limits);

/// An experiment that is no rule's. It must outlive the result.
Result<CompiledExperiment> compile_experiment(const FeatureExperiment& experiment,
                                              const CompiledFeatures& features,
                                              const Condition::SavedGroups& groups);

}  // namespace converge
