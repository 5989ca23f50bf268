#include "server/ofrep/flag_texts.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/assign/unit_id.h"
#include "server/ofrep/evaluation.h"

namespace converge {
namespace {

// What a text usually needs; longer ones grow.
constexpr std::size_t kFlagBytes = 256;

void append_answer(std::string& json, const Explanation& flag, const OfrepContext& context,
                   const Assigner& assigner) {
  if (const auto error = error_of(flag, context)) {
    append_failure(json, flag.assignment.flag.str(), *error);
  } else {
    append_evaluation(json, flag, assigner);
  }
}

std::size_t flags_of(const Assigner& assigner) {
  return assigner.evaluator().features().features.size();
}

}  // namespace

FlagTexts::FlagTexts(std::shared_ptr<const Assigner> assigner)
    : assigner_(std::move(assigner)), heads_(heads_of(*assigner_)) {
  for (std::size_t flag = 0; flag < flags_of(*assigner_); ++flag) {
    if (assigner_->has_experiment(flag)) ++experiments_;
  }
}

FeatureOutcomes<FlagTexts::Head> FlagTexts::heads_of(const Assigner& assigner) {
  return {assigner.evaluator().features(),
          [&](std::size_t flag, const std::string&, const Feature&, const FeatureValue& value) {
            const Explanation answer = assigner.answer_of(flag, value);
            Head head;
            append_head(head.text, answer, assigner);
            head.is_in_experiment = answer.assignment.in_experiment;
            return std::optional(std::move(head));
          }};
}

Status FlagTexts::append(std::string& json, const OfrepContext& context,
                         StickyBuckets* sticky) const {
  json.append("[");
  // Without a unit each flag has to say what it lacks.
  if (context.question.unit.empty()) {
    if (Status status = append_answers(json, context, sticky); !status) return status;
    json.append("]");
    return {};
  }
  const EvaluationContext asked = assigner_->context_of(context.question, sticky);
  std::vector<FeatureValue> values(flags_of(*assigner_));
  assigner_->evaluator().plain_values(asked, values);
  json.reserve(json.size() + values.size() * kFlagBytes);
  for (std::size_t flag = 0; flag < values.size(); ++flag) {
    if (flag > 0) json.append(",");
    const FeatureValue& value = values[flag];
    const Head* head = heads_.find(flag, value);
    if (head == nullptr || (head->is_in_experiment && value.unit == nullptr)) {
      append_answer(json, assigner_->answer_flag(flag, asked), context, *assigner_);
      continue;
    }
    json.append(head->text);
    append_tail(json, head->is_in_experiment ? unit_id_text(*value.unit) : std::nullopt);
  }
  json.append("]");
  return {};
}

Status FlagTexts::append_answers(std::string& json, const OfrepContext& context,
                                 StickyBuckets* sticky) const {
  const auto answers = assigner_->answer(context.question, sticky);
  if (!answers) return answers.error();
  for (const Explanation& flag : *answers) {
    if (&flag != &answers->front()) json.append(",");
    append_answer(json, flag, context, *assigner_);
  }
  return {};
}

}  // namespace converge
