#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/rates/event_count.h"

namespace converge::stats {

struct RateRatioOptions {
  double alpha;       ///< two-sided
  double null_ratio;  ///< rate(b) / rate(a) under the null hypothesis; 1 for equal rates
};

struct RateRatio {
  double estimate = 0;     ///< rate(b) / rate(a); infinite without an event in a
  Interval interval;       ///< from 0 without an event in b, to infinity without one in a
  double p_two_sided = 0;  ///< sum of the probabilities of all splits no likelier than the observed
  double p_central = 0;    ///< twice the smaller tail, at most 1: agrees with the interval
  double p_greater = 0;    ///< against a ratio of at most null_ratio
  double p_less = 0;       ///< against a ratio of at least null_ratio
};

/// Exact interval and test for the ratio of two Poisson rates, rate(b) / rate(a), conditional on
/// the events of both arms together; and its mid-p form.
/// Inputs   events and exposures of both arms; alpha two-sided in (0, 1); null_ratio above 0.
/// Output   the interval inverts both tails at alpha / 2 (Clopper-Pearson of the share of b); it
///          excludes null_ratio exactly when p_central < alpha. The mid-p form counts half the
///          probability of the observed split. Swapping the arms gives the reciprocals.
/// Assumes  Poisson counts, independent arms, one fixed look. The exact form is conservative; the
///          mid-p holds its level on average: the default for small counts.
/// Errors   kInvalidArgument events, exposure, alpha, null_ratio; kInsufficientData no event in
///          either arm; kTooLarge beyond 1e12 events.
/// Cost     O(sqrt(events)) with some 60 tails: 60 ms at 1e9 events, 2 s at 1e12.
/// Source   Przyborowski, Wilenski (1940) Biometrika 31:313-323; two-sided p as in R's
///          poisson.test; mid-p Lancaster (1961), interval as in Cohen, Yang (1994) Stat. Med.
///          13:1809-1815.
/// Checked  golden/calc/rates_test.cc (poisson_rate_ratio_exact.json, poisson_rates.json);
///          unit/stats/rates_test.cc; property/stats/rates_test.cc.
Result<RateRatio> rate_ratio_exact(const EventCount& a, const EventCount& b,
                                   const RateRatioOptions& options);
Result<RateRatio> rate_ratio_mid_p(const EventCount& a, const EventCount& b,
                                   const RateRatioOptions& options);

}  // namespace converge::stats
