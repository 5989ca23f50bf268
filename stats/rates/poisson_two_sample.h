#pragma once

#include "base/result.h"
#include "stats/rates/event_count.h"

namespace converge::stats {

struct RateTest {
  double z = 0;
  double p_two_sided = 0;
  double p_greater = 0;  ///< against a ratio of at most null_ratio
  double p_less = 0;     ///< against a ratio of at least null_ratio
};

struct RateTestOptions {
  double null_ratio;  ///< rate(b) / rate(a) under the null hypothesis; 1 for equal rates
};

/// Normal approximations to the test of a ratio of two Poisson rates, rate(b) / rate(a).
/// Inputs   events and exposures of both arms; null_ratio above 0.
/// Output   z and its tails; swapping the arms (with 1 / null_ratio) mirrors them. Score: variance
///          under the null; Wald: each arm by its own count; square root: variance stabilised, the
///          closest of the three at small counts.
/// Assumes  Poisson counts, independent arms, one fixed look; not tiny counts: rate_ratio_exact.h
///          has no such limit.
/// Errors   kInvalidArgument events, exposure, null_ratio; kInsufficientData no event in either
///          arm; kTooLarge beyond 1e12 events.
/// Cost     O(1).
/// Source   Gu, Ng, Tang, Schucany (2008) Biom. J. 50:283-298: W2 (score), W1 (Wald), W5 (square
///          root, with 3/8 added).
/// Checked  golden/calc/rates_test.cc (poisson_rates.json); property/stats/rates_test.cc.
Result<RateTest> rate_score_test(const EventCount& a, const EventCount& b,
                                 const RateTestOptions& options);
Result<RateTest> rate_wald_test(const EventCount& a, const EventCount& b,
                                const RateTestOptions& options);
Result<RateTest> rate_square_root_test(const EventCount& a, const EventCount& b,
                                       const RateTestOptions& options);

}  // namespace converge::stats
