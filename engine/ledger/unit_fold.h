#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/plan.h"
#include "engine/model/event.h"

namespace converge {

/// A record of one unit's chain with its canonical bytes (borrowed).
struct ChainRecord {
  Event event;
  std::string_view canonical;
};

enum class Standing {
  kNotExposed,  ///< no analysed exposure of this experiment before the look time
  kAnalysed,
  kCrossover,  ///< met two variants by no action of ours
};

/// What a unit adds to one metric.
struct MetricFold {
  std::int64_t x = 0;         ///< in quanta of the numerator's scale (1 for conversions and counts)
  std::int64_t y = 0;         ///< ratio: denominator
  std::int64_t no_value = 0;  ///< outcomes in the window that lack a part's property
  bool overflow = false;  ///< a value or total does not fit: the unit is left out of this metric
  bool censored = false;  ///< the window was still open when present units were moved
  std::optional<Time> window_end;
  bool operator==(const MetricFold&) const = default;
};

/// What one unit contributes to one experiment.
struct UnitFold {
  Standing standing = Standing::kNotExposed;
  int phase = 0;  ///< index into plan.phases of the first exposure
  int enrolment_class = 0;  ///< index into PlanPhase::classes, kNotEnrolled or kKeptOf - variant
  std::optional<std::string> previous_variant;
  int variant = 0;  ///< as first reported
  int variant_by_hash =
      -1;  ///< allocation at the first exposure (-1: none); external: the reported one
  Time exposed_at{};
  /// Per plan.segments: texts as they are, numbers and booleans as their JSON text, everything else
  /// "(missing)".
  std::vector<std::string> segments;
  std::vector<MetricFold> metrics;  ///< per plan.metrics
  bool mismatch = false;
  /// Identities of this unit with more than one content: exposures of which one names the
  /// experiment, and outcomes.
  std::int64_t conflicts_exposure = 0, conflicts_outcome = 0;
  std::int64_t outside_phases = 0, unknown_variant = 0, forced = 0;  ///< exposures
  bool operator==(const UnitFold&) const = default;
};

/// Folds the records of one unit, given in any order and with repeats: a pure function of their
/// set, the plan and the look time (records with ts >= look_time are ignored). O(k log k) for k
/// records.
UnitFold fold_unit(const ExperimentPlan& plan, const Unit& unit,
                   std::span<const ChainRecord> records, Time look_time);

}  // namespace converge
