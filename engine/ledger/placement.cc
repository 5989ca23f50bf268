#include "engine/ledger/placement.h"

#include <algorithm>

#include "engine/assign/hash.h"

namespace converge {

Placement::Placement(const ExperimentPlan& plan, const std::string& unit_id)
    : plan_(plan), bucket_(static_cast<std::size_t>(bucket_of(plan.effective_seed, unit_id))) {
  for (const PlanPhase& phase : plan.phases) {
    for (const EnrolmentFilter& filter : phase.filters) {
      filter_buckets_.try_emplace(filter.seed, bucket_of(filter.seed, unit_id));
    }
  }
}

int Placement::allocated(std::size_t phase) const {
  const PlanPhase& at = plan_.phases[phase];
  if (at.variant_of_bucket.empty()) return kNoVariant;
  const bool passes =
      std::all_of(at.filters.begin(), at.filters.end(), [this](const EnrolmentFilter& filter) {
        return contains(filter.ranges, filter_buckets_.at(filter.seed));
      });
  return passes ? at.variant_of_bucket[bucket_] : kNoVariant;
}

bool Placement::has_moved(std::size_t phase) const {
  int first = kNoVariant;
  for (std::size_t i = 0; i <= phase; ++i) {
    const int variant = allocated(i);
    if (variant == kNoVariant) continue;
    if (first != kNoVariant && variant != first) return true;
    first = variant;
  }
  return false;
}

bool Placement::ever_allocated(std::size_t phase, int variant) const {
  for (std::size_t i = 0; i <= phase; ++i) {
    if (allocated(i) == variant) return true;
  }
  return false;
}

int Placement::enrolment_class(std::size_t phase) const {
  std::string history;
  for (std::size_t i = 0; i <= phase; ++i) history += allocated(i) == kNoVariant ? '0' : '1';
  const auto& classes = plan_.phases[phase].class_of_history;
  const auto found = classes.find(history);
  return found == classes.end() ? kNotEnrolled : found->second;
}

}  // namespace converge
