#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/model/allocation.h"
#include "engine/model/definition.h"
#include "engine/model/ids.h"

/// The catalog owns what definition files do not: allocation, phases, state (design section 5). One
/// immutable snapshot per version; every version is kept. Only engine/promote makes new ones.
namespace converge {

enum class ExperimentState {
  kDraft,
  kRunning,
  kRamping,       ///< the winner's share grows step by step
  kWatching,      ///< everyone has the winner but the holdback
  kPromoted,      ///< everyone has the winner, nothing is measured any more
  kRolledBack,    ///< everyone has the control because harm was proven or somebody said so
  kStopped,       ///< killed or stopped by people: everyone has the control
  kInconclusive,  ///< max_days passed without a decision
  kConcluded,     ///< archived: no rule is served, the flag falls to its default
};
const char* name_of(ExperimentState state);

/// A unit takes part only when its bucket under `seed` is in `ranges`: the holdout's complement,
/// then the experiment's segments of its layer.
struct EnrolmentFilter {
  std::string seed;
  BucketRanges ranges;
  bool operator==(const EnrolmentFilter&) const = default;
};

/// A stretch with one allocation and one targeting. Phases of one randomisation do not overlap and
/// leave no gap while the experiment runs.
struct Phase {
  int number = 1;              ///< 1, 2, 3 ... over the experiment's life
  int randomisation = 1;       ///< grows with `phase: next` and restarts: every unit starts anew
  std::string effective_seed;  ///< seed, or seed + "/" + randomisation from the second on
  Time start{};
  std::optional<Time> end;  ///< exclusive
  /// By `freeze`: exposures from here on do not count, though members keep their variant.
  std::optional<Time> frozen_at;
  /// Present units were moved at `end`: a unit counts only if its window closed before it.
  bool ended_by_move = false;
  std::vector<EnrolmentFilter> filters;  ///< all must let a unit in
  Allocation allocation;
  std::vector<double> declared_weights;  ///< for `assignment: external`: shares for SRM
  Value condition;
  bool operator==(const Phase&) const = default;
};

/// A promotion under way or complete: how `/v1/assign` serves the winner.
struct Promotion {
  int winner = 0;  ///< variant index
  Time started_at{};
  int step = 0;  ///< index into the plan's ramp of the step in force
  Time step_started_at{};
  /// Buckets served the winner by force rule, the holdback pair left out: of units inside the
  /// experiment's segments (everybody without a layer), and of those outside.
  BucketRanges winner_ranges;
  BucketRanges outside_ranges;
  std::optional<BucketRange> holdback_old;     ///< keeps the control, measured
  std::optional<BucketRange> holdback_winner;  ///< has the winner, measured
  bool holdback_is_outside = false;            ///< the pair was cut from units outside the segments
  bool operator==(const Promotion&) const = default;
};

/// Whether a running experiment takes new units. Both other ways need stickiness.
enum class Enrolment {
  kOpen,
  kPaused,  ///< members keep their variant, nobody new comes in
  kFrozen,  ///< that, and later exposures do not count: windows that are open go on
};
const char* name_of(Enrolment enrolment);

/// One experiment as it stands. A holdback pair is an entry of its own, key "<key>--holdback", with
/// `holdback_of` set; it is analysed like any experiment and served before its parent's force rule.
struct ExperimentEntry {
  ExperimentDefinition definition;  ///< as last applied
  std::vector<MetricDefinition>
      metrics;  ///< those that definition.metrics names, same order, as last applied
  /// Metrics added after the start (index into metrics) are shown as post hoc and never decide.
  std::vector<bool> post_hoc;
  ExperimentState state = ExperimentState::kDraft;
  Enrolment enrolment = Enrolment::kOpen;
  /// Buckets held on its layer, from the start until it is concluded; empty without a layer.
  BucketRanges segments;
  Method resolved_method =
      Method::kConfidenceSequence;  ///< resolved at start, never changes while running
  std::vector<Phase> phases;        ///< oldest first; empty in draft
  std::optional<Promotion> promotion;
  std::optional<ExperimentKey> holdback_of;
  std::optional<Time> started_at;  ///< of the present randomisation
  int extended_days = 0;           ///< added to max_days by `extend`
  bool operator==(const ExperimentEntry&) const = default;

  const Phase* current_phase() const;              ///< the open one (no end), null when none
  int variant_index(const VariantKey& key) const;  ///< kNoVariant when unknown
};

struct Catalog {
  CatalogVersion version{};
  std::string content_hash;  ///< sha256 prefix of the content without version and time
  Time created_at{};
  Definitions definitions;                   ///< as last applied
  std::vector<ExperimentEntry> experiments;  ///< sorted by key

  const ExperimentEntry* find(const ExperimentKey& key) const;
  /// "12-9f86d081": increasing integer and content hash.
  std::string definitions_version() const;
  bool operator==(const Catalog&) const = default;
};

/// Identity of a metric's values: key and hash of its definition.
MetricId metric_id(const MetricDefinition& definition);

/// "<key>--holdback".
ExperimentKey holdback_key(const ExperimentKey& key);

}  // namespace converge
