#include "tests/calibration/ratio.h"

#include <algorithm>
#include <cmath>

#include "stats/moments.h"
#include "tests/calibration/cumulative_pairs.h"

namespace converge::calibration {
namespace {

using stats::Sample;

void add_unit(Random& random, PairTotals& totals) {
  static constexpr double kViewsMax = 1000;
  const auto views = 1 + static_cast<std::int64_t>(std::min(kViewsMax, random.lognormal(1, 1)));
  const double click_rate = 0.02 + 0.36 * std::pow(random.uniform(), 3);
  const std::int64_t clicks = random.binomial(views, click_rate);
  totals.pairs.add(clicks, views);
  if (clicks > 0) ++totals.with_event;
}

Result<stats::Difference> contrast(const PairTotals& a, const PairTotals& b) {
  const Result<Sample> ratio_a = stats::ratio_sample_of(a.pairs, 0, 0);
  if (!ratio_a) return ratio_a.error();
  const Result<Sample> ratio_b = stats::ratio_sample_of(b.pairs, 0, 0);
  if (!ratio_b) return ratio_b.error();
  const stats::StratumPair pair{*ratio_a, *ratio_b};
  return stats::combine_strata({&pair, 1});
}

}  // namespace

Scenario clicks_per_view(const Arrival& arrival, const Split& split) {
  return cumulative_pairs("clicks per view, " + split.name, arrival, split, add_unit, contrast);
}

}  // namespace converge::calibration
