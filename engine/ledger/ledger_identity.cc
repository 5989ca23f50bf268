#include <algorithm>
#include <utility>

#include "engine/ledger/ledger_state.h"

/// Links and erases: which ids belong together, and what has to be folded again when that changes.
/// What a step reads comes before what it changes, so that a step that failed can be done again.
namespace converge {

void Ledger::State::touch(UnitIndex unit) {
  units[unit].has_new_rows = true;
  enqueue(unit);
}

void Ledger::State::note_statement(const Event& event, LogSeq seq) {
  if (event.type != EventType::kLink && event.type != EventType::kErase) return;
  Statement statement{event.type, {}};
  for (const Unit& unit : event.units) statement.ids.push_back(track(unit));
  std::sort(statement.ids.begin(), statement.ids.end());
  statements.emplace(std::pair{event.ts, seq}, std::move(statement));
}

Status Ledger::State::apply_statements() {
  while (!statements.empty() && statements.begin()->first.first < look_time) {
    const Statement& statement = statements.begin()->second;
    if (statement.type == EventType::kLink) {
      if (Status applied = apply_link(statement.ids); !applied) return applied;
    } else {
      for (const UnitIndex id : statement.ids) {
        if (Status applied = apply_erase(id); !applied) return applied;
      }
    }
    statements.erase(statements.begin());
  }
  return {};
}

/// Every id that a row of this id's chain names, itself included.
Status Ledger::State::add_named_with(UnitIndex id, std::vector<UnitIndex>& to) {
  const Result<std::vector<DecodedRow>> chain = chains.read(units[id].unit, units[id].last_row);
  if (!chain) return chain.error();
  for (const DecodedRow& decoded : *chain) {
    for (const Unit& unit : decoded.event.units) {
      const auto named = unit_index.find(unit);
      if (named != unit_index.end()) to.push_back(named->second);
    }
  }
  return {};
}

/// Nothing changes for the members of an oversized component: links join nothing there.
void Ledger::State::add_component_of(UnitIndex id, std::vector<UnitIndex>& to) const {
  const auto component = links.component(id, options.component_ids_max);
  if (component) to.insert(to.end(), component->begin(), component->end());
}

Status Ledger::State::apply_link(const std::vector<UnitIndex>& ids) {
  const bool is_void =
      std::any_of(ids.begin(), ids.end(), [this](UnitIndex id) { return units[id].is_erased; });
  if (is_void || links.contains(ids)) return {};
  std::vector<UnitIndex> changed = ids;
  for (const UnitIndex id : ids) {
    add_component_of(id, changed);
    // Outcomes that name several ids belong to the first that is linked: now it may be this one.
    if (links.is_linked(id)) continue;
    if (Status read = add_named_with(id, changed); !read) return read;
  }
  links.add(ids);
  for (const UnitIndex id : changed) touch(id);
  return {};
}

Status Ledger::State::apply_erase(UnitIndex id) {
  if (units[id].is_erased) return {};
  std::vector<UnitIndex> changed;
  if (Status read = add_named_with(id, changed); !read) return read;
  for (const UnitIndex unlinked : links.dependants(id)) {
    if (Status read = add_named_with(unlinked, changed); !read) return read;
  }
  add_component_of(id, changed);
  const std::vector<UnitIndex> neighbours = links.neighbours(id);
  links.remove(id);
  // Parts of what was oversized may have become small enough.
  for (const UnitIndex neighbour : neighbours) add_component_of(neighbour, changed);
  units[id].is_erased = true;
  ++erased_ids;
  for (const UnitIndex unit : changed) touch(unit);
  return {};
}

}  // namespace converge
