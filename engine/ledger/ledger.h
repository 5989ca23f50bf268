#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/ledger/experiment_moments.h"
#include "engine/model/catalog.h"
#include "engine/ports.h"

namespace converge {

struct LedgerOptions {
  Duration stale_after =
      std::chrono::hours(24);  ///< a live source without an accepted event for longer stands still
  /// Ids of one component of links. In a larger one links join nothing: its exposed units count
  /// what names them, are counted as oversized, and whatever names only other ids counts for
  /// nobody. A part of the results, so a checkpoint of another limit is not continued.
  std::size_t component_ids_max = 200;
};

/// Per-unit state and moments, kept up with the log. State is held for exposed, linked and erased
/// ids only; a changed unit is read again along its chain, with all ids that links join to it, and
/// folded again: old contribution out, new one in.
/// Results depend only on the set of records with seq <= cursor and ts < look time, the catalog,
/// and the look time. Not thread-safe: the ticker owns it.
class Ledger {
 public:
  Ledger(EventLog& log, const LedgerOptions& options);
  ~Ledger();
  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;

  /// Takes in rows up to `cursor` and brings every experiment of the catalog to `look_time`.
  /// Neither may go back (kInvalidArgument): a look at the past is a new ledger. O(new rows +
  /// chains of changed units + units that mature).
  Status advance(const Catalog& catalog, LogSeq cursor, Time look_time);

  /// State after the last advance; null for an unknown or draft experiment.
  const ExperimentMoments* moments(const ExperimentKey& key) const;

  LogSeq cursor() const;
  Time look_time() const;

  /// Versioned, checksummed bytes from which decode continues without reading the log again.
  /// kInternal when damaged, kUnsupported for another format or limit: start from the log instead.
  std::string encode() const;
  static Result<Ledger> decode(std::string_view bytes, EventLog& log, const LedgerOptions& options);

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace converge
