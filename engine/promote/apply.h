#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/model/catalog.h"
#include "engine/model/decision.h"

namespace converge {

/// One line of a plan: what applying would change.
struct PlannedChange {
  enum class Kind {
    kNew,
    kChange,
    kStart,
    kStop,
    kNewPhase,
    kReshuffle,
    kMetric,
    kFlag,
    kSettings
  };
  Kind kind = Kind::kChange;
  std::string subject;     ///< experiment or metric key, "timezone"
  std::string detail;      ///< "traffic 10% -> 50%: phase 2 begins"
  double moved_share = 0;  ///< of present members, for allocation changes
};
const char* name_of(PlannedChange::Kind kind);

/// The outcome of comparing definitions with the catalog: the next catalog and what differs.
struct CatalogPlan {
  Catalog next;  ///< version + 1; equal to the present one when changes is empty
  std::vector<PlannedChange> changes;
};

/// Acts on the difference between `definitions` and those last applied: what did not change in the
/// files changes nothing, also after a promotion. Every refused edit is one error line, all of them
/// together in one kConflict or kInvalidArgument: edits that the state forbids, reshuffles without
/// `phase: next`, an experiment that is missing while not concluded, changed metrics of a running
/// rule, two live seeds with one hash state. Every change of weights, traffic or targeting of a
/// running experiment closes its phase and opens the next at `now`.
Result<CatalogPlan> plan_definitions(const Catalog& present, const Definitions& definitions,
                                     Time now);

}  // namespace converge
