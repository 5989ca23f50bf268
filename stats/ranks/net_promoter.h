#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

/// Answers to "would you recommend" from 0 to 10: up to 6, 7 and 8, from 9 on.
struct NetPromoterCounts {
  std::int64_t detractors = 0;
  std::int64_t passives = 0;
  std::int64_t promoters = 0;
};

struct NetPromoterOptions {
  double alpha;  ///< two-sided
};

struct NetPromoterScore {
  double score = 0;           ///< 100 (share of promoters - share of detractors)
  double standard_error = 0;  ///< 100 sqrt((p+ + p- - (p+ - p-)^2) / n); 0 when all answer alike
  Interval interval;          ///< of the score, has a width at every count
};

struct NetPromoterDifference {
  double estimate = 0;  ///< score of b less that of a
  double standard_error = 0;
  std::optional<double> z;  ///< none where all of a answer alike and all of b: nothing varies
  std::optional<double> p_two_sided;
  std::optional<Interval>
      interval;             ///< normal, none as z; excludes 0 exactly when p_two_sided < alpha
  Interval score_interval;  ///< from the score intervals of both arms; holds at small counts
};

/// Net promoter score of one arm.
/// Inputs   counts of detractors, passives, promoters; alpha two-sided in (0, 1).
/// Output   score from -100 to 100. The interval inverts the score test of p+ - p- with constrained
///          maximum likelihood (that of a difference of correlated proportions), which holds at
///          small counts and where all answer alike. Exchanging detractors and promoters mirrors
///          it.
/// Assumes  one answer per unit, independent units, one fixed look.
/// Errors   kInvalidArgument a negative count, alpha; kInsufficientData no answers; kTooLarge
///          beyond 1e12 answers.
/// Cost     O(1): some 20 evaluations of a closed form.
/// Source   standard error by definition; interval: Tango (1998) Stat. Med. 17:891-908.
/// Checked  unit/stats/net_promoter_test.cc; golden/calc/ranks_test.cc.
Result<NetPromoterScore> net_promoter_score(const NetPromoterCounts& counts,
                                            const NetPromoterOptions& options);

/// Difference of the net promoter scores of two arms, b - a.
/// Output   normal interval and test with the sum of the exact variances, and beside them the
///          square-and-add interval of both score intervals. Swapping the arms mirrors both.
/// Inputs, Assumes, Errors, Cost as above.
/// Source   definition; square-and-add: Zou, Donner (2008) Stat. Med. 27:1693-1702.
/// Checked  unit/stats/net_promoter_test.cc; property/stats/ranks_test.cc.
Result<NetPromoterDifference> net_promoter_difference(const NetPromoterCounts& a,
                                                      const NetPromoterCounts& b,
                                                      const NetPromoterOptions& options);

}  // namespace converge::stats
