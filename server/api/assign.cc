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
Response assign_answer(std::string_view assignments, const Assigner& assigner) {
  std::string json(R"({"assignments":)");
  append_json_text(json.append(assignments).append(R"(,"definitions_version":)"),
                   assigner.definitions_version());
  return text_answer("application/json", json.append("}"));
}

std::string list_of(const std::vector<Assignment>& assignments) {
  std::string json("[");
  for (const Assignment& assignment : assignments) {
    if (&assignment != &assignments.front()) json.append(",");
    append_assignment(json, assignment);
  }
  return json.append("]");
}

/// A question on its way to its answer. Evaluated again when sticky assignments of another request
/// came first.
struct Asking {
  Value body;                              ///< checked
  std::optional<AssignQuestion> question;  ///< a view into the body
  const Service& service;
  ServiceCounters& counters;
  std::shared_ptr<const AssignmentTexts> texts;
  std::string list{};
  std::size_t count = 0;
  std::vector<Assignment> to_expose{};

  /// The texts of all are prepared; what is to be exposed, or chosen, is not text yet.
  Status evaluate(StickyBuckets* sticky) {
    const auto& [unit, attributes, only, is_exposure] = *question;
    if (!is_exposure && only.empty()) {
      list.clear();
      const Result<std::size_t> appended = texts->append(list, unit, attributes, sticky);
      if (!appended) return appended.error();
      count = *appended;
      return {};
    }
    auto assigned = texts->assigner().assign(unit, attributes, only, sticky);
    if (!assigned) return assigned.error();
    list = list_of(*assigned);
    count = assigned->size();
    if (is_exposure) to_expose = *std::move(assigned);
    return {};
  }
};

/// Logs the exposures first where they are asked for.
Status answer(const Asking& asking, const Reply& reply) {
  asking.counters.assignments.fetch_add(asking.count);
  Response response = assign_answer(asking.list, asking.texts->assigner());
  Result<RecordBatch> batch =
      exposures_of(asking.to_expose, asking.question->attributes, asking.service);
  if (!batch) return batch.error();
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
  const auto asking =
      std::make_shared<Asking>(Asking{*std::move(body), std::nullopt, call.service, call.counters,
                                      call.texts.assignments.of(engine.assigner())});
  const Result<AssignQuestion> question = read_question(asking->body);
  if (!question) return question.error();
  const AssignQuestion& asked = asking->question.emplace(*question);
  return engine.sticky().settle(
      asking->texts->assigner().sticky_units(asked.unit, asked.attributes, asked.only),
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
