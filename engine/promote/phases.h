#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/model/catalog.h"

/// How phases of an entry open, close and record moves, and what makes a catalog the next version.
/// Used by apply and transition only.
namespace converge {

ExperimentEntry* find_entry(Catalog& catalog, const ExperimentKey& key);
/// Inserts at its place, or replaces the entry of that key.
void put_entry(Catalog& catalog, ExperimentEntry entry);

/// `content` as the version after `present`, hashed.
Catalog next_version(Catalog content, const Catalog& present, Time now);

/// Whether Converge assigns its units itself.
bool is_native(const ExperimentEntry& entry);
/// Whether it decides what units get now: its seed matters.
bool is_live(const ExperimentEntry& entry);

/// Two experiments that cannot be live together: their seeds give every unit the same bucket, or
/// both split the units of one flag. The text names both. Holdback pairs share their parent's seed
/// and flag on purpose and are left out; an experiment that was promoted or ended leaves its flag
/// to the next.
std::optional<std::string> live_clash(const Catalog& catalog);

/// The metrics that a definition names, in its order; kInvalidArgument names the first one that is
/// missing.
Result<std::vector<MetricDefinition>> metrics_of(const ExperimentDefinition& experiment,
                                                 const Definitions& definitions);

/// Opens the first phase of the next randomisation with the first allocation of the definition and
/// with segments of its layer. Precondition: no open phase. Everything written in the definition
/// counts as written down before this start. kConflict when its layer has too little room.
Status start_randomisation(const Catalog& catalog, ExperimentEntry& entry, Time start);

/// Appends `like` as an open phase with the next number. Precondition: no open phase.
void open_phase(ExperimentEntry& entry, Phase like, Time now);

/// Ends the open phase if there is one, without a move: call note_moves or record_move for that.
void close_phase(ExperimentEntry& entry, Time now);

/// Members were moved at `now`, after the last phase of the experiment ended or together with its
/// end. Later than its end, the fact is a phase of no length that ends by a move: it holds no
/// exposure and censors the windows that are still open.
void record_move(ExperimentEntry& entry, Time now);

/// Whether a member of the last phase of `before` is served another variant by `after`; never for
/// external assignment.
bool moves_members(const ExperimentEntry& before, const ExperimentEntry& after);
/// record_move on `after` when moves_members.
void note_moves(const ExperimentEntry& before, ExperimentEntry& after, Time now);

/// The variant index that each bucket is served now (those that pass condition and holdout); who is
/// in nothing gets the control. O(kBuckets).
std::vector<std::int16_t> served_table(const ExperimentEntry& entry);

}  // namespace converge
