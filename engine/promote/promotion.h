#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "engine/model/catalog.h"
#include "engine/promote/transition.h"

/// The promotion of one winner, step by step. Each function changes the entry and its holdback pair
/// inside `catalog` and answers with a line for the audit log.
namespace converge {

/// Buckets of the effective seed by the side of the experiment's segments on which their units are;
/// without a layer everybody is inside.
struct WinnerRanges {
  BucketRanges inside;
  BucketRanges outside;
};

/// Who is served the winner by force rule at a step that grants `share` (of kBuckets) of all who
/// pass condition and holdout, the pair left out: present members first (in a sticky experiment
/// every bucket that ever had the winner: members of then keep it), then never-enrolled buckets,
/// then those that left, then other arms, the control last; ascending within each. Rising shares
/// give growing sets. Precondition: the last phase holds the allocation at promotion.
WinnerRanges winner_ranges(const ExperimentEntry& entry, int winner,
                           const std::optional<HoldbackPair>& pair, int share);

/// Precondition: a running (or undecided and still assigned) native experiment. kConflict when the
/// pair cannot be cut.
Result<std::string> begin_promotion(Catalog& catalog, const ExperimentKey& key, int winner,
                                    Time now);
/// Precondition: ramping.
std::string advance_promotion(Catalog& catalog, const ExperimentKey& key, Time now);
/// Everyone gets the winner. Precondition: watching.
std::string finish_promotion(Catalog& catalog, const ExperimentKey& key, Time now);

/// The pair's measurement ends: concluded, its members moved. Nothing when there is none.
void dissolve_pair(Catalog& catalog, const ExperimentKey& parent, Time now);

/// From now on everyone gets the control (or, concluded, the flag's default); the pair ends with
/// it.
void end_experiment(Catalog& catalog, const ExperimentKey& key, ExperimentState state, Time now);

/// 7500 -> "75%", 1234 -> "12.34%".
std::string share_text(int buckets);

}  // namespace converge
