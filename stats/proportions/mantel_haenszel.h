#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"
#include "stats/proportions/difference_closed_form.h"

namespace converge::stats {

struct BinomialStratum {
  BinomialCount a;
  BinomialCount b;
};

struct MantelHaenszel {
  /// Common odds ratio, b over a: infinite when no stratum has a success of a beside a failure of
  /// b; none when the opposite pairs are missing too.
  std::optional<double> odds_ratio;
  std::optional<Interval> interval;  ///< none where the odds ratio is 0, infinite or undefined
  double chi_squared = 0;            ///< 1 degree of freedom, without continuity correction
  double p = 0;
};

/// Comparison of two proportions within strata: common odds ratio and Cochran-Mantel-Haenszel test.
/// Inputs   counts of both arms per stratum (an arm may be empty there: the stratum then says
///          nothing); alpha two-sided in (0, 1).
/// Output   swapping the arms gives the reciprocal odds ratio and interval and the same chi-square.
/// Assumes  independent trials; one odds ratio in all strata (the test holds its level without it);
///          strata fixed before the outcome is known. Many small strata are fine.
/// Errors   kInvalidArgument no stratum, successes outside [0, trials], alpha; kInsufficientData no
///          stratum in which both arms, successes and failures occur; kTooLarge beyond 1e12 trials
///          in one.
/// Cost     O(strata).
/// Source   Mantel, Haenszel (1959) JNCI 22:719-748; variance of the log odds ratio: Robins,
///          Breslow, Greenland (1986) Biometrics 42:311-323.
/// Checked  golden/calc/proportions_test.cc (stratified_proportions.json);
///          unit/stats/proportions_test.cc.
Result<MantelHaenszel> mantel_haenszel(std::span<const BinomialStratum> strata,
                                       const ProportionComparisonOptions& options);

}  // namespace converge::stats
