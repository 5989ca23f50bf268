#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "stats/difference.h"
#include "tests/calibration/arm_sums.h"
#include "tests/calibration/random.h"

namespace converge::calibration {

/// What one look shows: the contrast so far, and what this look added to it.
struct Look {
  int index = 0;  ///< from 0
  bool last = false;
  Result<stats::Difference> difference = Error{};
  std::int64_t events_a = 0;
  std::int64_t events_b = 0;
  std::vector<PhaseSums> added;  ///< per phase; empty for contrasts that are not of plain means
};

/// The data of one run: fills the next look.
using Trial = std::function<void(Random&, Look&)>;

/// An experiment to simulate, as a value. `begin` starts a run from nothing.
struct Scenario {
  std::string name;
  int looks = 0;
  double planned_units = 0;       ///< of both arms
  double planned_harmonic_n = 0;  ///< sum over phases of n_a n_b / (n_a + n_b) at the last look
  double lift = 0;                ///< true relative lift
  double value_max = 0;           ///< values lie in [0, value_max]; 0: no bound is known
  std::function<Trial()> begin;
};

/// Share of units in the treatment. The control's is the rest.
struct Split {
  std::string name;
  double treatment;
};
inline const Split kEqual{"50/50", 0.5};
inline const Split kNineteenToOne{"95/5", 0.05};
inline const Split kNinetyNineToOne{"99/1", 0.01};

/// The distribution of one unit's value: adds `units` of them, whose mean is (1 + lift) times the
/// control's.
struct Population {
  std::string name;
  std::function<void(Random&, std::int64_t units, double lift, ArmSums&)> add;
  double value_max;  ///< 0: unbounded
};
Population bernoulli(double p);
/// Skewness 6 at sigma 1, 414 at sigma 2. With a cap the values are cut there: no mean, no claim of
/// "no difference" is changed by it, and methods for bounded values apply.
Population lognormal(double sigma);
Population lognormal_capped(double sigma, double cap);
/// 10 % buyers, who spend lognormal(3, 1).
Population zero_inflated_revenue();
Population zero_inflated_revenue_capped(double cap);

/// Units arrive in equal looks and are split as planned, to the nearest unit of the running total.
struct Arrival {
  int looks;
  std::int64_t units_per_look;  ///< of both arms
};
inline constexpr Arrival kMain{100, 400};
inline constexpr Arrival kEarlyRare{200, 40};  ///< up to 4,000 per arm
inline constexpr Arrival kEarly{200, 20};      ///< up to 2,000 per arm

Scenario plain(const Population& population, const Arrival& arrival, const Split& split,
               double lift);

/// The six A/A scenarios of the peers' table.
std::vector<Scenario> peeking_scenarios(const Split& split);
/// Its three scenarios with an effect: +10 %, +4 %, +16 %.
std::vector<Scenario> power_scenarios(const Split& split);

/// Where values have no bound, the same cut at the 99.9 % quantile of those above 0.
std::vector<Scenario> capped_peeking_scenarios(const Split& split);
/// The three effects with capped values, times `lift_factor`.
std::vector<Scenario> capped_power_scenarios(const Split& split, double lift_factor);

}  // namespace converge::calibration
