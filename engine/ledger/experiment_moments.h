#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/ledger/plan.h"
#include "engine/model/evidence.h"
#include "stats/moments.h"

/// The exact state from which a look is analysed. All integers: equal record sets give equal
/// values, bit for bit.
namespace converge {

struct ArmCell {
  stats::ExactMoments moments;  ///< units that count, in quanta
  std::int64_t overflow = 0;    ///< units left out
  std::int64_t no_value = 0;    ///< outcomes of units that count
  /// Units left out because a move cut their window, whether or not it would have closed by now;
  /// overflow of theirs is not counted.
  std::int64_t censored = 0;
  bool operator==(const ArmCell&) const = default;
};

/// [stratum][variant]; strata are those of ExperimentMoments::strata.
using Cells = std::vector<std::vector<ArmCell>>;

struct MetricMoments {
  MetricId id;
  std::optional<Time> watermark;  ///< of the sources this metric reads; none: nothing read
  Cells matured;
  Cells exposed;                                    ///< all exposed so far: not for decisions
  std::map<SegmentName, Cells> matured_by_segment;  ///< only values that a unit has
  std::map<SegmentName, Cells> exposed_by_segment;
  /// Crossover units alone, matured: added to `matured` they give the two analyses beside.
  Cells crossovers_by_hash;
  Cells crossovers_by_first_shown;
  bool operator==(const MetricMoments&) const = default;
};

struct ExperimentMoments {
  ExperimentPlan plan;
  Time look_time{};
  LogSeq cursor{};
  /// Sorted by phase, enrolment class (not enrolled last), previous variant; only those with a
  /// unit, crossovers included.
  std::vector<Stratum> strata;
  /// [stratum][variant]: analysed units; beside them linked crossovers by their first variant (in
  /// no sum, but in the ratios of samples), and how many of both are linked to another id.
  std::vector<std::vector<std::int64_t>> units, linked_crossover_units, linked_units;
  std::vector<MetricMoments> metrics;  ///< per plan.metrics
  std::int64_t crossovers = 0;
  std::int64_t conflicts_exposure = 0, conflicts_outcome = 0;
  std::int64_t outside_phases = 0, unknown_variant = 0, wrong_unit_kind = 0, forced = 0;
  std::int64_t linked_crossovers = 0;
  std::int64_t oversized_units = 0;  ///< exposed units whose component is beyond the limit
  std::int64_t retracted_records = 0, erased_records = 0;
  /// Per phase of the plan: mismatched units, and units with a first exposure in it (crossovers
  /// included).
  std::vector<std::int64_t> mismatches, phase_units;
  std::optional<Time> last_received_at;  ///< newest accepted event of the log

  /// Canonical bytes: what "byte-identical moments" compares. How and when rows were delivered
  /// (cursor, last_received_at) is no part of them.
  std::string encode() const;
};

}  // namespace converge
