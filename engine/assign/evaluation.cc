#include "engine/assign/evaluation.h"

#include <algorithm>
#include <utility>

#include "engine/assign/js_value.h"

namespace converge {
namespace {

const Value& null_value() {
  static const Value kNull;
  return kNull;
}

FeatureResult answer(const Value& value, FeatureSource source) {
  FeatureResult result;
  result.value = &value;
  result.source = source;
  return result;
}

FeatureSource source_of_unmet(Outcome outcome) {
  if (outcome == Outcome::kCycle) return FeatureSource::kCyclicPrerequisite;
  if (outcome == Outcome::kPrerequisiteLimit) return FeatureSource::kTooManyPrerequisites;
  return FeatureSource::kPrerequisite;
}

bool leads_through(const Evaluation::Way* way, const CompiledFeature* feature) {
  for (; way != nullptr; way = way->before) {
    if (way->feature == feature) return true;
  }
  return false;
}

/// By what the SDK tells exposures apart.
std::string identity(std::string_view attribute, std::string_view unit, std::string_view experiment,
                     std::string_view variation) {
  return std::string(attribute).append(unit).append(experiment).append(variation);
}

std::string text_member(const Value* object, std::string_view name) {
  const Value* member = object == nullptr ? nullptr : object->find(name);
  return member == nullptr ? std::string() : js::to_text(*member);
}

}  // namespace

FeatureResult Evaluation::feature(std::string_view key, const CompiledFeature* feature,
                                  const Way* before) {
  if (feature != nullptr && leads_through(before, feature)) {
    return answer(null_value(), FeatureSource::kCyclicPrerequisite);
  }
  if (const auto forced = context_.forced_values.find(key);
      forced != context_.forced_values.end()) {
    return answer(forced->second, FeatureSource::kOverride);
  }
  if (feature == nullptr) return answer(null_value(), FeatureSource::kUnknownFeature);

  const Way way{feature, before, before == nullptr ? 1 : before->length + 1};
  if (++evaluations_ > limits_.evaluations_max || way.length > limits_.prerequisite_depth_max) {
    return answer(null_value(), FeatureSource::kTooManyPrerequisites);
  }
  for (std::size_t i = 0; i < feature->rules.size(); ++i) {
    if (const std::optional<FeatureResult> result = rule(way, i)) return *result;
  }
  return answer(*feature->default_value, FeatureSource::kDefaultValue);
}

std::optional<Evaluation::Unmet> Evaluation::first_unmet(const std::vector<CompiledParent>& parents,
                                                         const Way* way) {
  for (std::size_t i = 0; i < parents.size(); ++i) {
    const CompiledParent& parent = parents[i];
    const FeatureResult result = feature(parent.id, parent.feature, way);
    if (result.source == FeatureSource::kCyclicPrerequisite) return Unmet{Outcome::kCycle, i};
    if (result.source == FeatureSource::kTooManyPrerequisites) {
      return Unmet{Outcome::kPrerequisiteLimit, i};
    }
    if (!parent.condition || parent.condition->holds(Value::object({{"value", *result.value}}))) {
      continue;
    }
    return Unmet{parent.gate ? Outcome::kGate : Outcome::kPrerequisite, i};
  }
  return std::nullopt;
}

std::optional<FeatureResult> Evaluation::rule(const Way& way, std::size_t index) {
  const CompiledRule& rule = way.feature->rules[index];
  if (const std::optional<Unmet> unmet = first_unmet(rule.parents, &way)) {
    note(way, {index, unmet->outcome, unmet->part, std::nullopt});
    if (unmet->outcome == Outcome::kPrerequisite) return std::nullopt;
    FeatureResult result = answer(null_value(), source_of_unmet(unmet->outcome));
    result.rule = index;
    return result;
  }
  if (const std::optional<std::size_t> closed = first_closed(rule.filters, context_.attributes)) {
    note(way, {index, Outcome::kFilter, *closed, std::nullopt});
    return std::nullopt;
  }
  if (rule.source->force) return force_rule(way, index);
  if (rule.experiment) return experiment_rule(way, index);
  note(way, {index, Outcome::kNoVariations, 0, std::nullopt});
  return std::nullopt;
}

std::optional<FeatureResult> Evaluation::force_rule(const Way& way, std::size_t index) {
  const CompiledRule& rule = way.feature->rules[index];
  if (!rule.condition.holds(context_.attributes)) {
    note(way, {index, Outcome::kCondition, 0, std::nullopt});
    return std::nullopt;
  }
  const Verdict share = rollout(rule);
  note(way, {index, share.outcome, 0, share.n});
  if (share.outcome != Outcome::kForced) return std::nullopt;
  expose_tracks(rule.source->tracks, {&way, index});
  FeatureResult result = answer(*rule.source->force, FeatureSource::kForce);
  result.rule_id = rule.source->id;
  result.rule = index;
  result.n = share.n;
  return result;
}

Evaluation::Verdict Evaluation::rollout(const CompiledRule& rule) const {
  const FeatureRule& source = *rule.source;
  if (!source.range && !source.coverage) return {Outcome::kForced, -1, 0, std::nullopt};
  if (!source.range && *source.coverage == 0) return {Outcome::kNotInRange, -1, 0, std::nullopt};
  const bool sticky = uses_sticky(source.disable_sticky_bucketing);
  const HashUnit unit =
      find_hash_unit(context_.attributes, source.hash_attribute,
                     sticky ? std::string_view(source.fallback_attribute) : std::string_view());
  if (unit.value == nullptr) return {Outcome::kNoUnit, -1, 0, std::nullopt};
  const std::optional<double> n = rule.rollout.of(HashText(*unit.value).view());
  if (!n) return {Outcome::kHashVersion, -1, 0, std::nullopt};
  // The coverage is inclusive here, unlike that of experiments.
  const bool in = source.range ? *n >= source.range->first && *n < source.range->second
                               : *n <= *source.coverage;
  return {in ? Outcome::kForced : Outcome::kNotInRange, -1, 0, n};
}

std::optional<FeatureResult> Evaluation::experiment_rule(const Way& way, std::size_t index) {
  const CompiledRule& rule = way.feature->rules[index];
  const auto leaf = std::find_if(
      rule.leaves.begin(), rule.leaves.end(),
      [this](const CompiledLeaf& each) { return each.condition.holds(context_.attributes); });
  const Run run_of_it =
      run(*rule.experiment, leaf == rule.leaves.end() ? nullptr : &*leaf, {&way, index});
  const ExperimentResult& outcome = run_of_it.result;
  const bool passes = outcome.in_experiment && outcome.passthrough;
  note(way, {index, passes ? Outcome::kPassthrough : outcome.outcome, outcome.part, run_of_it.n});
  if (!outcome.in_experiment || passes) return std::nullopt;
  FeatureResult result = answer(*outcome.value, FeatureSource::kExperiment);
  result.rule_id = rule.source->id;
  result.rule = index;
  result.n = run_of_it.n;
  result.experiment = rule.experiment->source;
  result.experiment_result = outcome;
  if (leaf != rule.leaves.end()) result.bandit = &leaf->leaf;
  return result;
}

bool Evaluation::uses_sticky(bool disabled_by_rule) const {
  return context_.sticky != nullptr && !disabled_by_rule;
}

void Evaluation::note(const Way& way, const RuleTrace& trace) const {
  if (recording_.trace != nullptr && way.before == nullptr) recording_.trace->push_back(trace);
}

void Evaluation::expose(const Exposure& exposure) {
  if (recording_.exposures == nullptr) return;
  const ExperimentResult& result = exposure.result;
  const bool is_new =
      exposed_
          .insert(identity(result.hash_attribute, js::to_text(*result.hash_value),
                           exposure.experiment->key, std::to_string(result.variation)))
          .second;
  if (is_new) recording_.exposures->push_back(exposure);
}

void Evaluation::expose_tracks(const Value& tracks, const Place& place) {
  const Value::Array* items = tracks.as_array();
  if (recording_.exposures == nullptr || items == nullptr) return;
  for (const Value& track : *items) {
    const Value* result = track.find("result");
    const std::string is =
        identity(text_member(result, "hashAttribute"), text_member(result, "hashValue"),
                 text_member(track.find("experiment"), "key"), text_member(result, "variationId"));
    if (result == nullptr || !exposed_.insert(is).second) continue;
    Exposure exposure;
    exposure.feature = place.way->feature->key;
    exposure.rule = place.rule;
    exposure.track = &track;
    recording_.exposures->push_back(exposure);
  }
}

}  // namespace converge
