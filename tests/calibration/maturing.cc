#include "tests/calibration/maturing.h"

#include <array>
#include <cmath>
#include <deque>

namespace converge::calibration {
namespace {

constexpr std::size_t kWindow = 7;
/// Of those who convert within the window: the share at each age, in looks.
using Ages = std::array<double, kWindow>;
constexpr Ages kControlAges{0.60, 0.15, 0.10, 0.06, 0.04, 0.03, 0.02};
constexpr Ages kTreatmentAges{0.10, 0.10, 0.15, 0.15, 0.15, 0.15, 0.20};

/// The units of one look and arm, and at which age they convert.
struct Cohort {
  std::int64_t units = 0;
  std::array<std::int64_t, kWindow> converted{};
};

Cohort draw_cohort(Random& random, std::int64_t units, double p, const Ages& ages) {
  Cohort cohort{units, {}};
  std::int64_t left = random.binomial(units, p);
  double share_left = 1;
  for (std::size_t age = 0; age + 1 < kWindow; ++age) {
    cohort.converted[age] = random.binomial(left, ages[age] / share_left);
    left -= cohort.converted[age];
    share_left -= ages[age];
  }
  cohort.converted.back() = left;
  return cohort;
}

/// One arm's cohorts whose window is open, the youngest first, and the sum of those that matured.
struct Arm {
  std::deque<Cohort> open;
  ArmSums matured;

  /// Returns what matured with this look.
  ArmSums admit(const Cohort& cohort) {
    open.push_front(cohort);
    ArmSums added;
    if (open.size() <= kWindow) return added;
    std::int64_t conversions = 0;
    for (const std::int64_t converted : open.back().converted) conversions += converted;
    added.add_conversions(open.back().units, conversions);
    open.pop_back();
    matured += added;
    return added;
  }
  ArmSums all_exposed() const {
    ArmSums sums = matured;
    for (std::size_t age = 0; age < open.size(); ++age) {
      std::int64_t conversions = 0;
      for (std::size_t i = 0; i <= age && i < kWindow; ++i) conversions += open[age].converted[i];
      sums.add_conversions(open[age].units, conversions);
    }
    return sums;
  }
};

}  // namespace

Scenario delayed_conversions(double p, const Arrival& arrival, const Split& split,
                             Counting counting) {
  Scenario scenario;
  scenario.name = std::string("delayed conversions, ") + split.name +
                  (counting == Counting::kMatured ? ", matured units" : ", all exposed units");
  scenario.looks = arrival.looks;
  scenario.planned_units = static_cast<double>(arrival.looks * arrival.units_per_look);
  scenario.planned_harmonic_n = split.treatment * (1 - split.treatment) * scenario.planned_units;
  scenario.value_max = 1;
  scenario.begin = [=]() -> Trial {
    return [=, a = Arm{}, b = Arm{}](Random& random, Look& look) mutable {
      const std::int64_t before = arrival.units_per_look * look.index;
      const auto treated_until = [&](std::int64_t units) {
        return std::llround(split.treatment * static_cast<double>(units));
      };
      const std::int64_t treated =
          treated_until(before + arrival.units_per_look) - treated_until(before);
      PhaseSums added;
      added.a = a.admit(draw_cohort(random, arrival.units_per_look - treated, p, kControlAges));
      added.b = b.admit(draw_cohort(random, treated, p, kTreatmentAges));
      const PhaseSums counted = counting == Counting::kMatured
                                    ? PhaseSums{a.matured, b.matured}
                                    : PhaseSums{a.all_exposed(), b.all_exposed()};
      const stats::StratumPair pair{counted.a.sample(), counted.b.sample()};
      look.difference = stats::combine_strata({&pair, 1});
      look.events_a = counted.a.events;
      look.events_b = counted.b.events;
      look.added = {added};
    };
  };
  return scenario;
}

}  // namespace converge::calibration
