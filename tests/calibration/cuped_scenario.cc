#include "tests/calibration/cuped_scenario.h"

#include <array>
#include <cmath>

#include "stats/adjustment/cuped.h"
#include "stats/adjustment/joint_sample.h"
#include "stats/moments.h"

namespace converge::calibration {
namespace {

using stats::ExactMoments;
using stats::JointSample;

struct Totals {
  ExactMoments pairs;  ///< spend in cents, spend before in cents
  std::int64_t with_spend = 0;
};

void add_unit(Random& random, Totals& totals) {
  const double habit = 0.8 * random.normal();
  const auto spend = static_cast<std::int64_t>(100 * random.lognormal(habit, 0.6));
  const auto before = static_cast<std::int64_t>(100 * random.lognormal(habit, 0.6));
  totals.pairs.add(spend, before);
  if (spend > 0) ++totals.with_spend;
}

Result<stats::Difference> contrast(const Totals& a, const Totals& b) {
  static constexpr int kCents = -2;
  std::array<JointSample, 2> arms;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const Result<JointSample> sample =
        stats::joint_sample_of((i == 0 ? a : b).pairs, kCents, kCents);
    if (!sample) return sample.error();
    arms[i] = *sample;
  }
  const Result<stats::CupedResult> adjusted = stats::cuped(
      arms, {.coefficients = stats::coefficients_by_size(arms), .ridge = stats::kCupedRidge});
  if (!adjusted) return adjusted.error();
  const Result<stats::AdjustedDifference> difference = stats::adjusted_difference(*adjusted, 0, 1);
  if (!difference) return difference.error();
  return difference->difference;
}

}  // namespace

Scenario spend_with_covariate(const Arrival& arrival, const Split& split) {
  Scenario scenario;
  scenario.name = "spend with CUPED, " + split.name;
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
      look.events_a = a.with_spend;
      look.events_b = b.with_spend;
      look.added.clear();
    };
  };
  return scenario;
}

}  // namespace converge::calibration
