#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/codec/event_codec.h"

namespace converge {

enum class BodyForm { kArray, kNdjson };

struct IntakeLimits {
  std::size_t events_max = 10'000;  ///< items of one body
  std::size_t event_bytes_max = std::size_t{64} * 1024;
};

struct RejectedItem {
  std::size_t index = 0;  ///< position in the array, or line number - 1
  Rejection rejection;
};

/// One body, item by item.
struct Intake {
  std::vector<AcceptedEvent> accepted;
  std::vector<RejectedItem> rejected;
};

/// Splits and validates a body of POST /v1/events. An array is all or nothing if it does not parse
/// (kInvalidArgument with the byte offset); of NDJSON whole lines count: a line that does not parse
/// is rejected as not_json, a truncated last line too. kTooLarge beyond the limits. Empty lines are
/// skipped.
Result<Intake> read_events(std::string_view body, BodyForm form, const IntakeRules& rules,
                           const IntakeLimits& limits);

}  // namespace converge
