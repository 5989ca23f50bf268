#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "stats/moments.h"
#include "tests/calibration/scenario.h"

namespace converge::calibration {

/// What one arm has added up so far.
struct PairTotals {
  stats::ExactMoments pairs;
  std::int64_t with_event = 0;
};

/// A scenario whose looks see all units so far, in the shares of the split.
/// `add_unit(random, totals)` draws a unit; `contrast(a, b)` is the difference that a look sees.
template <class AddUnit, class Contrast>
Scenario cumulative_pairs(std::string name, const Arrival& arrival, const Split& split,
                          AddUnit add_unit, Contrast contrast) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.looks = arrival.looks;
  scenario.planned_units = static_cast<double>(arrival.looks * arrival.units_per_look);
  scenario.planned_harmonic_n = split.treatment * (1 - split.treatment) * scenario.planned_units;
  scenario.begin = [=]() -> Trial {
    return [=, a = PairTotals{}, b = PairTotals{}](Random& random, Look& look) mutable {
      const std::int64_t units = arrival.units_per_look * (look.index + 1);
      const auto treated = std::llround(split.treatment * static_cast<double>(units));
      while (a.pairs.n < units - treated) add_unit(random, a);
      while (b.pairs.n < treated) add_unit(random, b);
      look.difference = contrast(a, b);
      look.events_a = a.with_event;
      look.events_b = b.with_event;
      look.added.clear();
    };
  };
  return scenario;
}

}  // namespace converge::calibration
