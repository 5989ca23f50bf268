#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/model/catalog.h"

/// What the fold needs to know of an experiment at a look: compiled from a catalog entry, valid at
/// one look time.
namespace converge {

/// Units of one phase whose buckets share their enrolment history (and, after a reshuffle, their
/// previous variant). Effects and SRM are computed within strata and never pooled.
struct Stratum {
  int phase = 0;  ///< Phase::number
  std::string
      enrolment;  ///< "enrolled since phase 1"; "declared" for external assignment; "not enrolled"
  std::optional<std::string>
      previous_variant;  ///< from the second randomisation on: a key or "none"
  /// By counted buckets (or declared weights), in variant order. Empty for units whose bucket was
  /// not enrolled (assignment mismatches): they are compared as reported and have no part in SRM.
  std::vector<double> expected_shares;
  /// "phase 2, enrolled since phase 1, before: control"
  std::string label() const;
};

/// In place of an index into PlanPhase::classes: the unit is not enrolled; or, as kKeptOf -
/// variant, it is a sticky member whose bucket was given another variant.
inline constexpr int kNotEnrolled = -1;
inline constexpr int kKeptOf = -2;

struct PlanPhase {
  int number = 1;
  int randomisation = 1;
  Time start{};
  std::optional<Time> end;  ///< where exposures stop counting; before the look time, else none
  /// The first move of present units at or after this phase's start: later windows are censored.
  std::optional<Time> moved_at;
  std::vector<std::int16_t> variant_of_bucket;  ///< kBuckets entries; empty for external assignment
  std::vector<EnrolmentFilter> filters;         ///< all must let a unit in
  /// Enrolment class by history: one character per phase so far, '1' enrolled, '0' not. Empty for
  /// external assignment.
  std::map<std::string, int> class_of_history;
  std::vector<std::string> classes;  ///< labels
  std::vector<std::vector<double>>
      class_shares;  ///< [class][variant]; external: one class with the declared weights
};

struct ExperimentPlan {
  ExperimentKey key;
  UnitKind unit;
  std::vector<VariantKey> variants;
  std::vector<std::string> segments;
  std::vector<MetricDefinition> metrics;
  Duration lateness{};
  AssignmentSource assignment = AssignmentSource::kNative;
  bool sticky = false;  ///< members keep their variant whatever happens to their bucket
  /// Of the randomisation in force at the look time, oldest first; empty: not started.
  std::vector<PlanPhase> phases;
  std::string effective_seed;
  int randomisation = 1;
  /// Phases of the earlier randomisations, oldest first, without tables: previous_variant is the
  /// variant of a unit's first exposure in the latest of them that it met.
  std::vector<PlanPhase> previous_phases;
  /// Equal exactly for plans that fold every unit to the same contribution.
  std::string fingerprint;

  const PlanPhase* phase_at(Time ts) const;
};

ExperimentPlan compile_plan(const ExperimentEntry& entry, Time look_time);

}  // namespace converge
