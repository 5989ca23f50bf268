#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/time_zone.h"
#include "engine/model/catalog.h"
#include "engine/model/decision.h"
#include "engine/model/evidence.h"
#include "engine/model/value.h"
#include "engine/ports.h"

/// The weekly review: what people decide from. Every figure comes from stored evidence.
namespace converge {

/// One experiment in one week.
struct ExperimentReview {
  ExperimentEntry entry;               ///< as it stood at the end of the week (or now)
  std::optional<StoredLook> newest;    ///< the newest look of the week: figures of the table
  std::optional<StoredLook> previous;  ///< the newest look before the week: change since last week
  std::vector<StoredLook>
      decisions;  ///< looks of the week that decided or recommended something, oldest first
  std::vector<AuditEntry> actions;     ///< of the week, oldest first
  std::optional<StoredLook> promised;  ///< the look that promoted, of any week: the promised effect
  std::optional<StoredLook> holdback;  ///< newest look at the holdback pair: realised effect
  std::optional<Time> next_look;
};

struct Review {
  IsoWeek week;
  Time from{}, until{};  ///< of the week in the zone
  Time written_at{};
  TimeZone zone;
  std::string environment;
  std::string definitions_version;
  std::vector<ExperimentReview>
      experiments;  ///< exceptions (blocked, breached) first, then decided, running, the rest
};

/// Collects a week from the control store. Experiments in draft are left out.
Result<Review> collect_review(ControlStore& control, const Catalog& catalog,
                              const std::string& environment, const TimeZone& zone, IsoWeek week,
                              Time now);

/// One table and the decisions with their reasons per experiment.
std::string to_markdown(const Review& review);
Value to_document(const Review& review);

}  // namespace converge
