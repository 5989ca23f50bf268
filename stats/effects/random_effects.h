#pragma once

#include <span>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

/// An effect measured in one place (an experiment, a segment) with its sampling variance.
struct MeasuredEffect {
  double effect = 0;
  double variance = 0;
};

enum class BetweenVariance {
  kNone,              ///< the same effect everywhere: fixed effect
  kDerSimonianLaird,  ///< closed form from Q
  kPauleMandel,       ///< Q at the solution equals its dof
  kReml,              ///< restricted maximum likelihood
};

/// When the iterations stop.
struct BetweenVarianceTolerance {
  double paule_mandel;      ///< width of the bracket of tau^2
  double tau_squared_most;  ///< Paule-Mandel's upper bracket; 0: found from the data
  double reml;  ///< change of tau^2 in one step of Fisher scoring; 0: the root of the score
};

/// To the precision of double, in any unit.
constexpr BetweenVarianceTolerance kExactTolerance{
    .paule_mandel = 0, .tau_squared_most = 0, .reml = 0};

/// As metafor 3.8-1 stops: loosely, and by an absolute step, so that units matter.
constexpr BetweenVarianceTolerance kMetaforTolerance{
    .paule_mandel = 0x1p-13, .tau_squared_most = 100, .reml = 1e-5};

/// Variance of the true effects between places.
/// Inputs   at least two effects with variances above 0.
/// Output   tau^2 >= 0.
/// Assumes  independent effects; normal, for REML.
/// Errors   kInsufficientData fewer than two effects; kInvalidArgument a figure that is not
///          finite, a variance of 0 or below, a tolerance.
/// Cost     O(k) per iteration.
/// Source   DerSimonian, Laird (1986) Control. Clin. Trials 7:177-188; Paule, Mandel (1982) J.
///          Res. NBS 87:377-385; Viechtbauer (2005) J. Educ. Behav. Stat. 30:261-293 (REML).
/// Checked  golden/calc/effects_test.cc (meta_analysis.json); unit/stats/effects_test.cc.
Result<double> between_variance(std::span<const MeasuredEffect> effects, BetweenVariance method,
                                const BetweenVarianceTolerance& tolerance);

struct PooledEffect {
  double estimate = 0;
  double standard_error = 0;
  double tau_squared = 0;
  double q = 0;          ///< Cochran's Q, about the fixed effect
  double i_squared = 0;  ///< per cent of the total variance that lies between
  double dof = 0;        ///< infinite for the normal interval, k - 1 for Knapp-Hartung's
  double p = 1;          ///< two-sided, against no effect
  Interval interval;
};

/// The mean effect for a given tau^2, with the normal interval.
/// Inputs   as between_variance; tau_squared >= 0; alpha two-sided in (0, 1).
/// Output   PooledEffect. One effect alone is allowed: it is the mean.
/// Errors   kInsufficientData no effect; kInvalidArgument as above, alpha.
/// Cost     O(k).
/// Source   DerSimonian, Laird (1986); I^2: Higgins, Thompson (2002) Stat. Med. 21:1539-1558.
/// Checked  as between_variance.
Result<PooledEffect> pooled_effect(std::span<const MeasuredEffect> effects, double tau_squared,
                                   double alpha);

/// The same with the interval of Knapp and Hartung: t with k - 1 degrees of freedom and a standard
/// error from the weighted residuals, which few places need. Errors besides: kInsufficientData
/// fewer than two effects, or residuals that are all 0.
/// Source   Knapp, Hartung (2003) Stat. Med. 22:2693-2710.
Result<PooledEffect> pooled_effect_knapp_hartung(std::span<const MeasuredEffect> effects,
                                                 double tau_squared, double alpha);

}  // namespace converge::stats
