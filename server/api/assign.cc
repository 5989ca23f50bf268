#include <optional>
#include <variant>
#include <vector>

#include "base/time.h"
#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

constexpr BodyMember kAssignBody[] = {
    {"unit", MemberKind::kText, Presence::kRequired, "the id of the default unit kind"},
    {"attributes", MemberKind::kObject, Presence::kOptional,
     "what conditions and segments read; ids of other unit kinds"},
    {"experiments", MemberKind::kTexts, Presence::kOptional, "only these; default: all"},
    {"expose", MemberKind::kBoolean, Presence::kOptional,
     "true: log an exposure for every experiment the unit is in; the answer waits for the commit"},
};

struct AssignQuestion {
  std::string unit;
  Value attributes = Value::object({});
  std::vector<ExperimentKey> only;
  bool is_exposure = false;
};

Result<AssignQuestion> read_question(const Request& request) {
  const Result<Value> body = read_object(request.body, kAssignBody);
  if (!body) return body.error();
  AssignQuestion question;
  question.unit = *text_member(*body, "unit");
  const Value* attributes = body->find("attributes");
  if (attributes != nullptr && !attributes->is_null()) question.attributes = *attributes;
  const Value* experiments = body->find("experiments");
  if (experiments != nullptr && !experiments->is_null()) {
    if (experiments->as_array()->empty()) {
      return Error{Errc::kInvalidArgument, "experiments: name at least one, or leave it out"};
    }
    for (const Value& key : *experiments->as_array()) question.only.emplace_back(*key.as_string());
  }
  const Value* expose = body->find("expose");
  question.is_exposure =
      expose != nullptr && expose->as_boolean() != nullptr && *expose->as_boolean();
  return question;
}

Value assignment_document(const Assignment& assignment) {
  return Value::object({
      {"experiment", Value::string(assignment.experiment.str())},
      {"flag", Value::string(assignment.flag.str())},
      {"variant", Value::string(assignment.variant.str())},
      {"value", assignment.value},
      {"reason", Value::string(name_of(assignment.reason))},
      {"in_experiment", Value::boolean(assignment.in_experiment)},
      {"bucket", assignment.bucket < 0 ? Value() : Value::integer(assignment.bucket)},
  });
}

Response assign_answer(const std::vector<Assignment>& assignments, const Assigner& assigner) {
  Value::Array items;
  items.reserve(assignments.size());
  for (const Assignment& assignment : assignments) items.push_back(assignment_document(assignment));
  return json_answer(
      Value::object({{"assignments", Value::array(std::move(items))},
                     {"definitions_version", Value::string(assigner.definitions_version())}}));
}

Value exposure_of(const Assignment& assignment, const Value& attributes, Time now) {
  return Value::object({
      {"type", Value::string("exposure")},
      {"ts", Value::string(format_rfc3339(now))},
      {"units", Value::object({{assignment.unit.kind.str(), Value::string(assignment.unit.id)}})},
      {"experiment", Value::string(assignment.experiment.str())},
      {"variant", Value::string(assignment.variant.str())},
      {"source", Value::string("experiment")},
      {"attributes", attributes},
  });
}

/// Exposures of all experiments the unit is in.
Result<RecordBatch> exposures_of(const std::vector<Assignment>& assignments,
                                 const Value& attributes, const Engine& engine) {
  IntakeRules rules;
  rules.now = engine.now();
  RecordBatch batch;
  for (const Assignment& assignment : assignments) {
    if (!assignment.in_experiment) continue;
    auto checked = accept_event(exposure_of(assignment, attributes, rules.now), rules);
    if (const auto* rejection = std::get_if<Rejection>(&checked)) {
      return Error{Errc::kInvalidArgument, "expose: " + rejection->message};
    }
    batch.events.push_back(std::get<AcceptedEvent>(std::move(checked)));
  }
  return batch;
}

Status assign(const Call& call, const Reply& reply) {
  const Result<AssignQuestion> question = read_question(call.request);
  if (!question) return question.error();
  const auto assigner = call.service.engine.assigner();
  const auto assignments = assigner->assign(question->unit, question->attributes, question->only);
  if (!assignments) return assignments.error();
  call.counters.assignments.fetch_add(assignments->size());
  Response answer = assign_answer(*assignments, *assigner);
  Result<RecordBatch> batch = RecordBatch{};
  if (question->is_exposure) {
    batch = exposures_of(*assignments, question->attributes, call.service.engine);
    if (!batch) return batch.error();
  }
  if (batch->events.empty()) {
    reply.send(std::move(answer));
    return {};
  }
  return call.service.engine.recorder().submit(
      *std::move(batch), [reply, answer](const Result<RecordReceipt>& receipt) {
        reply.send(receipt ? answer : problem(receipt.error()));
      });
}

constexpr Route kRoutes[] = {
    {Verb::kPost, "/v1/assign", Access::kClient, at_once(assign),
     "The variant of every flag for one unit", kAssignBody},
};

}  // namespace

std::span<const Route> assign_routes() {
  return kRoutes;
}

}  // namespace converge
