#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

struct ShareHomogeneity {
  double chi_square = 0;
  int dof = 0;
  double p_chi_square = 1;
  double smallest_expected = 0;
  /// Given the margins (Fisher, Freeman, Halton); only where an expected count is below 5 and the
  /// outcomes can be enumerated.
  std::optional<double> p_exact;
  double p = 1;  ///< p_exact where there is one, else p_chi_square
  std::vector<double> shares;
};

/// Do arms have the same share of an event: of units left out (crossovers, filters), of units that
/// could be linked to another id?
/// Inputs   events and units, one pair per arm.
/// Output   Pearson's test of homogeneity, an exact p for small counts. An arm without units is no
///          arm. No event anywhere, or nothing but events, contradicts nothing: p 1.
/// Assumes  independent units, one fixed look.
/// Errors   kInvalidArgument sizes that differ, events outside 0 .. units; kInsufficientData fewer
///          than two arms with units.
/// Cost     O(arms), or O(outcomes) for the exact p.
/// Source   Pearson (1900); Freeman, Halton (1951) Biometrika 38:141-149.
/// Checked  unit/stats/quality_test.cc (scipy chi2_contingency, R fisher.test).
Result<ShareHomogeneity> share_homogeneity(std::span<const std::int64_t> events,
                                           std::span<const std::int64_t> units);

}  // namespace converge::stats
