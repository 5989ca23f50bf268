#pragma once

#include "base/result.h"
#include "stats/difference.h"
#include "stats/interval.h"

namespace converge::stats {

struct AsymptoticCsOptions {
  double alpha;            ///< error over all looks together: two-sided, or one-sided for a bound
  double planned_total_n;  ///< units of both arms at which the sequence is tightest
};

struct AsymptoticCs {
  Interval interval;        ///< a bound has +-infinity on its other side
  double z_multiplier = 0;  ///< half-width / sqrt(variance); fits FiellerInputs::z
  double log_e = 0;         ///< of the hypothesis of no difference; -infinity: nothing against it
  double p = 1;             ///< always-valid at this look: min(1, 1 / e)
};

/// The tuning parameter that makes the sequence tightest at planned_n units.
/// Inputs   alpha in (0, 1) two-sided; planned_n > 0.
/// Output   rho^2 > 0, by the lower branch of Lambert's W.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2024) Ann. Stat. 52:2613-2640, appendix
///          B.2; arXiv 2103.06476.
/// Checked  golden/stats/asymptotic_cs_test.cc (asymptotic_cs.json).
Result<double> rho_squared(double alpha, double planned_n);

/// The closed approximation of rho_squared, which GrowthBook uses. Inputs and errors as above.
Result<double> rho_squared_approximate(double alpha, double planned_n);

/// Two-sided asymptotic confidence sequence for a difference of means: valid at every look at once.
/// Inputs   a Difference (n = n_a + n_b); alpha in (0, 1); planned_total_n > 0.
/// Output   interval, e-value and p of "no difference"; the interval excludes 0 iff p < alpha.
/// Assumes  independent units and enough of them for a normal limit: see asymptotic_guard.h before
///          an action rests on it. Looks may be at any time, for any reason.
/// Errors   kInvalidArgument options, a figure that is not finite; kInsufficientData variance 0.
/// Cost     O(1).
/// Source   Waudby-Smith et al. (above) eq. 9; s^2 = n * variance.
/// Checked  golden/stats/asymptotic_cs_test.cc, golden/stats/gb_sequential_test.cc;
///          property/stats/arms_test.cc.
Result<AsymptoticCs> asymptotic_cs_two_sided(const Difference& difference,
                                             const AsymptoticCsOptions& options);

/// One-sided sequence: the difference is above interval.lower, at every look at once.
/// Inputs   as two-sided; alpha one-sided in (0, 0.5), which enters rho as 2 alpha.
/// Output   interval [lower, +infinity); p and e-value against "the difference is 0 or less", in
///          closed form, p 1 where the estimate does not lie above 0. lower > 0 iff p < alpha.
/// Assumes, errors, cost as two-sided.
/// Source   Waudby-Smith et al. (above) eq. 134; p is its inverse in alpha.
/// Checked  golden/stats/gb_sequential_test.cc; property/stats/arms_test.cc.
Result<AsymptoticCs> asymptotic_cs_lower(const Difference& difference,
                                         const AsymptoticCsOptions& options);

/// The mirror image: interval (-infinity, upper], p against "the difference is 0 or more".
Result<AsymptoticCs> asymptotic_cs_upper(const Difference& difference,
                                         const AsymptoticCsOptions& options);

/// A tuning parameter taken from elsewhere (GrowthBook's approximation) in place of the planned n.
struct AsymptoticCsShape {
  double alpha;
  double rho_squared;
};

Result<AsymptoticCs> asymptotic_cs_two_sided(const Difference& difference,
                                             const AsymptoticCsShape& shape);
Result<AsymptoticCs> asymptotic_cs_lower(const Difference& difference,
                                         const AsymptoticCsShape& shape);
Result<AsymptoticCs> asymptotic_cs_upper(const Difference& difference,
                                         const AsymptoticCsShape& shape);

}  // namespace converge::stats
