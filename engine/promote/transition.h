#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/model/catalog.h"
#include "engine/model/decision.h"

/// The state machine: from one catalog to the next. Pure.
namespace converge {

struct Transition {
  Catalog next;      ///< version + 1
  AuditEntry audit;  ///< id and look are given by the store
};

/// What the engine does on a decision (kPromote, kRollBack, kInconclusive, kNextStep, kFinish).
/// kConflict for the others and for states that do not allow it.
Result<Transition> enact(const Catalog& present, const ExperimentKey& key, const Decision& decision,
                         Time now);

/// What people ask for. kConflict says what the present state allows. kUndo is undo().
Result<Transition> act(const Catalog& present, const Action& action, Time now);

/// Puts one experiment (and its holdback pair) back to how it stood in `before`, the catalog before
/// its last automatic or manual action, as a new version with a new phase where units move. One
/// call undoes it (law 8).
Result<Transition> undo(const Catalog& present, const Catalog& before, const Action& action,
                        Time now);

/// The holdback pair for a promotion of `winner`: two contiguous ranges from one enrolment class
/// that never had the winner, each with at least `size` / 10,000 of the eligible units. kConflict
/// when there are too few such buckets.
struct HoldbackPair {
  BucketRange old_range;
  BucketRange winner_range;
  bool is_outside = false;  ///< of units outside the experiment's segments of its layer
};
Result<HoldbackPair> cut_holdback(const ExperimentEntry& entry, int winner, int size);

}  // namespace converge
