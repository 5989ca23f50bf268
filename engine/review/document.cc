#include "engine/codec/look_codec.h"
#include "engine/review/figures.h"
#include "engine/review/review.h"

namespace converge {
namespace {

Value text(const std::string& value) {
  return Value::string(value);
}
Value time(Time value) {
  return Value::string(format_rfc3339(value));
}
Value optional_time(const std::optional<Time>& value) {
  return value ? time(*value) : Value();
}

Value look_document(const StoredLook& look) {
  return Value::object({{"id", Value::integer(look.id)},
                        {"kind", text(name_of(look.kind))},
                        {"acted", Value::boolean(look.acted)},
                        {"decision", to_document(look.decision)},
                        {"evidence", to_document(look.evidence)}});
}

Value optional_look(const std::optional<StoredLook>& look) {
  return look ? look_document(*look) : Value();
}

/// A decision without the evidence behind it: the look is named by its id.
Value decision_document(const StoredLook& look) {
  return Value::object({{"look", Value::integer(look.id)},
                        {"kind", text(name_of(look.kind))},
                        {"look_time", time(look.evidence.look_time)},
                        {"acted", Value::boolean(look.acted)},
                        {"decision", to_document(look.decision)}});
}

Value undo_document(const ExperimentKey& key) {
  return Value::object({{"method", text("POST")},
                        {"path", text("/v1/experiments/" + key.str() + "/actions")},
                        {"body", Value::object({{"action", text("undo")}})}});
}

Value experiment_document(const ExperimentReview& experiment) {
  const ExperimentDefinition& definition = experiment.entry.definition;
  Value::Array decisions;
  for (const StoredLook& look : experiment.decisions) decisions.push_back(decision_document(look));
  Value::Array actions;
  bool can_be_undone = false;
  for (const AuditEntry& action : experiment.actions) {
    actions.push_back(to_document(action));
    can_be_undone = can_be_undone || action.action != "apply";
  }
  return Value::object({{"experiment", text(definition.key.str())},
                        {"needs_attention", Value::boolean(is_exception(experiment))},
                        {"state", text(name_of(experiment.entry.state))},
                        {"owner", text(definition.owner)},
                        {"hypothesis", text(definition.hypothesis)},
                        {"started_at", optional_time(experiment.entry.started_at)},
                        {"next_look", optional_time(experiment.next_look)},
                        {"newest", optional_look(experiment.newest)},
                        {"previous", optional_look(experiment.previous)},
                        {"promised", optional_look(experiment.promised)},
                        {"holdback", optional_look(experiment.holdback)},
                        {"decisions", Value::array(std::move(decisions))},
                        {"actions", Value::array(std::move(actions))},
                        {"undo", can_be_undone ? undo_document(definition.key) : Value()}});
}

}  // namespace

Value to_document(const Review& review) {
  Value::Array experiments;
  for (const ExperimentReview& experiment : review.experiments) {
    experiments.push_back(experiment_document(experiment));
  }
  return Value::object({{"format", Value::integer(1)},
                        {"week", text(review.week.str())},
                        {"from", time(review.from)},
                        {"until", time(review.until)},
                        {"written_at", time(review.written_at)},
                        {"timezone", text(review.zone.name())},
                        {"environment", text(review.environment)},
                        {"definitions_version", text(review.definitions_version)},
                        {"experiments", Value::array(std::move(experiments))}});
}

}  // namespace converge
