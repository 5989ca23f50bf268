#include "tests/calibration/ramp.h"

#include <cmath>

namespace converge::calibration {
namespace {

bool holds_both_arms(const PhaseSums& phase) {
  return phase.a.n >= 2 && phase.b.n >= 2;
}

Result<stats::Difference> contrast(const std::vector<PhaseSums>& total, Phases phases) {
  std::vector<stats::StratumPair> strata;
  PhaseSums pooled;
  for (const PhaseSums& phase : total) {
    if (holds_both_arms(phase)) strata.push_back({phase.a.sample(), phase.b.sample()});
    pooled.a += phase.a;
    pooled.b += phase.b;
  }
  if (phases == Phases::kPooled) strata = {{pooled.a.sample(), pooled.b.sample()}};
  return stats::combine_strata(strata);
}

}  // namespace

Scenario ramp(const Population& population, const Arrival& arrival, const Ramp& plan) {
  Scenario scenario;
  scenario.name = population.name + ", ramp";
  for (const double share : plan.shares) {
    scenario.name += " " + std::to_string(std::lround(100 * share)) + " %";
  }
  if (plan.phases == Phases::kPooled) scenario.name += ", pooled";
  scenario.looks = arrival.looks;
  scenario.planned_units = static_cast<double>(arrival.looks * arrival.units_per_look);
  for (const double share : plan.shares) {
    scenario.planned_harmonic_n +=
        share * (1 - share) * scenario.planned_units / static_cast<double>(plan.shares.size());
  }
  scenario.value_max = population.value_max;
  scenario.begin = [=, add = population.add]() -> Trial {
    std::vector<PhaseSums> start(plan.shares.size());
    return [=, total = std::move(start)](Random& random, Look& look) mutable {
      const auto phase = static_cast<std::size_t>(look.index) * total.size() /
                         static_cast<std::size_t>(arrival.looks);
      const double time = static_cast<double>(look.index) / (arrival.looks - 1);
      const double drift = plan.drift * (2 * time - 1);
      const auto treated =
          std::llround(plan.shares[phase] * static_cast<double>(arrival.units_per_look));
      look.added.assign(total.size(), {});
      add(random, arrival.units_per_look - treated, drift, look.added[phase].a);
      add(random, treated, drift, look.added[phase].b);
      total[phase].a += look.added[phase].a;
      total[phase].b += look.added[phase].b;
      look.difference = contrast(total, plan.phases);
      look.events_a = 0;
      look.events_b = 0;
      for (const PhaseSums& sums : total) {
        look.events_a += sums.a.events;
        look.events_b += sums.b.events;
      }
    };
  };
  return scenario;
}

}  // namespace converge::calibration
