#include "tests/calibration/ratio.h"

#include <algorithm>
#include <cmath>

#include "stats/moments.h"

namespace converge::calibration {
namespace {

using stats::ExactMoments;
using stats::Sample;

struct Totals {
  ExactMoments pairs;
  std::int64_t with_clicks = 0;
};

void add_unit(Random& random, Totals& totals) {
  static constexpr double kViewsMax = 1000;
  const auto views = 1 + static_cast<std::int64_t>(std::min(kViewsMax, random.lognormal(1, 1)));
  const double click_rate = 0.02 + 0.36 * std::pow(random.uniform(), 3);
  const std::int64_t clicks = random.binomial(views, click_rate);
  totals.pairs.add(clicks, views);
  if (clicks > 0) ++totals.with_clicks;
}

Result<stats::Difference> contrast(const Totals& a, const Totals& b) {
  const Result<Sample> ratio_a = stats::ratio_sample_of(a.pairs, 0, 0);
  if (!ratio_a) return ratio_a.error();
  const Result<Sample> ratio_b = stats::ratio_sample_of(b.pairs, 0, 0);
  if (!ratio_b) return ratio_b.error();
  const stats::StratumPair pair{*ratio_a, *ratio_b};
  return stats::combine_strata({&pair, 1});
}

}  // namespace

Scenario clicks_per_view(const Arrival& arrival, const Split& split) {
  Scenario scenario;
  scenario.name = "clicks per view, " + split.name;
  scenario.looks = arrival.looks;
  scenario.planned_units = static_cast<double>(arrival.looks * arrival.units_per_look);
  scenario.planned_harmonic_n = split.treatment * (1 - split.treatment) * scenario.planned_units;
  scenario.begin = [=]() -> Trial {
    return [=, a = Totals{}, b = Totals{}](Random& random, Look& look) mutable {
      const std::int64_t units = arrival.units_per_look * (look.index + 1);
      const auto treated = std::llround(split.treatment * static_cast<double>(units));
      while (a.pairs.n < units - treated) add_unit(random, a);
      while (b.pairs.n < treated) add_unit(random, b);
      look.difference = contrast(a, b);
      look.events_a = a.with_clicks;
      look.events_b = b.with_clicks;
      look.added.clear();
    };
  };
  return scenario;
}

}  // namespace converge::calibration
