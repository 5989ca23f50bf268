#pragma once

#include "base/result.h"
#include "stats/interval.h"
#include "stats/means/t_test.h"
#include "stats/moments.h"

namespace converge::stats {

struct LogRatioOptions {
  double alpha;  ///< two-sided
};

struct LogRatioLift {
  double estimate = 0;  ///< mean(b) / mean(a) - 1
  TTest log_ratio;      ///< of ln(mean(b) / mean(a)); its p belong to the lift too
  Interval interval;    ///< of the lift, above -1; upper is infinite beyond the range of double
};

/// Relative lift of positive means on the scale of the log ratio: never below -100 %, and swapping
/// the arms inverts the ratio and mirrors the verdict.
/// Inputs   samples a, b with means above 0; alpha two-sided in (0, 1).
/// Output   LogRatioLift; Satterthwaite's degrees of freedom of the relative variances.
/// Assumes  independent units, one fixed look; both means some standard errors above 0.
/// Errors   as welch; kInsufficientData also a mean of 0 or less.
/// Cost     O(1).
/// Source   delta method for the logarithm; Katz et al. (1978) Biometrics 34:469-474 for
///          proportions.
/// Checked  golden/calc/lifts_test.cc (tea_tasting_mean_ratio_cuped.json);
///          property/stats/lift_test.cc.
Result<LogRatioLift> log_ratio_lift(const Sample& a, const Sample& b,
                                    const LogRatioOptions& options);

}  // namespace converge::stats
