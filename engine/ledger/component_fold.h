#pragma once

#include <span>
#include <vector>

#include "engine/ledger/unit_fold.h"

namespace converge {

/// Ids that links join, or one id alone, with the records of all their chains.
struct Component {
  LinkState link = LinkState::kUnlinked;
  /// Every exposure and outcome of evidence that names one of the ids; may hold more.
  std::vector<Identity> identities;
  /// Outcomes that belong to this component unless they name a unit of the experiment's kind, as
  /// indices into identities. Filled for kLinked only.
  std::vector<std::size_t> outcomes;
};

/// What the given units of one component contribute to one experiment, in their order: those that
/// were met in an exposure of it, of whatever kind. Each must be of the component; of the
/// experiment's kind all must be there. A pure function of plan and component: an outcome counts
/// for the unit of the experiment's kind that it names, else for the component's earliest exposed
/// unit; exposed units whose arms differ are linked crossovers.
std::vector<UnitFold> fold_component(const ExperimentPlan& plan, const Component& component,
                                     std::span<const Unit> units);

/// One unit that is not linked, from records in any order and with repeats (records with ts >=
/// look_time are ignored). O(k log k) for k records.
UnitFold fold_unit(const ExperimentPlan& plan, const Unit& unit,
                   std::span<const ChainRecord> records, Time look_time);

}  // namespace converge
