#pragma once

#include <map>
#include <string>

#include "engine/ledger/plan.h"

namespace converge {

/// Where a unit stands in a native experiment: its buckets under the experiment's seed and under
/// those of its filters. Refers to the plan. Phases are indexes into plan.phases.
class Placement {
 public:
  Placement(const ExperimentPlan& plan, const std::string& unit_id);

  /// The variant that the unit was assigned in that phase, or kNoVariant.
  int allocated(std::size_t phase) const;

  /// Whether the unit was assigned two variants in the phases up to this one.
  bool has_moved(std::size_t phase) const;
  /// Whether it was assigned this variant in one of the phases up to this one.
  bool ever_allocated(std::size_t phase, int variant) const;

  /// Index into PlanPhase::classes, or kNotEnrolled.
  int enrolment_class(std::size_t phase) const;

 private:
  const ExperimentPlan& plan_;
  std::size_t bucket_;
  std::map<std::string, int> filter_buckets_;  ///< by seed
};

}  // namespace converge
