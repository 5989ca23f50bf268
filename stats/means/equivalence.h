#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/moments.h"

namespace converge::stats {

struct EquivalenceOptions {
  double margin_low;   ///< in the metric's unit; the treatment may be worse by so much, often < 0
  double margin_high;  ///< above margin_low
  double alpha;        ///< of each one-sided test, which is that of the whole
};

struct Equivalence {
  double estimate = 0;  ///< mean(b) - mean(a)
  double standard_error = 0;
  double dof = 0;
  double t_low = 0;   ///< (estimate - margin_low) / standard_error
  double t_high = 0;  ///< (estimate - margin_high) / standard_error
  double p_low = 0;   ///< against estimate <= margin_low: the p value of non-inferiority
  double p_high = 0;  ///< against estimate >= margin_high
  double p = 0;       ///< the larger of both: small values show equivalence
  Interval interval;  ///< of level 1 - 2 alpha: within the margins if and only if p < alpha
};

/// Two one-sided tests (TOST): is mean(b) - mean(a) within margins?
/// Inputs   samples a, b; margins in the metric's unit, infinite for a margin that does not matter;
///          alpha in (0, 0.5).
/// Output   Equivalence.
/// Assumes  independent units; margins written down beforehand; one fixed look.
/// Errors   kInvalidArgument margins that are NaN or not in order, alpha, a figure that is not
///          finite; kInsufficientData n < 2 or both variances 0.
/// Cost     O(1).
/// Source   Schuirmann (1987) J. Pharmacokinet. Biopharm. 15:657-680; dof as Welch.
/// Checked  golden/calc/means_test.cc (student_tost.json); property/stats/means_test.cc.
Result<Equivalence> welch_equivalence(const Sample& a, const Sample& b,
                                      const EquivalenceOptions& options);

}  // namespace converge::stats
