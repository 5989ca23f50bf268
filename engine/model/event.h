#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/model/ids.h"
#include "engine/model/value.h"

namespace converge {

enum class EventType { kExposure, kOutcome, kLink, kRetract, kErase };
enum class ExposureSource { kExperiment, kForced, kOverride, kQa };
enum class RetractTarget { kOutcome, kExposure };
const char* name_of(EventType type);

/// One valid event as design section 7 describes it, read from its canonical bytes.
struct Event {
  EventType type = EventType::kOutcome;
  std::string id;  ///< empty when an exposure has none
  Time ts{};
  std::vector<Unit> units;  ///< sorted by kind, at least one
  // exposure
  ExperimentKey experiment;
  VariantKey variant;
  ExposureSource source = ExposureSource::kExperiment;
  Value attributes;  ///< object or null
  // outcome
  EventName name;
  Value value;       ///< null when absent
  Value properties;  ///< object or null
  // retract
  RetractTarget of = RetractTarget::kOutcome;
};

/// Where a row came from; each source has its own watermark.
enum class RowSource { kLive, kImport };

/// What a log row is: an event, or an import's declaration that its data are complete until a time.
enum class RowKind { kEvent, kCompleteUntil };

/// One row of the durable log. Everything that was sent is in `body`.
struct LogRow {
  static constexpr int kVersion = 1;
  LogSeq seq{};
  int version = kVersion;
  RowKind kind = RowKind::kEvent;
  RowSource source = RowSource::kLive;
  Time received_at{};
  /// kEvent: the canonical bytes. kCompleteUntil: the RFC 3339 time.
  std::string body;
  /// For kEvent: the previous row that names the same unit, one entry per unit in the order of
  /// Event::units; 0 for none. Chains are keyed by a 64-bit hash of the unit, so a reader checks
  /// the unit's text.
  std::vector<LogSeq> previous;
  bool operator==(const LogRow&) const = default;
};

}  // namespace converge
