#pragma once

#include "base/result.h"
#include "stats/bayes/posteriors.h"
#include "stats/interval.h"

namespace converge::stats {

/// The narrowest interval that holds `level` of a posterior: no point outside is denser than one
/// inside. Where the density has its peak at an end of the range, the interval starts there.
/// Inputs   a posterior; level in (0, 1).
/// Output   bounds to about 1e-8 of the width. For normal and Student-t posteriors it is the
///          interval of equal tails.
/// Assumes  one peak.
/// Errors   kInvalidArgument; kInsufficientData a Beta posterior with both parameters below 1,
///          which has two peaks, or with both equal to 1, where every interval is as good.
/// Cost     some 40 quantiles.
/// Source   equal densities at both ends: Box, Tiao (1973) 2.8.
/// Checked  unit/stats/highest_density_test.cc (scipy).
Result<Interval> highest_density_interval(const BetaPosterior& posterior, double level);
Result<Interval> highest_density_interval(const GammaPosterior& posterior, double level);
Result<Interval> highest_density_interval(const LognormalPosterior& posterior, double level);

/// Tails of (1 - level) / 2 on either side.
/// Errors   kInvalidArgument.
/// Cost     two quantiles.
Result<Interval> equal_tailed_interval(const BetaPosterior& posterior, double level);
Result<Interval> equal_tailed_interval(const GammaPosterior& posterior, double level);
Result<Interval> equal_tailed_interval(const LognormalPosterior& posterior, double level);

}  // namespace converge::stats
