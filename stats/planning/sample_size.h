#pragma once

#include <cstdint>

#include "base/result.h"
#include "stats/planning/power_function.h"

namespace converge::stats {

struct SampleSizeGoal {
  double power;
  double ratio;  ///< n_b / n_a
};

struct PlannedSize {
  double n_a_exact = 0;  ///< where the power function meets the goal, with n_b = ratio * n_a
  std::int64_t n_a = 0;  ///< whole units
  std::int64_t n_b = 0;  ///< the next whole number from ratio * n_a on
  double power = 0;      ///< at n_a and n_b
};

/// The largest arm that is planned for: every smaller whole number is a double.
inline constexpr double kLargestArm = 9007199254740992.0;

/// Treatment units that go with n_a control units: ratio * n_a, rounded up to whole units.
double treatment_units(double n_a, double ratio);

/// The smallest sizes at which a power function reaches the goal.
/// Inputs   a power function that does not fall as the arms grow; power in (0, 1); ratio > 0.
/// Output   a PlannedSize: power(n_a, n_b) >= goal and, n_b following n_a, power(n_a - 1) < goal.
/// Errors   kInvalidArgument goal, or a power that is met without data (the goal is not above
///          alpha); kInsufficientData not reached by arms of kLargestArm units, with the power
///          there.
/// Cost     about 50 calls of the power function.
/// Source   bracketing root by Alefeld, Potra, Shi (1995) ACM Trans. Math. Softw. 21:327-344 in
///          ln(n); whole units by bisection.
/// Checked  golden/calc/planning_test.cc (power_fixed.json, power_r.json);
///          property/stats/planning_test.cc.
Result<PlannedSize> smallest_sample(const PowerFunction& power, const SampleSizeGoal& goal);

struct EffectGoal {
  double power;
  double scale;  ///< above 0: a first guess of the size of the effect, such as a standard error
  double
      limit;  ///< the largest effect that is possible; negative for effects below 0; may be +-inf
};

/// The smallest detectable effect (MDE): the effect nearest to 0 that a design finds with the
/// wanted power.
/// Inputs   power as a function of the effect, not falling away from 0; an EffectGoal.
/// Output   the effect, with the sign of limit.
/// Errors   kInvalidArgument goal, or a power that is met at effect 0; kInsufficientData not
///          reached by any possible effect, with the power at the limit.
/// Cost     about 30 calls.
/// Source, checked as smallest_sample.
Result<double> smallest_effect(const PowerOfEffect& power, const EffectGoal& goal);

}  // namespace converge::stats
