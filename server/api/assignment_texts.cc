#include "server/api/assignment_texts.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/assign/unit_id.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

// What a text usually needs; longer ones grow.
constexpr std::size_t kAssignmentBytes = 192;

void append_head(std::string& json, const Assignment& assignment) {
  append_json_text(json.append(R"({"experiment":)"), assignment.experiment.str());
  append_json_text(json.append(R"(,"flag":)"), assignment.flag.str());
  append_json_text(json.append(R"(,"variant":)"), assignment.variant.str());
  append_json(json.append(R"(,"value":)"), assignment.value);
  json.append(R"(,"reason":")").append(name_of(assignment.reason));
  json.append(assignment.in_experiment ? R"(","in_experiment":true,"bucket":)"
                                       : R"(","in_experiment":false,"bucket":)");
}

void append_bucket(std::string& json, int bucket) {
  json.append(bucket < 0 ? "null" : std::to_string(bucket)).append("}");
}

/// Nothing of values that no rule of an experiment gave: why not is the unit's own.
auto head_in(const Assigner& assigner) {
  return [&assigner](std::size_t flag, const std::string&, const Feature&,
                     const FeatureValue& value) -> std::optional<std::string> {
    const Explanation answer = assigner.answer_of(flag, value);
    const bool is_of_experiment =
        !answer.rules.empty() && answer.rules.back().origin.role != RuleRole::kWritten;
    if (!is_of_experiment) return std::nullopt;
    std::string head;
    append_head(head, answer.assignment);
    return head;
  };
}

}  // namespace

void append_assignment(std::string& json, const Assignment& assignment) {
  append_head(json, assignment);
  append_bucket(json, assignment.bucket);
}

AssignmentTexts::AssignmentTexts(std::shared_ptr<const Assigner> assigner)
    : assigner_(std::move(assigner)),
      heads_(assigner_->evaluator().features(), head_in(*assigner_)) {}

Result<std::size_t> AssignmentTexts::append(std::string& json, const std::string& unit,
                                            const Value& attributes, StickyBuckets* sticky) const {
  if (Status status = check_unit_id(unit); !status) return status.error().within("unit");
  const EvaluationContext context = assigner_->context_of({unit, attributes, std::nullopt}, sticky);
  std::vector<FeatureValue> values(assigner_->evaluator().features().features.size());
  assigner_->evaluator().plain_values(context, values);
  json.reserve(json.size() + values.size() * kAssignmentBytes);
  json.append("[");
  std::size_t count = 0;
  for (std::size_t flag = 0; flag < values.size(); ++flag) {
    if (!assigner_->has_experiment(flag)) continue;
    if (count++ > 0) json.append(",");
    const FeatureValue& value = values[flag];
    const std::string* head = value.bucket < 0 ? nullptr : heads_.find(flag, value);
    if (head == nullptr) {
      append_assignment(json, assigner_->assign_flag(flag, value, context));
    } else {
      append_bucket(json.append(*head), value.bucket);
    }
  }
  json.append("]");
  return count;
}

}  // namespace converge
