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
#include "engine/ledger/component_fold.h"
#include "engine/ledger/experiment_fold.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/link_graph.h"
#include "engine/ledger/log_census.h"

namespace converge {

/// An experiment that the ledger keeps up to date.
struct LedgerExperiment {
  ExperimentKey key;
  UnitKind unit_kind;
  /// Of the plan that the kept folds were made with.
  std::string fingerprint;

  // Made again after a restart.
  std::optional<ExperimentEntry> entry;  ///< the plan below was compiled from this
  std::optional<Time> plan_valid_until;  ///< later looks see another phase; none: no more phases
  std::optional<ExperimentFold> fold;
  std::optional<ExperimentMoments> moments;
};

/// What a unit that an exposure names adds to one experiment.
struct Contribution {
  std::uint32_t experiment = 0;  ///< index into State::experiments
  std::optional<UnitFold> fold;  ///< none: has to be folded
};

/// An id that was exposed, linked or erased.
struct LedgerUnit {
  Unit unit;
  LogSeq last_row{};  ///< newest row that names it
  std::vector<Contribution> contributions;
  bool is_queued = false;     ///< in State::queue
  bool has_new_rows = false;  ///< all folds of its component are out of date
  bool is_erased = false;     ///< no record that names it counts
};

/// A link or an erase.
struct Statement {
  EventType type = EventType::kLink;
  std::vector<UnitIndex> ids;  ///< sorted
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
  /// Links and erases that are not applied yet: those that are not in evidence, and those of the
  /// advance under way.
  std::map<std::pair<Time, LogSeq>, Statement> statements;
  LinkGraph links;
  std::size_t erased_ids = 0;

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
  void track_exposure(const Event& event, std::uint32_t slot);
  void note_rows(const Event& event, LogSeq seq);
  UnitIndex track(const Unit& unit);
  void enqueue(UnitIndex unit);
  void enqueue_ahead();

  // identity
  void note_statement(const Event& event, LogSeq seq);
  Status apply_statements();
  Status apply_link(const std::vector<UnitIndex>& ids);
  Status apply_erase(UnitIndex id);
  Status add_named_with(UnitIndex id, std::vector<UnitIndex>& to);
  void add_component_of(UnitIndex id, std::vector<UnitIndex>& to) const;
  void touch(UnitIndex unit);

  // folds
  /// Chains of ids that are folded together, newest rows first. Owns what a Component borrows.
  struct Members {
    std::vector<UnitIndex> ids;  ///< sorted
    LinkState link = LinkState::kUnlinked;
    std::vector<std::vector<DecodedRow>> rows;
    std::vector<ChainRecord> records;
  };
  Status fold_queue();
  Members members_of(UnitIndex unit) const;
  Status fold_again(UnitIndex unit);
  Status read_chains(Members& members);
  Component component_of(const Members& members) const;
  bool belongs(const Identity& outcome, const Members& members) const;
  bool is_out_of_date(const Members& members, std::uint32_t experiment) const;
  void fold_experiment(const Members& members, const Component& component,
                       std::uint32_t experiment);
  void replace(UnitIndex unit, Contribution& contribution, const UnitFold& fold);
  void publish();

  // checkpoint
  std::string encode() const;
  Status decode(std::string_view bytes);
};

}  // namespace converge
