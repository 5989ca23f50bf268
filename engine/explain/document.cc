#include <cmath>

#include "engine/explain/explain.h"
#include "engine/sticky/sticky_document.h"

namespace converge {
namespace {

Value text(const std::string& value) {
  return Value::string(value);
}

Value optional_text(const std::string& value) {
  return value.empty() ? Value() : text(value);
}

const char* origin_of_attributes(const UnitExplanation& explanation) {
  if (explanation.has_own_attributes) return "question";
  return explanation.exposure ? "last_exposure" : "none";
}

Value exposure_document(const std::optional<ExposureSeen>& exposure) {
  if (!exposure) return {};
  return Value::object({{"ts", text(format_rfc3339(exposure->ts))},
                        {"experiment", text(exposure->experiment.str())}});
}

Value sticky_documents(const std::optional<std::vector<StickyDocument>>& sticky) {
  if (!sticky) return {};
  Value::Array documents;
  documents.reserve(sticky->size());
  for (const StickyDocument& document : *sticky) documents.push_back(to_document(document));
  return Value::array(std::move(documents));
}

Value rule_document(const ExplainedRule& explained) {
  const RuleExplanation& rule = explained.rule;
  return Value::object(
      {{"rule", Value::integer(static_cast<std::int64_t>(rule.rule))},
       {"id", optional_text(rule.id)},
       {"role", text(name_of(rule.origin.role))},
       {"experiment", optional_text(rule.origin.experiment.str())},
       {"outcome", text(name_of(rule.outcome))},
       {"bucket", rule.n ? Value::integer(std::lround(*rule.n * kBuckets)) : Value()},
       {"words", text(explained.words)}});
}

Value flag_document(const ExplainedFlag& flag) {
  const Assignment& assignment = flag.assignment;
  Value::Array rules;
  rules.reserve(flag.rules.size());
  for (const ExplainedRule& rule : flag.rules) rules.push_back(rule_document(rule));
  return Value::object(
      {{"flag", text(assignment.flag.str())},
       {"value", assignment.value},
       {"source", text(name_of(flag.source))},
       {"experiment", optional_text(assignment.experiment.str())},
       {"variant", optional_text(assignment.variant.str())},
       {"reason", text(name_of(assignment.reason))},
       {"in_experiment", Value::boolean(assignment.in_experiment)},
       {"bucket", assignment.bucket < 0 ? Value() : Value::integer(assignment.bucket)},
       {"rules", Value::array(std::move(rules))}});
}

}  // namespace

Value to_document(const UnitExplanation& explanation) {
  Value::Array flags;
  flags.reserve(explanation.flags.size());
  for (const ExplainedFlag& flag : explanation.flags) flags.push_back(flag_document(flag));
  return Value::object(
      {{"unit", text(explanation.unit.id)},
       {"unit_kind", text(explanation.unit.kind.str())},
       {"at", text(format_rfc3339(explanation.at))},
       {"version", Value::integer(raw(explanation.version))},
       {"definitions_version", text(explanation.definitions_version)},
       {"in_force_since",
        explanation.in_force_since ? text(format_rfc3339(*explanation.in_force_since)) : Value()},
       {"attributes", explanation.attributes},
       {"attributes_from", text(origin_of_attributes(explanation))},
       {"exposure", exposure_document(explanation.exposure)},
       {"sticky", sticky_documents(explanation.sticky)},
       {"flags", Value::array(std::move(flags))}});
}

}  // namespace converge
