#include <memory>
#include <optional>
#include <vector>

#include "engine/codec/json.h"
#include "server/api/answer.h"
#include "server/api/exposure.h"
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

// What answers usually need; longer ones grow.
constexpr std::size_t kAnswerBytes = 64;
constexpr std::size_t kAssignmentBytes = 192;

/// A view into the checked body.
struct AssignQuestion {
  const std::string& unit;
  const Value& attributes;
  std::vector<ExperimentKey> only;
  bool is_exposure;
};

Result<AssignQuestion> read_question(const Value& body) {
  static const Value kNoAttributes = Value::object({});
  const Value* attributes = body.find("attributes");
  const bool has_attributes = attributes != nullptr && !attributes->is_null();
  AssignQuestion question{
      *text_member(body, "unit"), has_attributes ? *attributes : kNoAttributes, {}, false};
  const Value* experiments = body.find("experiments");
  if (experiments != nullptr && !experiments->is_null()) {
    if (experiments->as_array()->empty()) {
      return Error{Errc::kInvalidArgument, "experiments: name at least one, or leave it out"};
    }
    for (const Value& key : *experiments->as_array()) question.only.emplace_back(*key.as_string());
  }
  const Value* expose = body.find("expose");
  question.is_exposure =
      expose != nullptr && expose->as_boolean() != nullptr && *expose->as_boolean();
  return question;
}

/// Text instead of a Value, because this is made more often than all other answers together.
void append_assignment(std::string& json, const Assignment& assignment) {
  append_json_text(json.append(R"({"experiment":)"), assignment.experiment.str());
  append_json_text(json.append(R"(,"flag":)"), assignment.flag.str());
  append_json_text(json.append(R"(,"variant":)"), assignment.variant.str());
  append_json(json.append(R"(,"value":)"), assignment.value);
  json.append(R"(,"reason":")").append(name_of(assignment.reason));
  json.append(assignment.in_experiment ? R"(","in_experiment":true)"
                                       : R"(","in_experiment":false)");
  json.append(R"(,"bucket":)");
  json.append(assignment.bucket < 0 ? "null" : std::to_string(assignment.bucket)).append("}");
}

Response assign_answer(const std::vector<Assignment>& assignments, const Assigner& assigner) {
  std::string json;
  json.reserve(kAnswerBytes + assignments.size() * kAssignmentBytes);
  json.append(R"({"assignments":[)");
  for (const Assignment& assignment : assignments) {
    if (&assignment != &assignments.front()) json.append(",");
    append_assignment(json, assignment);
  }
  append_json_text(json.append(R"(],"definitions_version":)"), assigner.definitions_version());
  return text_answer("application/json", json.append("}"));
}

/// A question on its way to its answer. Evaluated again when sticky assignments of another request
/// came first.
struct Asking {
  Value body;                              ///< checked
  std::optional<AssignQuestion> question;  ///< a view into the body
  const Service& service;
  ServiceCounters& counters;
  std::shared_ptr<const Assigner> assigner;
  std::vector<Assignment> assignments;

  Status evaluate(StickyBuckets* sticky) {
    auto assigned = assigner->assign(question->unit, question->attributes, question->only, sticky);
    if (!assigned) return assigned.error();
    assignments = *std::move(assigned);
    return {};
  }
};

/// Logs the exposures first where they are asked for.
Status answer(const Asking& asking, const Reply& reply) {
  asking.counters.assignments.fetch_add(asking.assignments.size());
  Response response = assign_answer(asking.assignments, *asking.assigner);
  Result<RecordBatch> batch = RecordBatch{};
  if (asking.question->is_exposure) {
    batch = exposures_of(asking.assignments, asking.question->attributes, asking.service);
    if (!batch) return batch.error();
  }
  if (batch->events.empty()) {
    reply.send(std::move(response));
    return {};
  }
  return asking.service.engine.recorder().submit(
      *std::move(batch), [reply, response](const Result<RecordReceipt>& receipt) {
        reply.send(receipt ? response : problem(receipt.error()));
      });
}

Status assign(const Call& call, const Reply& reply) {
  Result<Value> body = read_object(call.request.body, kAssignBody);
  if (!body) return body.error();
  Engine& engine = call.service.engine;
  const auto asking = std::make_shared<Asking>(
      Asking{*std::move(body), std::nullopt, call.service, call.counters, engine.assigner(), {}});
  const Result<AssignQuestion> question = read_question(asking->body);
  if (!question) return question.error();
  const AssignQuestion& asked = asking->question.emplace(*question);
  return engine.sticky().settle(
      asking->assigner->sticky_units(asked.unit, asked.attributes, asked.only),
      [asking](StickyBuckets* sticky) { return asking->evaluate(sticky); },
      [asking, reply](const Status& settled) {
        const Status answered = settled ? answer(*asking, reply) : settled;
        if (!answered) reply.send(problem(answered.error()));
      });
}

constexpr Route kRoutes[] = {
    {Verb::kPost, "/v1/assign", Access::kClient, at_once(assign),
     "The variant of every flag for one unit", "Assignments", kAssignBody},
};

}  // namespace

std::span<const Route> assign_routes() {
  return kRoutes;
}

}  // namespace converge
