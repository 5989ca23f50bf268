#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

struct ShareLimitInputs {
  std::int64_t events;  ///< units that crossed over, say
  std::int64_t units;
  double limit;  ///< the share above which something is wrong, in (0, 1)
  double alpha;  ///< one-sided, of each bound
};

struct ShareLimit {
  double share = 0;
  Interval interval;          ///< Wilson's bounds, each at alpha: level 1 - 2 alpha
  bool above = false;         ///< the share itself exceeds the limit
  bool surely_above = false;  ///< so does the lower bound
  bool surely_below = false;  ///< the upper bound is below the limit
};

/// Is a share of units above a limit?
/// Inputs   ShareLimitInputs.
/// Output   share, Wilson's score bounds and three answers; above, without surely_above, may be
///          chance.
/// Assumes  independent units, one fixed look.
/// Errors   kInvalidArgument counts, limit, alpha of 0 or above 0.5; kInsufficientData no unit.
/// Cost     O(1).
/// Source   Wilson (1927) J. Am. Stat. Assoc. 22:209-212.
/// Checked  unit/stats/quality_test.cc (statsmodels proportion_confint).
Result<ShareLimit> share_limit(const ShareLimitInputs& inputs);

}  // namespace converge::stats
