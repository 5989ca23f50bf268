#include "stats/proportions/two_proportions.h"

#include <algorithm>

#include "stats/proportions/fisher_exact.h"
#include "stats/proportions/score_difference.h"

namespace converge::stats {
namespace {

double smallest_expected_count(const BinomialCount& a, const BinomialCount& b) {
  const double rarer = std::min(a.x() + b.x(), a.failures() + b.failures());
  return rarer * (std::min(a.n(), b.n()) / (a.n() + b.n()));
}

}  // namespace

const char* name_of(TwoProportionMethod method) {
  return method == TwoProportionMethod::kFisherMidP ? "fisher_mid_p" : "miettinen_nurminen";
}

Result<TwoProportions> compare_two_proportions(const BinomialCount& a, const BinomialCount& b,
                                               const ProportionComparisonOptions& options) {
  static constexpr double kExpectedForScore = 5;
  static constexpr std::int64_t kTrialsForScore = 10'000;
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  TwoProportions result;
  result.estimate = share_difference(a, b);
  result.smallest_expected = smallest_expected_count(a, b);
  if (result.smallest_expected < kExpectedForScore && a.trials + b.trials < kTrialsForScore) {
    const Result<FisherExact> fisher = fisher_exact(a, b);
    if (!fisher) return fisher.error();
    result.method = TwoProportionMethod::kFisherMidP;
    result.p_two_sided = fisher->mid_p_two_sided;
    result.p_greater = fisher->mid_p_greater;
    result.p_less = fisher->mid_p_less;
    return result;
  }
  const Result<ScoreDifference> score = miettinen_nurminen_difference(a, b, options);
  if (!score) return score.error();
  result.p_two_sided = score->test.p_two_sided;
  result.p_greater = score->test.p_greater;
  result.p_less = score->test.p_less;
  result.interval = score->interval;
  return result;
}

}  // namespace converge::stats
