#include "engine/assign/evaluator.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/assign/compiled_feature.h"
#include "engine/assign/evaluation.h"
#include "engine/assign/feature_table.h"
#include "engine/assign/js_value.h"

namespace converge {

const char* name_of(FeatureSource source) {
  switch (source) {
    case FeatureSource::kOverride:
      return "override";
    case FeatureSource::kUnknownFeature:
      return "unknownFeature";
    case FeatureSource::kCyclicPrerequisite:
      return "cyclicPrerequisite";
    case FeatureSource::kPrerequisite:
      return "prerequisite";
    case FeatureSource::kForce:
      return "force";
    case FeatureSource::kExperiment:
      return "experiment";
    case FeatureSource::kDefaultValue:
      return "defaultValue";
    case FeatureSource::kTooManyPrerequisites:
      return "tooManyPrerequisites";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kForced:
      return "forced";
    case Outcome::kHashed:
      return "hashed";
    case Outcome::kSticky:
      return "sticky";
    case Outcome::kQueryOverride:
      return "query_override";
    case Outcome::kForcedVariation:
      return "forced_variation";
    case Outcome::kExperimentForce:
      return "experiment_force";
    case Outcome::kPassthrough:
      return "passthrough";
    case Outcome::kPrerequisite:
      return "prerequisite";
    case Outcome::kGate:
      return "gate";
    case Outcome::kCycle:
      return "cycle";
    case Outcome::kPrerequisiteLimit:
      return "prerequisite_limit";
    case Outcome::kFilter:
      return "filter";
    case Outcome::kCondition:
      return "condition";
    case Outcome::kNoUnit:
      return "no_unit";
    case Outcome::kHashVersion:
      return "hash_version";
    case Outcome::kNotInRange:
      return "not_in_range";
    case Outcome::kNoVariations:
      return "no_variations";
    case Outcome::kTooFewVariations:
      return "too_few_variations";
    case Outcome::kDisabled:
      return "disabled";
    case Outcome::kUrl:
      return "url";
    case Outcome::kNoSuchVariation:
      return "no_such_variation";
    case Outcome::kInactive:
      return "inactive";
    case Outcome::kNamespace:
      return "namespace";
    case Outcome::kStickyBlocked:
      return "sticky_blocked";
    case Outcome::kQaMode:
      return "qa_mode";
    case Outcome::kStopped:
      return "stopped";
  }
  CONVERGE_CHECK(false);
  return "";
}

namespace {

FeatureValue value_in(const FeatureResult& result) {
  FeatureValue value;
  value.value = result.value;
  value.source = result.source;
  const bool is_split = result.source == FeatureSource::kExperiment;
  if (is_split || result.source == FeatureSource::kForce) {
    value.rule = static_cast<int>(*result.rule);
  }
  if (is_split) value.variation = result.experiment_result->variation;
  return value;
}

}  // namespace

bool FeatureResult::on() const {
  return js::truthy(*value);
}

struct Evaluator::Compiled {
  FeatureSet set;
  EvaluatorLimits limits;
  CompiledFeatures features;                     ///< points into `set`
  std::vector<const CompiledFeature*> in_order;  ///< by place
  std::optional<FeatureTable> table;             ///< points into `features`

  /// Null when there is none.
  const CompiledFeature* find(std::string_view key) const {
    const auto found = features.find(key);
    return found == features.end() ? nullptr : &found->second;
  }

  FeatureResult evaluate(std::string_view key, const CompiledFeature* feature,
                         const EvaluationContext& context, const Recording& recording) const {
    return Evaluation(limits, context, recording).feature(key, feature, nullptr);
  }
};

class Evaluator::PreparedExperiment {
 public:
  PreparedExperiment(std::unique_ptr<const FeatureExperiment> source, CompiledExperiment compiled)
      : source_(std::move(source)), compiled_(std::move(compiled)) {}
  const CompiledExperiment& compiled() const { return compiled_; }

 private:
  std::unique_ptr<const FeatureExperiment> source_;  ///< `compiled_` points into it
  CompiledExperiment compiled_;
};

Evaluator::Evaluator(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Evaluator::~Evaluator() = default;

Result<std::shared_ptr<const Evaluator>> Evaluator::compile(FeatureSet features,
                                                            const EvaluatorLimits& limits) {
  auto compiled = std::make_unique<Compiled>();
  compiled->set = std::move(features);
  compiled->limits = limits;
  Result<CompiledFeatures> rules = compile_features(compiled->set, limits);
  if (!rules) return rules.error();
  compiled->features = *std::move(rules);
  compiled->in_order.resize(compiled->features.size());
  for (const auto& [key, feature] : compiled->features) {
    compiled->in_order[feature.place] = &feature;
  }
  compiled->table.emplace(compiled->features);
  return std::shared_ptr<const Evaluator>(new Evaluator(std::move(compiled)));
}

FeatureResult Evaluator::evaluate(std::string_view feature, const EvaluationContext& context,
                                  const Recording& recording) const {
  return compiled_->evaluate(feature, compiled_->find(feature), context, recording);
}

FeatureValue Evaluator::value_of(std::string_view feature, const EvaluationContext& context) const {
  const CompiledFeature* found = compiled_->find(feature);
  if (found != nullptr && !FeatureTable::has_overrides(context)) {
    if (const auto value = compiled_->table->value_of(*found, context)) return *value;
  }
  return value_in(compiled_->evaluate(feature, found, context, {}));
}

void Evaluator::all_values(const EvaluationContext& context, std::span<FeatureValue> values) const {
  plain_values(context, values);
  for (std::size_t place = 0; place < values.size(); ++place) {
    if (values[place].value != nullptr) continue;
    const CompiledFeature& feature = *compiled_->in_order[place];
    values[place] = value_in(compiled_->evaluate(feature.key, &feature, context, {}));
  }
}

void Evaluator::plain_values(const EvaluationContext& context,
                             std::span<FeatureValue> values) const {
  CONVERGE_CHECK(values.size() == compiled_->in_order.size());
  if (FeatureTable::has_overrides(context)) {
    std::fill(values.begin(), values.end(), FeatureValue{});
  } else {
    compiled_->table->all_values(context, values);
  }
}

Result<std::shared_ptr<const Evaluator::PreparedExperiment>> Evaluator::prepare(
    FeatureExperiment experiment) const {
  auto source = std::make_unique<const FeatureExperiment>(std::move(experiment));
  Result<CompiledExperiment> compiled =
      compile_experiment(*source, compiled_->features, compiled_->set.saved_groups);
  if (!compiled) return compiled.error();
  return std::make_shared<const PreparedExperiment>(std::move(source), *std::move(compiled));
}

ExperimentResult Evaluator::run(const PreparedExperiment& experiment,
                                const EvaluationContext& context,
                                const Recording& recording) const {
  return Evaluation(compiled_->limits, context, recording)
      .run(experiment.compiled(), nullptr, {})
      .result;
}

bool Evaluator::is_targeted(std::string_view feature, std::size_t rule,
                            const Value& attributes) const {
  const CompiledFeature* found = compiled_->find(feature);
  if (found == nullptr || rule >= found->rules.size()) return false;
  const CompiledRule& asked = found->rules[rule];
  return asked.condition.holds(attributes) &&
         (!asked.experiment || asked.experiment->condition.holds(attributes));
}

const FeatureSet& Evaluator::features() const {
  return compiled_->set;
}

}  // namespace converge
