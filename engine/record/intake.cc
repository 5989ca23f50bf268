#include "engine/record/intake.h"

#include <algorithm>

#include "engine/codec/json.h"

namespace converge {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

Error too_many(std::size_t limit) {
  return {Errc::kTooLarge, "body: more than " + std::to_string(limit) + " events"};
}

Error too_long(std::size_t index, std::size_t limit) {
  return {Errc::kTooLarge, "item " + std::to_string(index) + ": an event has more than " +
                               std::to_string(limit) + " bytes"};
}

void take_item(const Value& sent, std::size_t index, const IntakeRules& rules, Intake& intake) {
  std::variant<AcceptedEvent, Rejection> item = accept_event(sent, rules);
  if (AcceptedEvent* accepted = std::get_if<AcceptedEvent>(&item)) {
    intake.accepted.push_back(std::move(*accepted));
  } else {
    intake.rejected.push_back({index, std::get<Rejection>(std::move(item))});
  }
}

Result<Intake> read_array(std::string_view body, const IntakeRules& rules,
                          const IntakeLimits& limits) {
  JsonLimits json_limits;
  json_limits.bytes_max = std::max(json_limits.bytes_max, body.size());
  const Result<Value> parsed = parse_json(body, json_limits);
  if (!parsed) return parsed.error().within("body");
  const Value::Array* items = parsed->as_array();
  if (items == nullptr) {
    return Error{Errc::kInvalidArgument, "body: expected a JSON array of events, a value of type " +
                                             std::string(name_of(parsed->type())) + " came"};
  }
  if (items->size() > limits.events_max) return too_many(limits.events_max);
  Intake intake;
  intake.accepted.reserve(items->size());
  for (std::size_t index = 0; index < items->size(); ++index) {
    take_item((*items)[index], index, rules, intake);
    const bool accepted = intake.rejected.empty() || intake.rejected.back().index != index;
    if (accepted && intake.accepted.back().canonical.size() > limits.event_bytes_max) {
      return too_long(index, limits.event_bytes_max);
    }
  }
  return intake;
}

Result<Intake> read_lines(std::string_view body, const IntakeRules& rules,
                          const IntakeLimits& limits) {
  Intake intake;
  std::size_t items = 0;
  for (std::size_t index = 0; !body.empty(); ++index) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (is_blank(line)) continue;
    if (++items > limits.events_max) return too_many(limits.events_max);
    if (line.size() > limits.event_bytes_max) return too_long(index, limits.event_bytes_max);
    const Result<Value> parsed = parse_json(line);
    if (parsed) {
      take_item(*parsed, index, rules, intake);
    } else {
      intake.rejected.push_back({index, {RejectReason::kNotJson, parsed.error().message}});
    }
  }
  return intake;
}

}  // namespace

Result<Intake> read_events(std::string_view body, BodyForm form, const IntakeRules& rules,
                           const IntakeLimits& limits) {
  return form == BodyForm::kArray ? read_array(body, rules, limits)
                                  : read_lines(body, rules, limits);
}

}  // namespace converge
