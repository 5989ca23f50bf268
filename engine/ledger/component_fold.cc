#include "engine/ledger/component_fold.h"

#include <algorithm>
#include <map>
#include <set>

namespace converge {
namespace {

/// The records of one unit, apart from those of its component.
struct OwnRecords {
  IdentityList exposures, outcomes;
};

/// The unit at which a record is kept: that of the experiment's kind, or without one the first.
const Unit& home_of(const Identity& identity, const UnitKind& kind) {
  const std::vector<Unit>& units = identity.units();
  const auto named = std::find_if(units.begin(), units.end(),
                                  [&kind](const Unit& unit) { return unit.kind == kind; });
  return named == units.end() ? units.front() : *named;
}

std::map<Unit, OwnRecords> records_by_unit(const ExperimentPlan& plan, const Component& component,
                                           std::span<const Unit> units) {
  std::map<Unit, OwnRecords> own;
  for (const Unit& unit : units) own.try_emplace(unit);
  for (const Identity& identity : component.identities) {
    const auto found = own.find(home_of(identity, plan.unit));
    if (found == own.end()) continue;
    if (identity.winner().event.type == EventType::kOutcome) {
      found->second.outcomes.push_back(&identity);
    } else if (concerns(identity, plan)) {
      found->second.exposures.push_back(&identity);
    }
  }
  return own;
}

/// The exposed unit with the smallest (ts, canonical bytes); null without one.
const Unit* earliest(const std::map<Unit, UnitInProgress>& units) {
  const Unit* owner = nullptr;
  const ChainRecord* first = nullptr;
  for (const auto& [unit, progress] : units) {
    if (progress.first == nullptr) continue;
    if (first != nullptr && !earlier(*progress.first, *first)) continue;
    owner = &unit;
    first = progress.first;
  }
  return owner;
}

void mark_linked_crossovers(std::map<Unit, UnitInProgress>& units) {
  std::set<int> variants;
  for (const auto& [unit, progress] : units) {
    if (progress.first != nullptr) variants.insert(progress.fold.variant);
  }
  if (variants.size() < 2) return;
  for (auto& [unit, progress] : units) {
    if (progress.fold.standing == Standing::kAnalysed) {
      progress.fold.standing = Standing::kLinkedCrossover;
    }
  }
}

}  // namespace

std::vector<UnitFold> fold_component(const ExperimentPlan& plan, const Component& component,
                                     std::span<const Unit> units) {
  std::map<Unit, OwnRecords> own = records_by_unit(plan, component, units);
  std::map<Unit, UnitInProgress> in_progress;
  for (const auto& [unit, records] : own) {
    if (unit.kind != plan.unit) continue;
    in_progress.emplace(unit, fold_exposures(plan, unit, records.exposures));
  }
  if (const Unit* owner = earliest(in_progress); component.link == LinkState::kLinked && owner) {
    for (const std::size_t outcome : component.outcomes) {
      const Identity& identity = component.identities[outcome];
      if (home_of(identity, plan.unit).kind == plan.unit) continue;
      own[*owner].outcomes.push_back(&identity);
    }
  }
  mark_linked_crossovers(in_progress);
  std::vector<UnitFold> folds;
  folds.reserve(units.size());
  for (const Unit& unit : units) {
    if (unit.kind != plan.unit) {
      folds.push_back(fold_wrong_kind(plan, own[unit].exposures));
      continue;
    }
    UnitInProgress& progress = in_progress.at(unit);
    fold_outcomes(plan, own[unit].outcomes, progress);
    // Links of a unit that is not exposed say nothing about the experiment.
    if (progress.first != nullptr) progress.fold.link = component.link;
    folds.push_back(std::move(progress.fold));
  }
  return folds;
}

UnitFold fold_unit(const ExperimentPlan& plan, const Unit& unit,
                   std::span<const ChainRecord> records, Time look_time) {
  Component alone;
  alone.identities = identities_of(records, look_time, [](const Unit&) { return false; });
  return fold_component(plan, alone, {&unit, 1}).front();
}

}  // namespace converge
