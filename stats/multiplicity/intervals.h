#pragma once

#include <limits>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

/// An estimate with a t or, at infinite dof, a normal distribution.
struct Estimate {
  double value = 0;
  double standard_error = 0;
  double dof = std::numeric_limits<double>::infinity();
};

struct AdjustedInterval {
  Interval interval;
  double p_adjusted = 1;       ///< two-sided
  bool excludes_zero = false;  ///< p_adjusted <= alpha; a bound of 0 is then not part of it
};

/// Simultaneous intervals that agree with Bonferroni's adjusted p values.
/// Inputs   estimates; alpha two-sided in (0, 1), over all of them.
/// Output   intervals at 1 - alpha / k each, .level the simultaneous 1 - alpha.
/// Assumes  each estimate's distribution; any dependence.
/// Errors   kInvalidArgument alpha, a figure not finite, standard error or dof not above 0;
///          kInsufficientData standard error 0.
/// Cost     O(k).
/// Source   Dunn (1961) J. Am. Stat. Assoc. 56:52-64.
/// Checked  unit/stats/multiplicity_intervals_test.cc; property/stats/multiplicity_test.cc.
Result<std::vector<AdjustedInterval>> bonferroni_intervals(std::span<const Estimate> estimates,
                                                           double alpha);

/// Simultaneous intervals that agree with Holm's procedure.
/// Inputs   as bonferroni_intervals.
/// Output   each side is Holm's at alpha / 2: an effect that Holm calls positive has lower bound 0
///          unless every one is called positive, then Bonferroni's bound where that is above 0;
///          one that it does not call has the bound at alpha / 2 over the number of those not
///          called. So a verdict of Holm's says the direction, seldom the size, which is the price
///          of its power. p_adjusted: twice the smaller of the two directions' Holm p values.
/// Assumes  as bonferroni_intervals.
/// Errors   as bonferroni_intervals.
/// Cost     O(k log k).
/// Source   Strassburger, Bretz (2008) Stat. Med. 27:4914-4927; Guilbaud (2008) Biom. J.
///          50:678-692; both directions by Bonferroni.
/// Checked  as bonferroni_intervals.
Result<std::vector<AdjustedInterval>> holm_intervals(std::span<const Estimate> estimates,
                                                     double alpha);

/// Intervals for what Benjamini-Hochberg selected, by false coverage rate.
/// Inputs   as bonferroni_intervals; alpha is the false discovery and false coverage rate q.
/// Output   for the R selected: 1 - R q / k intervals, which exclude 0; p_adjusted Benjamini and
///          Hochberg's. For the others a plain 1 - q interval, which claims nothing (excludes_zero
///          false).
/// Assumes  independent or positively dependent estimates.
/// Errors   as bonferroni_intervals.
/// Cost     O(k log k).
/// Source   Benjamini, Yekutieli (2005) J. Am. Stat. Assoc. 100:71-81.
/// Checked  as bonferroni_intervals.
Result<std::vector<AdjustedInterval>> false_coverage_rate_intervals(
    std::span<const Estimate> estimates, double alpha);

}  // namespace converge::stats
