#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

struct SrmStratum {
  std::vector<std::int64_t> counts;  ///< units per arm since the start of the stratum
  std::vector<double> weights;       ///< intended shares within it; 0: the arm takes nobody there
};

struct StrataSrm {
  double log_e = 0;                   ///< of all strata together
  double p = 1;                       ///< min(1, 1 / e), valid at every look
  std::vector<double> log_e_stratum;  ///< 0 for a stratum without a comparison
  std::vector<std::size_t> refuted;   ///< strata in which an arm of weight 0 holds a unit
};

/// Sequential test for sample ratio mismatch over strata with different shares: phases of a ramp,
/// sets of buckets with the same history.
/// Inputs   strata; concentration > 0 of the prior, the same in each (multinomial_srm.h).
/// Output   logarithms of e-values add up, since strata hold different units. A stratum with fewer
///          than two positive weights tells nothing of the shares; its units in arms of weight 0
///          still refute them.
/// Assumes  units are assigned independently with fixed shares within each stratum. Looks may be
///          at any time.
/// Errors   as multinomial_srm, with the stratum's position; kInsufficientData no stratum holds
///          two positive weights.
/// Cost     O(strata arms).
/// Source   Lindon, Malek (2022) NeurIPS, arXiv 2011.03567; products of e-values of independent
///          strata.
/// Checked  unit/stats/quality_test.cc.
Result<StrataSrm> strata_srm(std::span<const SrmStratum> strata, double concentration);

}  // namespace converge::stats
