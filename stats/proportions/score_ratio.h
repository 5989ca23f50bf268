#pragma once

#include <optional>

#include "base/result.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"
#include "stats/proportions/difference_closed_form.h"

namespace converge::stats {

struct ScoreRatio {
  /// share(b) / share(a); infinite when only a has no success, none when neither has one.
  std::optional<double> estimate;
  Interval interval;
  double z = 0;  ///< against a ratio of 1
  double p_two_sided = 0;
};

/// Score interval for the ratio of two proportions, share(b) / share(a) (relative risk).
/// Inputs   counts of both arms; alpha two-sided in (0, 1).
/// Output   all ratios that the score test with the factor N / (N - 1) does not reject: from 0 when
///          b has no success, up to infinity when a has none. The interval excludes 1 exactly when
///          the Miettinen-Nurminen interval of the difference excludes 0. Swapping the arms gives
///          the reciprocals.
/// Assumes  independent trials, independent arms, one fixed look.
/// Errors   kInvalidArgument successes outside [0, trials], alpha; kInsufficientData an arm without
///          trials; kTooLarge beyond 1e12 trials.
/// Cost     O(1): some 20 evaluations of a closed form.
/// Source   Koopman (1984) Biometrics 40:513-517; Miettinen, Nurminen (1985) Stat. Med. 4:213-226,
///          eq. 10-12 (the factor).
/// Checked  golden/calc/proportions_test.cc (proportion_score_intervals.json);
///          property/stats/proportions_test.cc.
Result<ScoreRatio> miettinen_nurminen_ratio(const BinomialCount& a, const BinomialCount& b,
                                            const ProportionComparisonOptions& options);

}  // namespace converge::stats
