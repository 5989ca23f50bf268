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
  HarmLevels levels(MetricRole role, double alpha) const;

 private:
  const ExperimentEntry& entry_;
  int variants_ = 1;
  int guardrails_ = 0;
  int deteriorations_ = 0;
};

/// Holm over success metrics x variants on the always-valid p of matured units, everyone. A p that
/// does not exist, or that the guard does not trust, takes part as 1 and stays undefined itself.
void adjust_success(const Families& families, std::vector<MetricEvidence>& metrics,
                    const std::vector<std::size_t>& matured);

}  // namespace converge
