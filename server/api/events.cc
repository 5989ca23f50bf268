#include <optional>
#include <vector>

#include "engine/sticky/erased_units.h"
#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

/// nullopt for a content type that is not served.
std::optional<BodyForm> body_form(const Request& request) {
  const std::string_view sent = request.header("content-type");
  const std::string_view type = sent.substr(0, sent.find_first_of("; "));
  if (type == "application/x-ndjson") return BodyForm::kNdjson;
  // sendBeacon can send text/plain without asking the server first.
  if (type.empty() || type == "application/json" || type == "text/plain") return BodyForm::kArray;
  return std::nullopt;
}

Value::Array rejected_documents(const std::vector<RejectedItem>& rejected) {
  Value::Array documents;
  for (const RejectedItem& item : rejected) {
    documents.push_back(Value::object({
        {"index", Value::integer(static_cast<std::int64_t>(item.index))},
        {"reason", Value::string(name_of(item.rejection.reason))},
        {"error", Value::string(item.rejection.message)},
    }));
  }
  return documents;
}

Response events_answer(const RecordReceipt& receipt, Value::Array rejected) {
  return json_answer(Value::object({
      {"accepted", Value::integer(static_cast<std::int64_t>(receipt.accepted))},
      {"duplicates", Value::integer(static_cast<std::int64_t>(receipt.duplicates))},
      {"rejected", Value::array(std::move(rejected))},
  }));
}

void count(ServiceCounters& counters, const RecordReceipt& receipt) {
  counters.events_accepted.fetch_add(receipt.accepted);
  counters.events_duplicate.fetch_add(receipt.duplicates);
}

Status post_events(const Call& call, const Reply& reply) {
  const std::optional<BodyForm> form = body_form(call.request);
  if (!form) {
    reply.send(
        problem(415, "Content-Type: application/json, application/x-ndjson or text/plain", {}));
    return {};
  }
  Engine& engine = call.service.engine;
  IntakeRules rules;
  rules.now = engine.now();
  rules.default_unit_kind = engine.catalog()->definitions.default_unit_kind();
  rules.types = call.caller.event_types;
  Result<Intake> intake = read_events(call.request.body, *form, rules, call.service.limits.intake);
  if (!intake) return intake.error();
  ServiceCounters& counters = call.counters;
  for (const RejectedItem& item : intake->rejected) {
    counters.events_rejected[static_cast<std::size_t>(item.rejection.reason)].fetch_add(1);
  }
  Value::Array rejected = rejected_documents(intake->rejected);
  if (intake->accepted.empty()) {
    reply.send(events_answer({}, std::move(rejected)));
    return {};
  }
  // Before the answer, so that a 200 means that both are gone; repeating the request is harmless.
  for (const StickyUnit& unit : erased_units(intake->accepted, engine.catalog()->definitions)) {
    if (Status erased = engine.sticky().erase(unit); !erased) return erased;
  }
  RecordBatch batch;
  batch.events = std::move(intake->accepted);
  return engine.recorder().submit(
      std::move(batch), [reply, rejected, &counters](const Result<RecordReceipt>& receipt) {
        if (receipt) count(counters, *receipt);
        reply.send(receipt ? events_answer(*receipt, rejected) : problem(receipt.error()));
      });
}

constexpr Route kRoutes[] = {
    {Verb::kPost,
     "/v1/events",
     Access::kClient,
     post_events,
     "Logs exposures, outcomes, links, retractions and erasures: a JSON array or NDJSON",
     "EventsReceipt",
     {"Events", "application/x-ndjson,text/plain"}},
};

}  // namespace

std::span<const Route> event_routes() {
  return kRoutes;
}

}  // namespace converge
