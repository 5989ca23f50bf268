#pragma once

#include <cstddef>

#include "engine/analyse/harm.h"
#include "engine/ledger/experiment_moments.h"
#include "engine/model/catalog.h"

/// Which comparisons share an error budget. Internal to engine/analyse.
namespace converge {

/// Fixed by the definition and the allocation, never by the data: post-hoc metrics and metrics
/// without a window are in no family; variants that no bucket ever held (a holdback pair lists all
/// variants of its parent) count for nothing.
class Families {
 public:
  Families(const ExperimentEntry& entry, const ExperimentMoments& moments);

  /// Whether this metric may decide at all.
  bool counts(std::size_t metric) const;
  /// Whether this variant (not the control) was there at the start of the randomisation: one that
  /// was added later is compared and watched for harm, and never wins by itself.
  bool may_win(std::size_t variant) const;
  HarmLevels levels(MetricRole role, double alpha) const;

 private:
  const ExperimentEntry& entry_;
  int variants_ = 1;
  std::size_t started_variants_ = 0;  ///< how many there were at the start; 0: unknown, all
  int guardrails_ = 0;
  int deteriorations_ = 0;
};

/// Holm over success metrics x variants on the always-valid p of matured units, everyone. A p that
/// does not exist, or that the guard does not trust, takes part as 1 and stays undefined itself.
void adjust_success(const Families& families, std::vector<MetricEvidence>& metrics,
                    const std::vector<std::size_t>& matured);

}  // namespace converge
