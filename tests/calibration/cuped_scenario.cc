#include "tests/calibration/cuped_scenario.h"

#include <array>
#include <cmath>

#include "stats/adjustment/cuped.h"
#include "stats/adjustment/joint_sample.h"
#include "stats/moments.h"
#include "tests/calibration/cumulative_pairs.h"

namespace converge::calibration {
namespace {

using stats::JointSample;

void add_unit(Random& random, PairTotals& totals) {
  const double habit = 0.8 * random.normal();
  const auto spend = static_cast<std::int64_t>(100 * random.lognormal(habit, 0.6));
  const auto before = static_cast<std::int64_t>(100 * random.lognormal(habit, 0.6));
  totals.pairs.add(spend, before);
  if (spend > 0) ++totals.with_event;
}

Result<stats::Difference> contrast(const PairTotals& a, const PairTotals& b) {
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
  return cumulative_pairs("spend with CUPED, " + split.name, arrival, split, add_unit, contrast);
}

}  // namespace converge::calibration
