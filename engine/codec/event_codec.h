#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/model/event.h"
#include "engine/model/value.h"

/// One event: from what was sent to canonical bytes, and back from the log (design sections 7 and
/// 8).
namespace converge {

/// The closed list of reasons for a rejected item, checked in this order.
enum class RejectReason {
  kNotJson,
  kType,
  kId,
  kTs,
  kTsFuture,
  kUnit,
  kExposure,
  kOutcome,
  kValue
};
const char* name_of(
    RejectReason reason);  ///< "not_json", "type", "id", "ts", "ts_future", "unit", "exposure", ...
inline constexpr int kRejectReasons = 9;

/// "outcome"; nullopt for what is no type.
std::optional<EventType> event_type_named(std::string_view name);

struct Rejection {
  RejectReason reason = RejectReason::kNotJson;
  std::string message;  ///< names the member, what was expected and what came
  bool operator==(const Rejection&) const = default;
};

struct IntakeRules {
  Time now{};  ///< of the clock, for ts_future
  Duration ahead_max = std::chrono::minutes(5);
  UnitKind default_unit_kind{"user_id"};  ///< what a bare `unit` means
  std::vector<EventType> types{};         ///< that the sender may send; empty: all
};

/// A valid event with its canonical bytes.
struct AcceptedEvent {
  Event event;
  std::string canonical;
};

/// Validates one JSON value in the order of RejectReason.
std::variant<AcceptedEvent, Rejection> accept_event(const Value& sent, const IntakeRules& rules);

/// Reads canonical bytes that accept_event made. kInternal when they are damaged.
Result<Event> decode_event(std::string_view canonical);

/// The identity of design section 8 as bytes: (type, units sorted by kind; id), or the whole
/// content for an exposure without id. Equal exactly for equal identities.
std::string event_identity(const Event& event, std::string_view canonical);

}  // namespace converge
