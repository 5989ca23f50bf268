#pragma once

#include <optional>

#include "base/time.h"
#include "engine/model/catalog.h"
#include "engine/model/decision.h"
#include "engine/model/evidence.h"

namespace converge {

/// Where the experiment stands on its calendar at the look time; computed by looks.h in the
/// definitions' time zone.
struct CalendarFacts {
  bool min_days_passed = false;
  bool max_days_reached = false;
  bool hold_over = false;      ///< ramping: the step has been held long enough
  bool holdback_over = false;  ///< watching: holdback_days have passed
};

struct DecisionContext {
  ExperimentState state = ExperimentState::kRunning;
  LookKind look = LookKind::kTick;
  CalendarFacts calendar;
  /// The winner while ramping or watching.
  std::optional<VariantKey> winner;
};

/// The rule of design section 9 applied to evidence. Pure; it only compares stored numbers, no
/// floating-point function is called (law 4). While ramping or watching, `evidence` is that of the
/// holdback pair. Order: broken data block everything but say so; a breach is read at every look;
/// shipping only at scheduled looks after min_days; expiry after max_days.
Decision decide(const Evidence& evidence, const ExperimentDefinition& definition,
                const DecisionContext& context);

}  // namespace converge
