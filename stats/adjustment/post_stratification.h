#pragma once

#include <span>

#include "base/result.h"
#include "stats/adjustment/adjusted_difference.h"

namespace converge::stats {

struct PostStratified {
  AdjustedDifference adjusted;
  std::size_t strata = 0;     ///< after collapsing
  std::size_t collapsed = 0;  ///< strata that lacked units in an arm
};

/// Means of two arms as if both had the strata in the shares of all units together.
/// Inputs   one pair of samples per stratum. Strata with fewer than 2 units in an arm join the
///          largest stratum.
/// Output   mean_g = sum share_s mean_gs; the variance adds to sum share_s^2 v_gs / n_gs that of
///          the shares, which are estimated: multinomial over all units. Degrees of freedom are
///          those of Welch's test on the arms without strata.
/// Assumes  strata fixed before exposure; units a sample of the population.
/// Errors   kInsufficientData no stratum, one arm without units in all, no variance;
///          kInvalidArgument n below 0, figures not finite, variance below 0.
/// Cost     O(strata).
/// Source   Miratrix, Sekhon, Yu (2013) J. R. Stat. Soc. B 75:369-396; weights' variance by the
///          delta method. Equals gbstats 0.8.0 @8f1db44.
/// Checked  golden/calc/adjustment_test.cc (gb_post_stratification.json).
Result<PostStratified> post_stratification(std::span<const StratumPair> strata);

/// The relative effect by the delta method, as GrowthBook reports it (Fieller by fieller_inputs is
/// the better interval). Errors besides: kInsufficientData control mean 0.
Result<WelchResult> delta_relative(const AdjustedDifference& adjusted, const WelchOptions& options);

}  // namespace converge::stats
