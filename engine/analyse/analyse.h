#pragma once

#include <string>

#include "base/result.h"
#include "engine/ledger/experiment_moments.h"
#include "engine/model/catalog.h"
#include "engine/model/evidence.h"

namespace converge {

/// Limits beyond which data are broken (design sections 8 and 9).
struct HealthLimits {
  double srm_log_e = 6.907755278982137;  ///< ln 1000
  double crossover_share = 0.01;         ///< of all exposed units; for linked crossovers apart
  double mismatch_share = 0.01;          ///< of a phase's units
  double overflow_share = 0.001;         ///< of any arm
  double link_rate_p = 0.001;  ///< below it a link rate that differs between arms is a warning
  Duration stale_after = std::chrono::hours(24);
  std::size_t segment_values_max = 100;
};

struct AnalysisContext {
  std::string definitions_version;
  HealthLimits limits;
};

/// One look at one experiment. Pure; the same moments give the same evidence. Never fails: what
/// cannot be computed is a named Undefined or Verdict inside. `moments` must be of this entry.
Evidence analyse(const ExperimentEntry& entry, const ExperimentMoments& moments,
                 const AnalysisContext& context);

}  // namespace converge
