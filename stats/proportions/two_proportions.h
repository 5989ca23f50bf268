#pragma once

#include <optional>

#include "base/result.h"
#include "stats/interval.h"
#include "stats/proportions/binomial_count.h"
#include "stats/proportions/difference_closed_form.h"

namespace converge::stats {

enum class TwoProportionMethod {
  kFisherMidP,         ///< smallest expected count below 5 and fewer than 10 000 trials
  kMiettinenNurminen,  ///< everything else
};

/// The standard lower-case name ("fisher_mid_p").
const char* name_of(TwoProportionMethod method);

struct TwoProportions {
  TwoProportionMethod method = TwoProportionMethod::kMiettinenNurminen;
  double smallest_expected = 0;  ///< of the four cells under equal proportions
  double estimate = 0;           ///< share(b) - share(a)
  double p_two_sided = 0;
  double p_greater = 0;
  double p_less = 0;
  /// Only with Miettinen-Nurminen, whose interval and test give one verdict; the mid-p test has no
  /// interval of the difference of its own.
  std::optional<Interval> interval;
};

/// Test of equal proportions by the method that the counts allow, and which one that was.
/// Inputs   counts of both arms; alpha two-sided in (0, 1).
/// Output   p of Fisher's mid-p test where the smallest expected count is below 5 and both arms
///          together have fewer than 10 000 trials, else of the Miettinen-Nurminen score test. The
///          rule reads only margins, so it does not depend on the difference that is tested.
/// Assumes  independent trials and arms, one fixed look.
/// Errors   those of either method: kInvalidArgument, kInsufficientData an arm without trials,
///          kTooLarge.
/// Cost     O(1); at most O(sqrt 10 000) for the mid-p.
/// Source   methods as in fisher_exact.h and score_difference.h; expected counts of 5: Cochran
///          (1954) Biometrics 10:417-451.
/// Checked  unit/stats/proportions_test.cc.
Result<TwoProportions> compare_two_proportions(const BinomialCount& a, const BinomialCount& b,
                                               const ProportionComparisonOptions& options);

}  // namespace converge::stats
