#pragma once

#include "base/result.h"
#include "stats/difference.h"
#include "stats/sequential/asymptotic_cs.h"

namespace converge::stats {

struct PlannedEffectOptions {
  double alpha;  ///< error over all looks together: two-sided, or one-sided for a bound
  /// Difference::harmonic_n at the planned sample: a quarter of the planned units at equal shares,
  /// r (1 - r) times them at shares r and 1 - r.
  double planned_harmonic_n;
};

/// Asymptotic confidence sequence whose mixture is located at the effect that the plan can find: as
/// valid at every look as asymptotic_cs.h, narrower around the planned sample, wider far from it.
/// Inputs   a Difference; alpha in (0, 1) two-sided; planned_harmonic_n > 0. Time is counted in
///          harmonic_n, in which a unit weighs what it tells: under a ramp n_a + n_b runs ahead of
///          it and the error triples (normal values, 1 % to 50 %: 0.95 % becomes 2.8 %).
/// Output   interval, its multiplier, e-value and p of "no difference"; the interval excludes 0 iff
///          p < alpha. Shrinks to 0 with n like asymptotic_cs.h.
/// Assumes  as asymptotic_cs.h: independent units, a normal limit (asymptotic_guard.h); looks at
///          any time, for any reason, also beyond the planned sample.
/// Errors   kInvalidArgument options, a figure that is not finite; kInsufficientData variance 0.
/// Cost     O(1), three to six steps of Newton.
/// Source   mixture supermartingales: Robbins (1970) Ann. Math. Stat. 41:1397-1409; for asymptotic
///          sequences Waudby-Smith et al. (2024), theorem 2.2. The prior of the standardised drift
///          is 1/2 N(mu, tau^2) + 1/2 N(-mu, tau^2), mu^2 planned_harmonic_n = 2 ln(2 / alpha): a
///          point prior there makes the sequence tightest at planned_harmonic_n; tau^2 = mu^2 / 8
///          keeps it useful elsewhere (calibration/power_calibration.cc).
/// Checked  unit/stats/planned_effect_cs_test.cc (quadrature); calibration/.
Result<AsymptoticCs> planned_effect_cs_two_sided(const Difference& difference,
                                                 const PlannedEffectOptions& options);

/// One-sided: the difference is above interval.lower at every look at once.
/// Inputs   as two-sided, alpha one-sided.
/// Output   interval [lower, +infinity); p against "the difference is 0 or less".
/// Source   the same with the prior N(mu, tau^2) cut at 0, mu^2 planned_harmonic_n = 2 ln(1 /
/// alpha);
///          without drifts below 0 the likelihood ratio is a supermartingale for every difference
///          of 0 or less.
/// Errors, cost, checked as two-sided.
Result<AsymptoticCs> planned_effect_cs_lower(const Difference& difference,
                                             const PlannedEffectOptions& options);

/// The mirror image: interval (-infinity, upper], p against "the difference is 0 or more".
Result<AsymptoticCs> planned_effect_cs_upper(const Difference& difference,
                                             const PlannedEffectOptions& options);

}  // namespace converge::stats
