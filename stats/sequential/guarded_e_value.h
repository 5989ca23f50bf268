#pragma once

#include "base/result.h"
#include "stats/sequential/asymptotic_guard.h"

namespace converge::stats {

/// Both kinds of evidence against the same null at one look, each over all data so far.
struct GuardedEvidence {
  double log_e_exact;       ///< of an exact e-process (not its maximum); 0 where there is none
  double log_e_asymptotic;  ///< of asymptotic_cs_*; -infinity: nothing against the null
  GuardVerdict guard;       ///< of this look
};

struct GuardedOptions {
  double alpha;        ///< over all looks and both kinds together
  double exact_share;  ///< of alpha that the exact e-process may use, in [0, 1)
};

/// A quarter: it costs the normal limit a 3 to 4 % wider interval and the small counts ln 4.
inline constexpr double kGuardedExactShare = 0.25;

struct GuardedEValue {
  double log_e = 0;
  double p = 1;                 ///< min(1, 1 / e) at this look
  bool is_rejected = false;     ///< log_e >= ln(1 / alpha)
  double alpha_asymptotic = 0;  ///< the level of the asymptotic interval that may stand beside it
};

/// One always-valid e-value for the time before and after a normal limit may be trusted.
/// Inputs   evidence of one look; options.
/// Output   e = share * e_exact + (1 - share) * e_asymptotic where the guard is satisfied, and
///          share * e_exact where it is not.
/// Assumes  both e-values speak of one null. The asymptotic one is taken as an e-process from the
///          first look at which the guard is satisfied, which is what the guard is for.
/// Errors   kInvalidArgument alpha, share, an e-value that is NaN or +infinity.
/// Cost     O(1).
/// Source   averages of e-processes: Vovk, Wang (2021) Ann. Stat. 49:1736-1754; Ville's inequality.
/// Checked  unit/stats/guarded_e_value_test.cc.
///
/// Why the error of both phases together is at most alpha. Under the null the exact process lies
/// below a martingale M, the asymptotic one below a martingale N wherever the guard admits it, both
/// starting at 1. Whatever the guard does, and however it depends on the data, 0 <= 1{guard} <= 1,
/// so that e_t <= share * M_t + (1 - share) * N_t at every look t: one martingale that starts at 1.
/// It ever reaches 1 / alpha with a chance of at most alpha. No switch has to be announced, and
/// evidence from before the guard keeps counting. Two separate tests at share * alpha and
/// (1 - share) * alpha would be valid too and reject less often: their maximum is below the sum.
///
/// The interval beside it: the asymptotic one at alpha_asymptotic = (1 - share) * alpha contains
/// every value this rule does not reject, so it is valid together with it; where the rule rejects
/// "difference <= margin" the interval may be cut at the margin, so that both say the same.
Result<GuardedEValue> guarded_e_value(const GuardedEvidence& evidence,
                                      const GuardedOptions& options);

}  // namespace converge::stats
