#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "engine/ledger/ledger_state.h"

/// Changed units are folded again, each with the ids that links join to it.
namespace converge {

Status Ledger::State::fold_queue() {
  while (!queue.empty()) {
    const UnitIndex unit = queue.back();
    // Folded with its component already.
    if (units[unit].is_queued) {
      if (Status folded = fold_again(unit); !folded) return folded;
    }
    queue.pop_back();
  }
  return {};
}

Ledger::State::Members Ledger::State::members_of(UnitIndex unit) const {
  Members members;
  members.ids = {unit};
  if (!links.is_linked(unit)) return members;
  std::optional<std::vector<UnitIndex>> component =
      links.component(unit, options.component_ids_max);
  members.link = component ? LinkState::kLinked : LinkState::kOversized;
  if (component) members.ids = *std::move(component);
  return members;
}

Status Ledger::State::fold_again(UnitIndex unit) {
  Members members = members_of(unit);
  std::set<std::uint32_t> met;
  for (const UnitIndex id : members.ids) {
    for (const Contribution& contribution : units[id].contributions) {
      met.insert(contribution.experiment);
    }
  }
  if (!met.empty()) {
    if (Status read = read_chains(members); !read) return read;
    const Component component = component_of(members);
    for (const std::uint32_t experiment : met) {
      if (is_out_of_date(members, experiment)) fold_experiment(members, component, experiment);
    }
  }
  for (const UnitIndex id : members.ids) {
    units[id].is_queued = false;
    units[id].has_new_rows = false;
  }
  return {};
}

Status Ledger::State::read_chains(Members& members) {
  for (const UnitIndex id : members.ids) {
    Result<std::vector<DecodedRow>> chain = chains.read(units[id].unit, units[id].last_row);
    if (!chain) return chain.error();
    std::optional<Time> first_ahead;
    for (const DecodedRow& decoded : *chain) {
      const Time ts = decoded.event.ts;
      if (ts >= look_time && (!first_ahead || ts < *first_ahead)) first_ahead = ts;
    }
    if (first_ahead) ahead.emplace(*first_ahead, id);
    members.rows.push_back(*std::move(chain));
  }
  for (std::vector<DecodedRow>& chain : members.rows) {
    for (DecodedRow& decoded : chain) {
      members.records.push_back({std::move(decoded.event), decoded.row.body});
    }
  }
  return {};
}

bool Ledger::State::belongs(const Identity& outcome, const Members& members) const {
  for (const Unit& unit : outcome.units()) {
    const auto named = unit_index.find(unit);
    if (named == unit_index.end() || !links.is_linked(named->second)) continue;
    return std::binary_search(members.ids.begin(), members.ids.end(), named->second);
  }
  return false;
}

Component Ledger::State::component_of(const Members& members) const {
  Component component;
  component.link = members.link;
  component.identities = identities_of(members.records, look_time, [this](const Unit& unit) {
    if (erased_ids == 0) return false;
    const auto known = unit_index.find(unit);
    return known != unit_index.end() && units[known->second].is_erased;
  });
  if (members.link != LinkState::kLinked) return component;
  for (std::size_t i = 0; i < component.identities.size(); ++i) {
    const Identity& identity = component.identities[i];
    if (identity.winner().event.type != EventType::kOutcome) continue;
    if (belongs(identity, members)) component.outcomes.push_back(i);
  }
  return component;
}

bool Ledger::State::is_out_of_date(const Members& members, std::uint32_t experiment) const {
  return std::any_of(members.ids.begin(), members.ids.end(), [&](UnitIndex id) {
    const auto& contributions = units[id].contributions;
    return units[id].has_new_rows ||
           std::any_of(contributions.begin(), contributions.end(), [&](const Contribution& made) {
             return made.experiment == experiment && !made.fold;
           });
  });
}

void Ledger::State::fold_experiment(const Members& members, const Component& component,
                                    std::uint32_t experiment) {
  std::vector<Unit> met;
  std::vector<std::pair<UnitIndex, Contribution*>> places;
  for (const UnitIndex id : members.ids) {
    for (Contribution& contribution : units[id].contributions) {
      if (contribution.experiment != experiment) continue;
      met.push_back(units[id].unit);
      places.emplace_back(id, &contribution);
    }
  }
  const ExperimentPlan& plan = experiments[experiment]->fold->plan();
  const std::vector<UnitFold> folds = fold_component(plan, component, met);
  for (std::size_t i = 0; i < folds.size(); ++i) {
    replace(places[i].first, *places[i].second, folds[i]);
  }
}

void Ledger::State::replace(UnitIndex unit, Contribution& contribution, const UnitFold& fold) {
  if (contribution.fold == fold) return;
  ExperimentFold& target = *experiments[contribution.experiment]->fold;
  if (contribution.fold) target.remove(unit, *contribution.fold);
  contribution.fold = fold;
  target.add(unit, fold);
}

}  // namespace converge
