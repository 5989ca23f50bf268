#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/codec/definition.h"
#include "engine/codec/look_codec.h"
#include "server/api/answer.h"
#include "server/api/experiment_document.h"
#include "server/api/route.h"

namespace converge {
namespace {

constexpr QueryParameter kResultsQuery[] = {
    {"at", "RFC 3339 time: a fresh look at that moment; default: the newest tick"},
};
constexpr QueryParameter kLooksQuery[] = {
    {"limit", "newest looks to answer, default 100"},
};
constexpr BodyMember kActionBody[] = {
    {"action", MemberKind::kText, Presence::kRequired,
     "start, promote, rollback, kill, extend, conclude, undo, pause-enrolment or freeze"},
    {"variant", MemberKind::kText, Presence::kOptional, "promote: the winner"},
    {"days", MemberKind::kInteger, Presence::kOptional, "extend: days to add to max_days"},
    {"note", MemberKind::kText, Presence::kOptional, "why; stands in the audit log"},
};
constexpr std::int64_t kLooksDefault = 100;
constexpr std::int64_t kExtensionDaysMax = 3'650;

/// The entry, or kNotFound with the nearest key. The catalog keeps the pointer alive.
Result<const ExperimentEntry*> entry_of(const Catalog& catalog, const std::string& key) {
  if (const ExperimentEntry* entry = catalog.find(ExperimentKey(key))) return entry;
  std::vector<std::string> keys;
  for (const ExperimentEntry& entry : catalog.experiments) {
    keys.push_back(entry.definition.key.str());
  }
  const std::string nearest = nearest_name(key, keys);
  return Error{Errc::kNotFound, "there is no experiment \"" + key + "\"" +
                                    (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?")};
}

Status list_experiments(const Call& call, const Reply& reply) {
  const auto catalog = call.service.engine.catalog();
  Value::Array experiments;
  for (const ExperimentEntry& entry : catalog->experiments) {
    experiments.push_back(experiment_summary(entry));
  }
  reply.send(json_answer(
      Value::object({{"experiments", Value::array(std::move(experiments))},
                     {"definitions_version", Value::string(catalog->definitions_version())}})));
  return {};
}

Status get_experiment(const Call& call, const Reply& reply) {
  const auto catalog = call.service.engine.catalog();
  const auto entry = entry_of(*catalog, call.key);
  if (!entry) return entry.error();
  reply.send(json_answer(experiment_detail(**entry)));
  return {};
}

/// A fold of the whole log takes a while, so only a few may run beside each other.
Result<Evidence> results_at(const Call& call, Time at) {
  const int running = call.counters.fresh_folds.fetch_add(1);
  Result<Evidence> evidence =
      Error{Errc::kUnavailable, "other looks at past moments are running; try again"};
  if (running < call.service.limits.fresh_folds_max) {
    evidence = call.service.engine.results_at(ExperimentKey(call.key), at);
  }
  call.counters.fresh_folds.fetch_sub(1);
  return evidence;
}

Status get_results(const Call& call, const Reply& reply) {
  const auto entry = entry_of(*call.service.engine.catalog(), call.key);
  if (!entry) return entry.error();
  Result<Evidence> evidence = Error{};
  if (const std::string* at = call.request.query_value("at")) {
    const Result<Time> time = parse_rfc3339(*at);
    if (!time) return time.error().within("at (write + as %2B)");
    evidence = results_at(call, *time);
  } else {
    evidence = call.service.engine.results(ExperimentKey(call.key));
  }
  if (!evidence) return evidence.error();
  reply.send(json_answer(to_document(*evidence)));
  return {};
}

Result<std::size_t> asked_limit(const Call& call) {
  const std::string* text = call.request.query_value("limit");
  std::int64_t limit = kLooksDefault;
  if (text != nullptr) {
    const char* last = text->data() + text->size();
    const auto [end, error] = std::from_chars(text->data(), last, limit);
    if (error != std::errc() || end != last) limit = 0;
  }
  const auto most = static_cast<std::int64_t>(call.service.limits.looks_max);
  if (limit >= 1 && limit <= most) return static_cast<std::size_t>(limit);
  return Error{Errc::kInvalidArgument,
               "limit: an integer from 1 to " + std::to_string(most) + " is expected"};
}

Result<std::vector<StoredLook>> asked_looks(const Call& call) {
  const auto entry = entry_of(*call.service.engine.catalog(), call.key);
  if (!entry) return entry.error();
  const Result<std::size_t> limit = asked_limit(call);
  if (!limit) return limit.error();
  return call.service.engine.looks(ExperimentKey(call.key), *limit);
}

Status get_timeline(const Call& call, const Reply& reply) {
  const Result<std::vector<StoredLook>> looks = asked_looks(call);
  if (!looks) return looks.error();
  Value::Array documents;
  for (const StoredLook& look : *looks) documents.push_back(look_document(look));
  reply.send(json_answer(Value::object(
      {{"experiment", Value::string(call.key)}, {"looks", Value::array(std::move(documents))}})));
  return {};
}

Status get_decisions(const Call& call, const Reply& reply) {
  const Result<std::vector<StoredLook>> looks = asked_looks(call);
  if (!looks) return looks.error();
  const auto audit = call.service.engine.audit(call.service.limits.audit_max);
  if (!audit) return audit.error();
  Value::Array decisions;
  for (const StoredLook& look : *looks) {
    if (look.decision.kind != DecisionKind::kKeepRunning)
      decisions.push_back(receipt_document(look));
  }
  Value::Array actions;
  for (const AuditEntry& entry : *audit) {
    if (entry.experiment && entry.experiment->str() == call.key)
      actions.push_back(to_document(entry));
  }
  reply.send(json_answer(Value::object({{"experiment", Value::string(call.key)},
                                        {"decisions", Value::array(std::move(decisions))},
                                        {"actions", Value::array(std::move(actions))}})));
  return {};
}

Result<ActionKind> action_named(const std::string& name) {
  std::vector<std::string> valid;
  for (const ActionKind kind : {ActionKind::kStart, ActionKind::kPromote, ActionKind::kRollback,
                                ActionKind::kPauseEnrolment, ActionKind::kResumeEnrolment,
                                ActionKind::kFreeze, ActionKind::kKill, ActionKind::kRestart,
                                ActionKind::kExtend, ActionKind::kConclude, ActionKind::kUndo}) {
    if (name == name_of(kind)) return kind;
    valid.emplace_back(name_of(kind));
  }
  return Error{Errc::kInvalidArgument,
               "action: \"" + name + "\" is none" + nearest_hint(name, valid)};
}

/// What belongs to one action only is refused with the others, never ignored.
Result<Action> read_action(const Call& call) {
  const Result<Value> body = read_object(call.request.body, kActionBody);
  if (!body) return body.error();
  const Result<ActionKind> kind = action_named(*text_member(*body, "action"));
  if (!kind) return kind.error();
  Action action{*kind, ExperimentKey(call.key), std::nullopt, 0, call.caller.name, ""};
  if (const std::string* variant = text_member(*body, "variant"))
    action.variant = VariantKey(*variant);
  if (action.variant.has_value() != (*kind == ActionKind::kPromote)) {
    return Error{Errc::kInvalidArgument,
                 "variant: the winner is expected with promote, and only there"};
  }
  const std::optional<std::int64_t> days = integer_member(*body, "days");
  if (days.has_value() != (*kind == ActionKind::kExtend)) {
    return Error{Errc::kInvalidArgument, "days: expected with extend, and only there"};
  }
  if (days && (*days < 1 || *days > kExtensionDaysMax)) {
    return Error{Errc::kInvalidArgument,
                 "days: 1 to " + std::to_string(kExtensionDaysMax) + " are expected"};
  }
  action.days = static_cast<int>(days.value_or(0));
  if (const std::string* note = text_member(*body, "note")) action.note = *note;
  return action;
}

Status post_action(const Call& call, const Reply& reply) {
  const auto present = entry_of(*call.service.engine.catalog(), call.key);
  if (!present) return present.error();
  const Result<Action> action = read_action(call);
  if (!action) return action.error();
  const Result<Catalog> next = call.service.engine.act(*action);
  if (!next) return next.error();
  const auto entry = entry_of(*next, call.key);
  if (!entry) return entry.error();
  reply.send(json_answer(
      Value::object({{"experiment", experiment_detail(**entry)},
                     {"definitions_version", Value::string(next->definitions_version())}})));
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kGet, "/v1/experiments", Access::kRead, list_experiments,
     "All experiments with their state", "Experiments"},
    {Verb::kGet, "/v1/experiments/{key}", Access::kRead, get_experiment,
     "One experiment: state, phases, promotion, definition", "Experiment"},
    {Verb::kGet,
     "/v1/experiments/{key}/results",
     Access::kRead,
     get_results,
     "Evidence as of the newest tick, or at a past moment",
     "Evidence",
     {},
     kResultsQuery},
    {Verb::kGet,
     "/v1/experiments/{key}/timeline",
     Access::kRead,
     get_timeline,
     "Stored looks with their evidence, oldest first",
     "Timeline",
     {},
     kLooksQuery},
    {Verb::kGet,
     "/v1/experiments/{key}/decisions",
     Access::kRead,
     get_decisions,
     "Receipts: what was decided and done, by whom and why",
     "Decisions",
     {},
     kLooksQuery},
    {Verb::kPost, "/v1/experiments/{key}/actions", Access::kDecide, post_action,
     "What people order: start, promote, rollback, kill, extend, conclude, undo", "ActionReceipt",
     kActionBody},
};

}  // namespace

std::span<const Route> experiment_routes() {
  return kRoutes;
}

}  // namespace converge
