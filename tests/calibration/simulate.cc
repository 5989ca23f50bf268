#include "tests/calibration/simulate.h"

#include <algorithm>
#include <cmath>

namespace converge::calibration {
namespace {

/// Sums that Tally shows as means.
struct Totals {
  double refused = 0;
  double units = 0;
  double units_squared = 0;
  double lift = 0;
};

int first_claim(const Outcome& outcome) {
  if (outcome.up_at == kNever) return outcome.down_at;
  if (outcome.down_at == kNever) return outcome.up_at;
  return std::min(outcome.up_at, outcome.down_at);
}

double units_per_arm_at(const Scenario& scenario, int look) {
  return scenario.planned_units * (look + 1) / scenario.looks / 2;
}

void count(const Run& run, const Outcome& outcome, Tally& tally, Totals& totals) {
  ++tally.runs;
  if (outcome.up_at != kNever) ++tally.up;
  if (outcome.down_at != kNever) ++tally.down;
  if (outcome.misses_truth) ++tally.misses_truth;
  totals.refused += outcome.refused;
  const int claim = first_claim(outcome);
  if (claim != kNever) ++tally.either;
  const double units =
      units_per_arm_at(run.scenario, claim == kNever ? run.scenario.looks - 1 : claim);
  totals.units += units;
  totals.units_squared += units * units;
  if (outcome.up_at != kNever) {
    const Look& look = run.looks[static_cast<std::size_t>(outcome.up_at)];
    if (look.difference && look.difference->mean_a != 0) {
      totals.lift += look.difference->estimate / std::abs(look.difference->mean_a);
    }
  }
}

void finish(const Scenario& scenario, const Totals& totals, Tally& tally) {
  const double runs = tally.runs;
  tally.refused_share = totals.refused / (runs * scenario.looks);
  tally.units_per_arm = totals.units / runs;
  const double variance = totals.units_squared / runs - tally.units_per_arm * tally.units_per_arm;
  tally.units_per_arm_error = std::sqrt(std::max(0.0, variance) / runs);
  if (tally.up > 0) tally.lift_at_claim = totals.lift / tally.up;
}

}  // namespace

std::vector<Tally> simulate(const Scenario& scenario, int runs, std::span<const Method> methods) {
  std::vector<Tally> tallies(methods.size());
  std::vector<Totals> totals(methods.size());
  std::vector<Look> looks(static_cast<std::size_t>(scenario.looks));
  for (int r = 0; r < runs; ++r) {
    Random random(seed_of(scenario.name.c_str(), r));
    const Trial trial = scenario.begin();
    for (int i = 0; i < scenario.looks; ++i) {
      Look& look = looks[static_cast<std::size_t>(i)];
      look.index = i;
      look.last = i + 1 == scenario.looks;
      trial(random, look);
    }
    const Run run{scenario, looks};
    for (std::size_t m = 0; m < methods.size(); ++m) {
      count(run, methods[m].read(run), tallies[m], totals[m]);
    }
  }
  for (std::size_t m = 0; m < methods.size(); ++m) finish(scenario, totals[m], tallies[m]);
  return tallies;
}

}  // namespace converge::calibration
