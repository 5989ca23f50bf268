#include "server/ofrep/evaluation.h"

#include <cmath>
#include <cstdint>

#include "engine/codec/json.h"

namespace converge {
namespace {

/// Doubles up to here are exact integers in every language.
constexpr double kIntegerMax = 9007199254740992.0;

/// Integers without fraction or exponent, as 10 and not 10.0: typed SDKs tell them apart.
void append_typed(std::string& json, const Value& value) {
  if (const Value::Number* number = value.as_number()) {
    const bool is_integer =
        std::trunc(number->value) == number->value && std::fabs(number->value) <= kIntegerMax;
    json.append(is_integer ? std::to_string(static_cast<std::int64_t>(number->value))
                           : number->text);
  } else if (const Value::Array* items = value.as_array()) {
    json.append("[");
    for (const Value& item : *items) {
      if (&item != &items->front()) json.append(",");
      append_typed(json, item);
    }
    json.append("]");
  } else if (const Value::Object* members = value.as_object()) {
    json.append("{");
    for (const Value::Member& member : *members) {
      if (&member != &members->front()) json.append(",");
      append_json_text(json, member.first);
      append_typed(json.append(":"), member.second);
    }
    json.append("}");
  } else {
    append_json(json, value);
  }
}

/// A force rule that a hash let the unit through.
bool is_by_hash(const Explanation& explanation, const FeatureSet& set) {
  const Feature& feature = set.features.at(explanation.assignment.flag.str());
  const FeatureRule& rule = feature.rules[explanation.rules.back().rule];
  return rule.range || rule.coverage || !rule.filters.empty();
}

std::string_view reason_of(const Explanation& explanation, const FeatureSet& set) {
  if (explanation.assignment.value.is_null()) return "DEFAULT";
  switch (explanation.source) {
    case FeatureSource::kExperiment:
      return "SPLIT";
    case FeatureSource::kForce:
      return is_by_hash(explanation, set) ? "SPLIT" : "TARGETING_MATCH";
    case FeatureSource::kDefaultValue:
      return set.features.at(explanation.assignment.flag.str()).rules.empty() ? "STATIC"
                                                                              : "DEFAULT";
    case FeatureSource::kOverride:
    case FeatureSource::kUnknownFeature:
    case FeatureSource::kCyclicPrerequisite:
    case FeatureSource::kPrerequisite:
    case FeatureSource::kTooManyPrerequisites:
      break;
  }
  return "DEFAULT";
}

/// Of values that an experiment's rule gave. The default of a flag is nobody's variant.
bool has_variant(const Explanation& explanation) {
  if (explanation.rules.empty() || explanation.assignment.value.is_null()) return false;
  const bool is_of_rule = explanation.source == FeatureSource::kExperiment ||
                          explanation.source == FeatureSource::kForce;
  return is_of_rule && explanation.rules.back().origin.role != RuleRole::kWritten;
}

void append_text_member(std::string& json, std::string_view name, std::string_view text) {
  append_json_text(json.append(",\"").append(name).append("\":"), text);
}

}  // namespace

std::optional<OfrepError> error_of(const Explanation& explanation, const OfrepContext& context) {
  if (explanation.source == FeatureSource::kCyclicPrerequisite) {
    return OfrepError{"GENERAL", "the flag's prerequisites lead back to it"};
  }
  if (explanation.source == FeatureSource::kTooManyPrerequisites) {
    return OfrepError{"GENERAL", "the flag's prerequisites are too many"};
  }
  if (!explanation.lacks_unit) return std::nullopt;
  if (!context.refused_unit.empty()) return OfrepError{"INVALID_CONTEXT", context.refused_unit};
  return OfrepError{"TARGETING_KEY_MISSING",
                    "the flag splits traffic: send the unit's id as context.targetingKey"};
}

void append_head(std::string& json, const Explanation& explanation, const Assigner& assigner) {
  const Assignment& assignment = explanation.assignment;
  append_json_text(json.append(R"({"key":)"), assignment.flag.str());
  if (!assignment.value.is_null()) append_typed(json.append(R"(,"value":)"), assignment.value);
  append_text_member(json, "reason", reason_of(explanation, assigner.evaluator().features()));
  if (has_variant(explanation)) append_text_member(json, "variant", assignment.variant.str());
  append_json_text(json.append(R"(,"metadata":{"version":)"), assigner.definitions_version());
  if (assignment.in_experiment) {
    append_text_member(json, "experiment", assignment.experiment.str());
    append_text_member(json, "variant", assignment.variant.str());
    append_text_member(json, "unit_kind", assignment.unit.kind.str());
    json.append(R"(,"exposure":true,"unit":)");
  }
}

void append_tail(std::string& json, const std::optional<std::string>& unit) {
  if (unit) append_json_text(json, *unit);
  json.append("}}");
}

void append_evaluation(std::string& json, const Explanation& explanation,
                       const Assigner& assigner) {
  const Assignment& assignment = explanation.assignment;
  append_head(json, explanation, assigner);
  append_tail(json, assignment.in_experiment ? std::optional(assignment.unit.id) : std::nullopt);
}

void append_failure(std::string& json, std::string_view key, const OfrepError& error) {
  append_json_text(json.append(R"({"key":)"), key);
  append_text_member(json, "errorCode", error.code);
  append_text_member(json, "errorDetails", error.details);
  json.append("}");
}

}  // namespace converge
