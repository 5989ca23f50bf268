#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "engine/codec/json.h"
#include "engine/record/intake.h"
#include "server/growthbook/error_answer.h"
#include "server/growthbook/handlers.h"
#include "server/growthbook/tracked_item.h"

namespace converge::growthbook {
namespace {

/// One body, item by item: bad ones are left out, good ones count.
struct Tracked {
  std::vector<AcceptedEvent> accepted;
  std::vector<RejectedItem> rejected;
  std::int64_t ignored = 0;
};

/// The items of a body: an array, or one item by itself.
Result<Value::Array> items_of(const Request& request, std::size_t items_max) {
  Result<Value> body = parse_json(request.body);
  if (!body) return body.error().within("body");
  if (body->as_object() != nullptr) return Value::Array{*std::move(body)};
  const Value::Array* items = body->as_array();
  if (items == nullptr) {
    return Error{Errc::kInvalidArgument, "body: expected an array of events"};
  }
  if (items->size() > items_max) {
    return Error{Errc::kTooLarge, "body: at most " + std::to_string(items_max) + " events, not " +
                                      std::to_string(items->size())};
  }
  return *items;
}

std::variant<AcceptedEvent, UsageItem, Rejection> read_item(const Value& item,
                                                            const std::string& salt,
                                                            const Catalog& catalog,
                                                            const IntakeRules& rules,
                                                            std::size_t bytes_max) {
  const auto event = event_of_item(item, catalog, rules.now, salt);
  if (const auto* rejection = std::get_if<Rejection>(&event)) return *rejection;
  if (std::holds_alternative<UsageItem>(event)) return UsageItem{};
  auto checked = accept_event(std::get<Value>(event), rules);
  if (auto* rejection = std::get_if<Rejection>(&checked)) return std::move(*rejection);
  auto& accepted = std::get<AcceptedEvent>(checked);
  if (accepted.canonical.size() > bytes_max) {
    return Rejection{RejectReason::kValue,
                     "item: more than " + std::to_string(bytes_max) + " bytes"};
  }
  return std::move(accepted);
}

Tracked read_items(const Value::Array& items, const Catalog& catalog, const IntakeRules& rules,
                   std::size_t bytes_max) {
  const std::string moment = format_rfc3339(rules.now);
  Tracked tracked;
  for (std::size_t index = 0; index < items.size(); ++index) {
    auto read =
        read_item(items[index], moment + '#' + std::to_string(index), catalog, rules, bytes_max);
    if (auto* accepted = std::get_if<AcceptedEvent>(&read)) {
      tracked.accepted.push_back(std::move(*accepted));
    } else if (auto* rejection = std::get_if<Rejection>(&read)) {
      tracked.rejected.push_back({index, std::move(*rejection)});
    } else {
      ++tracked.ignored;
    }
  }
  return tracked;
}

/// The answer but for the receipt's figures, which stand first.
Response track_answer(const RecordReceipt& receipt, const Value& ignored, const Value& rejected) {
  return json_answer(Value::object({
      {"status", Value::integer(200)},
      {"accepted", Value::integer(static_cast<std::int64_t>(receipt.accepted))},
      {"duplicates", Value::integer(static_cast<std::int64_t>(receipt.duplicates))},
      {"ignored", ignored},
      {"rejected", rejected},
  }));
}

Value rejected_document(const std::vector<RejectedItem>& rejected) {
  Value::Array documents;
  documents.reserve(rejected.size());
  for (const RejectedItem& item : rejected) {
    documents.push_back(Value::object({
        {"index", Value::integer(static_cast<std::int64_t>(item.index))},
        {"reason", Value::string(name_of(item.rejection.reason))},
        {"error", Value::string(item.rejection.message)},
    }));
  }
  return Value::array(std::move(documents));
}

}  // namespace

// Whatever content type stands above it: browsers send text/plain, so that nothing is asked first.
Status track(const Call& call, const Reply& reply) {
  const IntakeLimits& limits = call.service.limits.intake;
  const Result<Value::Array> items = items_of(call.request, limits.events_max);
  if (!items) return items.error();
  Engine& engine = call.service.engine;
  const std::shared_ptr<const Catalog> catalog = engine.catalog();
  const IntakeRules rules{.now = engine.now(),
                          .default_unit_kind = catalog->definitions.default_unit_kind(),
                          .types = call.caller.event_types};
  Tracked tracked = read_items(*items, *catalog, rules, limits.event_bytes_max);
  ServiceCounters& counters = call.counters;
  for (const RejectedItem& item : tracked.rejected) {
    counters.events_rejected[static_cast<std::size_t>(item.rejection.reason)].fetch_add(1);
  }
  const Value ignored = Value::integer(tracked.ignored);
  const Value rejected = rejected_document(tracked.rejected);
  if (tracked.accepted.empty()) {
    reply.send(track_answer({}, ignored, rejected));
    return {};
  }
  RecordBatch batch;
  batch.events = std::move(tracked.accepted);
  return engine.recorder().submit(std::move(batch), [reply, ignored, rejected, &counters](
                                                        const Result<RecordReceipt>& receipt) {
    if (!receipt) return reply.send(growthbook_error(receipt.error()));
    counters.events_accepted.fetch_add(receipt->accepted);
    counters.events_duplicate.fetch_add(receipt->duplicates);
    reply.send(track_answer(*receipt, ignored, rejected));
  });
}

}  // namespace converge::growthbook
