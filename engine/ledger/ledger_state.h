#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/ledger/chain_reader.h"
#include "engine/ledger/experiment_fold.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/log_census.h"

namespace converge {

/// An experiment that the ledger keeps up to date.
struct LedgerExperiment {
  ExperimentKey key;
  UnitKind unit_kind;
  /// Of the plan that the kept folds were made with.
  std::string fingerprint;
  DatedSet wrong_unit_kind;

  // Made again after a restart.
  std::optional<ExperimentEntry> entry;  ///< the plan below was compiled from this
  std::optional<Time> plan_valid_until;  ///< later looks see another phase; none: no more phases
  std::optional<ExperimentFold> fold;
  std::optional<ExperimentMoments> moments;
};

/// What an exposed unit adds to one experiment.
struct Contribution {
  std::uint32_t experiment = 0;  ///< index into State::experiments
  std::optional<UnitFold> fold;  ///< none: has to be folded
};

struct LedgerUnit {
  Unit unit;
  LogSeq last_row{};  ///< newest row that names it
  std::vector<Contribution> contributions;
  bool is_queued = false;     ///< in State::queue
  bool has_new_rows = false;  ///< all its folds are out of date
};

struct UnitHash {
  std::size_t operator()(const Unit& unit) const;
};

struct Ledger::State {
  State(EventLog& event_log, const LedgerOptions& ledger_options)
      : log(&event_log), options(ledger_options), chains(event_log) {}

  EventLog* log;
  LedgerOptions options;
  ChainReader chains;

  LogSeq cursor{};
  Time look_time = Time::min();
  LogCensus census;
  /// Slots of experiments that left the catalog are empty and used again.
  std::vector<std::unique_ptr<LedgerExperiment>> experiments;
  std::map<ExperimentKey, std::uint32_t> slots;
  std::vector<LedgerUnit> units;
  std::unordered_map<Unit, UnitIndex, UnitHash> unit_index;
  std::vector<UnitIndex> queue;  ///< units to fold again
  /// Units with a record that is not yet in evidence, by the time of its first one.
  std::set<std::pair<Time, UnitIndex>> ahead;

  // catalog
  Status follow_catalog(const Catalog& catalog);
  void forget(std::uint32_t slot);
  std::uint32_t add_experiment(const ExperimentEntry& entry);
  void compile(std::uint32_t slot, const ExperimentEntry& entry);
  void adopt(std::uint32_t slot, ExperimentPlan plan);

  // rows
  using Wanted = std::set<std::uint32_t>;
  Status take_rows(LogSeq until);
  Status search_log(const Wanted& wanted);
  void track_exposure(const Event& event, std::string_view canonical, std::uint32_t slot);
  void note_rows(const Event& event, LogSeq seq);
  UnitIndex track(const Unit& unit);
  void enqueue(UnitIndex unit);
  void enqueue_ahead();

  // folds
  Status fold_queue();
  Status fold_unit_again(UnitIndex unit);
  void replace(UnitIndex unit, Contribution& contribution, const UnitFold& fold);
  void publish();

  // checkpoint
  std::string encode() const;
  Status decode(std::string_view bytes);
};

}  // namespace converge
