#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"
#include "stats/proportions/difference_closed_form.h"

namespace converge::stats {

/// Test of share(b) - share(a) against one value.
struct ScoreTest {
  double z = 0;
  double p_two_sided = 0;
  double p_greater = 0;  ///< against a difference of at most that value
  double p_less = 0;     ///< against a difference of at least that value
};

struct ScoreDifference {
  double estimate = 0;  ///< share(b) - share(a)
  Interval interval;
  ScoreTest test;  ///< against 0
};

/// Score interval and test for the difference of two proportions, share(b) - share(a).
/// Inputs   counts of both arms; alpha two-sided in (0, 1).
/// Output   all differences that the score test with constrained maximum likelihood does not
///          reject; within [-1, 1], with a width at 0 or n successes. The interval excludes 0
///          exactly when |z| of the test against 0 exceeds the quantile of alpha. Swapping the arms
///          mirrors it. Miettinen-Nurminen carries the variance factor N / (N - 1), Mee does not.
///          No success in either arm (or no failure): z is 0, its limit there, and p is 1.
/// Assumes  independent trials, independent arms, one fixed look.
/// Errors   kInvalidArgument successes outside [0, trials], alpha; kInsufficientData an arm without
///          trials; kTooLarge beyond 1e12 trials.
/// Cost     O(1): some 20 evaluations of the score, each with a root of about as many.
/// Source   Miettinen, Nurminen (1985) Stat. Med. 4:213-226, eq. 8-10; Mee (1984) Biometrics
///          40:1175-1176.
/// Checked  golden/calc/proportions_test.cc (proportion_score_intervals.json);
///          unit/stats/proportions_test.cc; property/stats/proportions_test.cc.
Result<ScoreDifference> miettinen_nurminen_difference(const BinomialCount& a,
                                                      const BinomialCount& b,
                                                      const ProportionComparisonOptions& options);
Result<ScoreDifference> mee_difference(const BinomialCount& a, const BinomialCount& b,
                                       const ProportionComparisonOptions& options);

struct NonInferiorityOptions {
  double margin;  ///< on the scale of the difference: -0.02 is two points worse
};

/// Farrington-Manning test of share(b) - share(a) against a margin.
/// Inputs   counts of both arms; margin in (-1, 1). p_greater is the p of non-inferiority where
///          more successes are better, p_less where fewer are.
/// Output   z without the factor N / (N - 1); p in the named tail.
/// Assumes, Errors, Cost as above; kInvalidArgument margin.
/// Source   Farrington, Manning (1990) Stat. Med. 9:1447-1454.
/// Checked  golden/calc/proportions_test.cc (proportion_score_intervals.json).
Result<ScoreTest> farrington_manning(const BinomialCount& a, const BinomialCount& b,
                                     const NonInferiorityOptions& options);

}  // namespace converge::stats
