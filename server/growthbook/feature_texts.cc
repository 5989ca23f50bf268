#include "server/growthbook/feature_texts.h"

#include <string_view>
#include <utility>

#include "engine/codec/json.h"
#include "engine/growthbook/feature_writer.h"
#include "engine/growthbook/result_writer.h"
#include "engine/model/allocation.h"
#include "server/growthbook/published_features.h"

namespace converge {
namespace {

/// Of result, exposure, exposures, rule, rules and feature.
constexpr std::string_view kEndOfMeasured = "}}]}]}";

Value exposed_experiment(FeatureExperiment experiment, int variation) {
  for (std::size_t i = 0; i < experiment.variations.size(); ++i) {
    if (static_cast<int>(i) != variation) experiment.variations[i] = Value::object({});
  }
  experiment.condition = Value();
  experiment.parent_conditions.clear();
  return growthbook::experiment_document(experiment);
}

/// Of members by hash: what is the same for all of them.
ExperimentResult measured_result(const FeatureExperiment& experiment, const FeatureValue& value,
                                 std::string_view feature, std::string_view index) {
  const auto variation = static_cast<std::size_t>(value.variation);
  ExperimentResult result;
  result.key = index;
  if (variation < experiment.meta.size()) {
    const VariationMeta& meta = experiment.meta[variation];
    if (meta.key && !meta.key->empty()) result.key = *meta.key;
    if (meta.name) result.name = *meta.name;
  }
  result.variation = value.variation;
  result.value = value.value;
  result.in_experiment = true;
  result.hash_used = true;
  result.hash_attribute = experiment.hash_attribute;
  result.feature = feature;
  return result;
}

/// Without its end, "}".
void append_value(std::string& json, const std::string& key, const Value& value) {
  append_json_text(json, key);
  append_json(json.append(R"(:{"defaultValue":)"), value);
}

/// What stands before the exposures; "]}]" ends it.
std::string& begin_rule(std::string& json, const Value& value) {
  append_json(json.append(R"(,"rules":[{"force":)"), value);
  return json.append(R"(,"tracks":[)");
}

/// What stands before the result; "}" ends it.
std::string& begin_exposure(std::string& json, const std::string& experiment) {
  return json.append(R"({"experiment":)").append(experiment).append(R"(,"result":)");
}

/// A result up to its hashValue, and from there to its bucket, which comes last.
void append_around_unit(const ExperimentResult& result, std::string& before, std::string& rest) {
  const Value document = growthbook::result_document(result);
  std::string* part = &before;
  std::string_view separator = "{";
  for (const auto& [name, value] : *document.as_object()) {
    append_json_text(part->append(std::exchange(separator, ",")), name);
    part->append(":");
    if (name == "hashValue") {
      part = &rest;
    } else {
      append_json(*part, value);
    }
  }
  rest.append(R"(,"bucket":)");
}

/// bucket / 10000, exactly.
void append_share(std::string& json, int bucket) {
  static_assert(kBuckets == 10'000);
  if (bucket == 0) return static_cast<void>(json.append("0"));
  char text[] = "0.0000";
  for (char* digit = text + 5; digit > text + 1; --digit, bucket /= 10) {
    *digit = static_cast<char>('0' + bucket % 10);
  }
  const std::string_view share(text, 6);
  json.append(share.substr(0, share.find_last_not_of('0') + 1));
}

}  // namespace

FeatureTexts::FeatureTexts(std::shared_ptr<const Assigner> assigner)
    : assigner_(std::move(assigner)),
      date_(date_updated(assigner_->created_at())),
      experiments_(experiments_of(assigner_->evaluator().features())),
      members_(assigner_->evaluator().features(),
               [this](std::size_t, const std::string& key, const Feature& feature,
                      const FeatureValue& value) {
                 return member_of(key, feature, value, experiments_);
               }) {
  for (const auto& [key, feature] : assigner_->evaluator().features().features) {
    keys_.push_back(&key);
  }
}

FeatureTexts::ExperimentTexts FeatureTexts::experiments_of(const FeatureSet& set) {
  ExperimentTexts texts;
  for (const auto& [key, feature] : set.features) {
    for (const FeatureRule& rule : feature.rules) {
      if (!rule.experiment) continue;
      const int count = static_cast<int>(rule.experiment->variations.size());
      for (int variation = 0; variation < count; ++variation) {
        texts.emplace(std::pair(&*rule.experiment, variation),
                      to_json(exposed_experiment(*rule.experiment, variation)));
      }
    }
  }
  return texts;
}

std::optional<FeatureTexts::Member> FeatureTexts::member_of(const std::string& key,
                                                            const Feature& feature,
                                                            const FeatureValue& value,
                                                            const ExperimentTexts& experiments) {
  const FeatureRule* rule =
      value.rule < 0 ? nullptr : &feature.rules[static_cast<std::size_t>(value.rule)];
  // Of tracks only some are due.
  if (rule != nullptr && !rule->tracks.is_null()) return std::nullopt;
  Member member;
  append_value(member.text, key, *value.value);
  if (value.source != FeatureSource::kExperiment) {
    member.text.append("}");
    return member;
  }
  const FeatureExperiment& experiment = *rule->experiment;
  begin_exposure(begin_rule(member.text, *value.value),
                 experiments.at({&experiment, value.variation}));
  const std::string index = std::to_string(value.variation);
  append_around_unit(measured_result(experiment, value, key, index), member.text, member.rest);
  return member;
}

void FeatureTexts::append(std::string& json, const EvaluationContext& context) const {
  std::vector<FeatureValue> values(keys_.size());
  assigner_->evaluator().plain_values(context, values);
  json.append("{");
  for (std::size_t place = 0; place < values.size(); ++place) {
    if (place > 0) json.append(",");
    const FeatureValue& value = values[place];
    const Member* member = members_.find(place, value);
    if (member == nullptr) {
      append_evaluated(json, *keys_[place], context);
      continue;
    }
    json.append(member->text);
    if (member->rest.empty()) continue;
    append_json(json, *value.unit);
    append_share(json.append(member->rest), value.bucket);
    json.append(kEndOfMeasured);
  }
  json.append("}");
}

void FeatureTexts::append_evaluated(std::string& json, const std::string& key,
                                    const EvaluationContext& context) const {
  std::vector<Exposure> exposures;
  const FeatureResult result =
      assigner_->evaluator().evaluate(key, context, {.exposures = &exposures});
  append_value(json, key, *result.value);
  if (!exposures.empty()) {
    begin_rule(json, *result.value);
    for (const Exposure& exposure : exposures) {
      if (&exposure != &exposures.front()) json.append(",");
      append_exposure(json, exposure);
    }
    json.append("]}]");
  }
  json.append("}");
}

void FeatureTexts::append_exposure(std::string& json, const Exposure& exposure) const {
  if (exposure.track != nullptr) return append_json(json, *exposure.track);
  const ExperimentResult& result = exposure.result;
  begin_exposure(json, experiments_.at({exposure.experiment, result.variation}));
  append_json(json, growthbook::result_document(result));
  json.append("}");
}

}  // namespace converge
