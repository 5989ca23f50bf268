#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/ledger/plan.h"
#include "engine/ledger/record_set.h"

namespace converge {

enum class Standing {
  kNotExposed,  ///< no analysed exposure of this experiment before the look time
  kAnalysed,
  kCrossover,        ///< met two variants by no action of ours
  kLinkedCrossover,  ///< a unit that is linked to it met another variant
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

/// What links say of a unit.
enum class LinkState {
  kUnlinked,   ///< alone
  kLinked,     ///< one component with another id
  kOversized,  ///< its component has more ids than the limit: links join nothing for it
};

/// What one unit contributes to one experiment.
struct UnitFold {
  Standing standing = Standing::kNotExposed;
  int phase = 0;            ///< index into plan.phases of the first exposure
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
  /// Exposures that do not name the experiment's kind of unit; kept at the first unit they name.
  std::int64_t wrong_unit_kind = 0;
  LinkState link = LinkState::kUnlinked;
  /// Identities that were taken back: exposures of the experiment and, for a unit that met it,
  /// outcomes.
  std::int64_t retracted = 0, erased = 0;
  bool operator==(const UnitFold&) const = default;
};

using IdentityList = std::vector<const Identity*>;

/// A unit on its way: what its exposures say, before its outcomes. Borrows records and plan.
struct UnitInProgress {
  UnitFold fold;
  const ChainRecord* first = nullptr;  ///< first analysed exposure
  bool has_met = false;                ///< an exposure names the experiment, taken back or not
  bool is_exposed = false;             ///< one that was not taken back does
};

/// True when a content of this identity is an exposure of the experiment.
bool concerns(const Identity& identity, const ExperimentPlan& plan);

/// Reads the exposures of one unit of the experiment's kind, given as identities that concern the
/// experiment and name the unit.
UnitInProgress fold_exposures(const ExperimentPlan& plan, const Unit& unit,
                              const IdentityList& exposures);
/// Adds the outcomes that count for the unit.
void fold_outcomes(const ExperimentPlan& plan, const IdentityList& outcomes, UnitInProgress& unit);
/// Counts exposures that concern the experiment and do not name its kind of unit.
UnitFold fold_wrong_kind(const ExperimentPlan& plan, const IdentityList& exposures);

}  // namespace converge
