#pragma once

#include <span>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

struct BettingOptions {
  double alpha;
  double share_up;    ///< theta, share of the capital that bets on a larger mean; 1/2
  double truncation;  ///< c in (0, 1): a bet risks at most this share of its capital; 1/2
};

/// Hedged capital against "the mean is m", from values in the order in which they came.
/// Inputs   values in [0, 1]; m in [0, 1]; options.
/// Output   the larger of the two log capitals, ln(share_up K+) and ln((1 - share_up) K-);
/// -infinity
///          where a bet lost all, +infinity where a value refutes m (m of 0 or 1).
/// Assumes  values of one mean given those before; no limit theorem.
/// Errors   kInvalidArgument options, m, values outside [0, 1]; kInsufficientData no values.
/// Cost     O(n).
/// Source   Waudby-Smith, Ramdas (2024) JRSS B 86:1-27, theorem 3: bets by the predictable plug-in
///          of their eq. 26 at alpha share_up, from one pretended value 1/2 of variance 1/4.
/// Checked  golden/calc/sequential_test.cc (betting_cs.json).
Result<double> hedged_capital(std::span<const double> values, double m,
                              const BettingOptions& options);

/// The means that the capital has not refuted: a confidence sequence at the last value.
/// Output   interval within [0, 1].
/// Cost     O(n) per step of two root searches, which the monotony of each capital in m allows.
Result<Interval> hedged_capital_cs(std::span<const double> values, const BettingOptions& options);

}  // namespace converge::stats
