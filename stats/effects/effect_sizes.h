#pragma once

#include <optional>

#include "base/result.h"
#include "stats/interval.h"
#include "stats/moments.h"
#include "stats/proportions/binomial_count.h"

namespace converge::stats {

struct EffectSizeOptions {
  double alpha;  ///< two-sided
};

struct StandardisedDifference {
  double cohen_d = 0;     ///< (mean b - mean a) / pooled standard deviation
  double hedges_g = 0;    ///< d (1 - 3 / (4 N - 9))
  double variance_g = 0;  ///< N / (n_a n_b) + g^2 / (2 (N - 3.94))
  Interval interval_g;    ///< normal
  /// P(B > A) of two normal variables with the given means and variances (common language effect
  /// size); of ranks: mann_whitney.h.
  double probability_of_superiority = 0;
};

/// Standardised difference of two means, b - a.
/// Inputs   samples a, b (n, mean, variance with n - 1); alpha two-sided in (0, 1).
/// Output   free of units: scaling both arms changes nothing; swapping them changes the sign.
/// Assumes  about equal spreads for d and g; normal values for the probability.
/// Errors   kInvalidArgument alpha, a figure that is not finite, a negative variance;
///          kInsufficientData n < 2, or both variances 0.
/// Cost     O(1).
/// Source   Cohen (1988) ch. 2; Hedges (1981) J. Educ. Stat. 6:107-128 (approximate factor);
///          variance: Hedges, Olkin (1985) with 3.94 as statsmodels has it; McGraw, Wong (1992)
///          Psychol. Bull. 111:361-365.
/// Checked  golden/calc/effect_sizes_test.cc (effect_sizes.json); unit/stats/effect_sizes_test.cc.
Result<StandardisedDifference> standardised_difference(const Sample& a, const Sample& b,
                                                       const EffectSizeOptions& options);

/// Cohen's h, 2 asin sqrt(p_b) - 2 asin sqrt(p_a), from -pi to pi.
/// Errors   kInvalidArgument successes outside [0, trials]; kInsufficientData an arm without
///          trials; kTooLarge beyond 1e12 trials.
/// Source   Cohen (1988) sec. 6.2, as one arc tangent so that close shares do not cancel.
Result<double> cohen_h(const BinomialCount& a, const BinomialCount& b);

/// Units that have to get b instead of a for one success more: 1 / (share b - share a). The inverse
/// of an interval (l, u) of the difference has one of two shapes.
struct NumberNeededToTreat {
  std::optional<double> estimate;  ///< negative: for one success less; none at a difference of 0
  /// What the inverse of the interval looks like.
  enum class Shape {
    kInterval,  ///< [first, second]: the difference has one sign
    kTwoRays,   ///< up to first (below 0) and from second on (above 0): the difference may be 0
  };
  Shape shape = Shape::kInterval;
  double first = 0;  ///< -infinity or infinity where a bound of the difference is 0
  double second = 0;
  double level = 0;
};

/// Number needed to treat with the inverse of Newcombe's interval of the difference.
/// Inputs   counts of both arms; alpha two-sided in (0, 1).
/// Output   as above; swapping the arms changes signs and order.
/// Assumes, Errors, Cost as newcombe_difference (proportions/difference_closed_form.h).
/// Source   Altman (1998) BMJ 317:1309-1312.
/// Checked  unit/stats/effect_sizes_test.cc.
Result<NumberNeededToTreat> number_needed_to_treat(const BinomialCount& a, const BinomialCount& b,
                                                   const EffectSizeOptions& options);

}  // namespace converge::stats
