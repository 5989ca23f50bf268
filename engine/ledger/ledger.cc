#include "engine/ledger/ledger.h"

#include <algorithm>
#include <utility>

#include "engine/ledger/ledger_state.h"
#include "engine/record/chain_heads.h"

namespace converge {
namespace {

constexpr std::size_t kReadRows = 10'000;

/// Looks after this time see other phases than looks until then.
std::optional<Time> next_phase_change(const ExperimentEntry& entry, Time look_time) {
  std::optional<Time> next;
  const auto consider = [&next, look_time](Time edge) {
    if (edge >= look_time && (!next || edge < *next)) next = edge;
  };
  for (const Phase& phase : entry.phases) {
    consider(phase.start);
    if (phase.end) consider(*phase.end);
  }
  return next;
}

}  // namespace

std::size_t UnitHash::operator()(const Unit& unit) const {
  return chain_key(unit);
}

// --- catalog ---------------------------------------------------------------------------------

Status Ledger::State::follow_catalog(const Catalog& catalog) {
  std::map<ExperimentKey, const ExperimentEntry*> started;
  for (const ExperimentEntry& entry : catalog.experiments) {
    if (!entry.phases.empty()) started.emplace(entry.definition.key, &entry);
  }
  for (auto slot = slots.begin(); slot != slots.end();) {
    const auto entry = started.find(slot->first);
    const bool stays = entry != started.end() &&
                       entry->second->definition.unit == experiments[slot->second]->unit_kind;
    if (stays) {
      ++slot;
    } else {
      forget(slot->second);
      slot = slots.erase(slot);
    }
  }
  Wanted wanted;
  std::vector<std::uint32_t> added;
  for (const auto& [key, entry] : started) {
    if (slots.contains(key)) continue;
    added.push_back(add_experiment(*entry));
    if (census.was_exposed(key)) wanted.insert(added.back());
  }
  if (Status searched = wanted.empty() ? Status() : search_log(wanted); !searched) {
    for (const std::uint32_t slot : added) {
      slots.erase(experiments[slot]->key);
      forget(slot);
    }
    return searched;
  }
  for (const auto& [key, slot] : slots) compile(slot, *started.at(key));
  return {};
}

std::uint32_t Ledger::State::add_experiment(const ExperimentEntry& entry) {
  auto experiment = std::make_unique<LedgerExperiment>();
  experiment->key = entry.definition.key;
  experiment->unit_kind = entry.definition.unit;
  const auto free = std::find(experiments.begin(), experiments.end(), nullptr);
  const auto slot = static_cast<std::uint32_t>(free - experiments.begin());
  if (free == experiments.end()) {
    experiments.push_back(std::move(experiment));
  } else {
    *free = std::move(experiment);
  }
  slots.emplace(entry.definition.key, slot);
  return slot;
}

void Ledger::State::forget(std::uint32_t slot) {
  experiments[slot] = nullptr;
  for (LedgerUnit& unit : units) {
    std::erase_if(unit.contributions,
                  [slot](const Contribution& c) { return c.experiment == slot; });
  }
}

void Ledger::State::compile(std::uint32_t slot, const ExperimentEntry& entry) {
  LedgerExperiment& experiment = *experiments[slot];
  const bool is_valid = experiment.fold && experiment.entry == entry &&
                        (!experiment.plan_valid_until || look_time <= *experiment.plan_valid_until);
  if (is_valid) return;
  ExperimentPlan plan = compile_plan(entry, look_time);
  experiment.entry = entry;
  experiment.plan_valid_until = next_phase_change(entry, look_time);
  const bool folds_stay = experiment.fingerprint == plan.fingerprint;
  if (folds_stay && experiment.fold) return;
  adopt(slot, std::move(plan));
}

void Ledger::State::adopt(std::uint32_t slot, ExperimentPlan plan) {
  LedgerExperiment& experiment = *experiments[slot];
  const bool folds_stay = experiment.fingerprint == plan.fingerprint;
  experiment.fingerprint = plan.fingerprint;
  experiment.fold.emplace(std::move(plan));
  for (std::size_t index = 0; index < units.size(); ++index) {
    const auto unit = static_cast<UnitIndex>(index);
    for (Contribution& contribution : units[index].contributions) {
      if (contribution.experiment != slot) continue;
      if (folds_stay && contribution.fold) {
        experiment.fold->add(unit, *contribution.fold);
      } else {
        contribution.fold.reset();
        enqueue(unit);
      }
    }
  }
}

// --- rows ------------------------------------------------------------------------------------

void Ledger::State::enqueue(UnitIndex unit) {
  if (std::exchange(units[unit].is_queued, true)) return;
  queue.push_back(unit);
}

UnitIndex Ledger::State::track(const Unit& unit) {
  const auto [position, is_new] =
      unit_index.try_emplace(unit, static_cast<UnitIndex>(units.size()));
  if (is_new) units.push_back({unit, {}, {}, false, false, false});
  return position->second;
}

void Ledger::State::track_exposure(const Event& event, std::uint32_t slot) {
  const UnitKind& kind = experiments[slot]->unit_kind;
  const auto named = std::find_if(event.units.begin(), event.units.end(),
                                  [&kind](const Unit& unit) { return unit.kind == kind; });
  const UnitIndex index = track(named == event.units.end() ? event.units.front() : *named);
  std::vector<Contribution>& contributions = units[index].contributions;
  const bool known = std::any_of(contributions.begin(), contributions.end(),
                                 [slot](const auto& c) { return c.experiment == slot; });
  if (!known) contributions.push_back({slot, std::nullopt});
  enqueue(index);
}

void Ledger::State::note_rows(const Event& event, LogSeq seq) {
  for (const Unit& unit : event.units) {
    const auto found = unit_index.find(unit);
    if (found == unit_index.end()) continue;
    LedgerUnit& tracked = units[found->second];
    if (raw(seq) <= raw(tracked.last_row)) continue;
    tracked.last_row = seq;
    tracked.has_new_rows = true;
    enqueue(found->second);
  }
}

Status Ledger::State::search_log(const Wanted& wanted) {
  for (LogSeq after{}; raw(after) < raw(cursor);) {
    Result<std::vector<LogRow>> rows = log->read(after, kReadRows);
    if (!rows) return rows.error();
    if (rows->empty()) return Error{Errc::kInternal, "the event log ends before its cursor"};
    for (LogRow& row : *rows) {
      if (raw(row.seq) > raw(cursor)) return {};
      after = row.seq;
      if (row.kind != RowKind::kEvent) continue;
      const Result<DecodedRow> decoded = decode_row(std::move(row));
      if (!decoded) return decoded.error();
      const auto slot = slots.find(decoded->event.experiment);
      if (slot != slots.end() && wanted.contains(slot->second)) {
        track_exposure(decoded->event, slot->second);
      }
      note_rows(decoded->event, after);
    }
  }
  return {};
}

Status Ledger::State::take_rows(LogSeq until) {
  while (raw(cursor) < raw(until)) {
    Result<std::vector<LogRow>> rows = log->read(cursor, kReadRows);
    if (!rows) return rows.error();
    if (rows->empty()) {
      return Error{Errc::kInvalidArgument, "cursor: the event log ends at row " +
                                               std::to_string(raw(cursor)) + ", before row " +
                                               std::to_string(raw(until))};
    }
    for (LogRow& row : *rows) {
      if (raw(row.seq) > raw(until)) break;
      const Result<DecodedRow> decoded = decode_row(std::move(row));
      if (!decoded) return decoded.error();
      chains.keep(decoded->row);
      cursor = decoded->row.seq;
      if (decoded->row.kind == RowKind::kCompleteUntil) {
        const Result<Time> time = parse_rfc3339(decoded->row.body);
        if (!time) return Error{Errc::kInternal, "log row: " + time.error().message};
        census.take_complete_until(decoded->row.source, *time);
        continue;
      }
      census.take(decoded->row, decoded->event);
      const auto slot = slots.find(decoded->event.experiment);
      if (decoded->event.type == EventType::kExposure && slot != slots.end()) {
        track_exposure(decoded->event, slot->second);
      }
      note_statement(decoded->event, cursor);
      note_rows(decoded->event, cursor);
    }
  }
  return {};
}

void Ledger::State::enqueue_ahead() {
  while (!ahead.empty() && ahead.begin()->first < look_time) {
    const UnitIndex unit = ahead.begin()->second;
    ahead.erase(ahead.begin());
    touch(unit);
  }
}

// --- results -------------------------------------------------------------------------------------

void Ledger::State::publish() {
  for (const auto& [key, slot] : slots) {
    LedgerExperiment& experiment = *experiments[slot];
    std::vector<std::optional<Time>> watermarks;
    for (const MetricDefinition& metric : experiment.fold->plan().metrics) {
      watermarks.push_back(census.watermark(key, metric, look_time, options.stale_after));
    }
    const std::uint32_t wanted = slot;
    experiment.fold->set_watermarks(watermarks, [this, wanted](UnitIndex unit) -> const UnitFold& {
      const auto& contributions = units[unit].contributions;
      return *std::find_if(contributions.begin(), contributions.end(), [wanted](const auto& c) {
                return c.experiment == wanted;
              })->fold;
    });
    if (experiment.fold->take_changed() || !experiment.moments) {
      experiment.moments = experiment.fold->moments();
    }
    experiment.moments->look_time = look_time;
    experiment.moments->cursor = cursor;
    experiment.moments->last_received_at = census.last_received_at();
  }
}

// --- the public face -------------------------------------------------------------------------

Ledger::Ledger(EventLog& log, const LedgerOptions& options)
    : state_(std::make_unique<State>(log, options)) {}
Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;

Status Ledger::advance(const Catalog& catalog, LogSeq cursor, Time look_time) {
  State& state = *state_;
  if (raw(cursor) < raw(state.cursor) || look_time < state.look_time) {
    return Error{Errc::kInvalidArgument,
                 "a ledger does not go back: a look at the past is a new ledger"};
  }
  state.look_time = look_time;
  if (Status done = state.follow_catalog(catalog); !done) return done;
  if (Status done = state.take_rows(cursor); !done) return done;
  if (Status done = state.apply_statements(); !done) return done;
  state.enqueue_ahead();
  if (Status done = state.fold_queue(); !done) return done;
  state.chains.clear();
  state.publish();
  return {};
}

const ExperimentMoments* Ledger::moments(const ExperimentKey& key) const {
  const auto slot = state_->slots.find(key);
  if (slot == state_->slots.end()) return nullptr;
  const std::optional<ExperimentMoments>& moments = state_->experiments[slot->second]->moments;
  return moments ? &*moments : nullptr;
}

LogSeq Ledger::cursor() const {
  return state_->cursor;
}

Time Ledger::look_time() const {
  return state_->look_time;
}

std::string Ledger::encode() const {
  return state_->encode();
}

Result<Ledger> Ledger::decode(std::string_view bytes, EventLog& log, const LedgerOptions& options) {
  auto state = std::make_unique<State>(log, options);
  if (Status decoded = state->decode(bytes); !decoded) return decoded.error();
  return Ledger(std::move(state));
}

}  // namespace converge
