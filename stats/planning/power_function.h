#pragma once

#include <functional>

namespace converge::stats {

/// Units of the two arms of a comparison. Real numbers: a plan is solved between whole units.
struct ArmSizes {
  double n_a = 0;
  double n_b = 0;
};

/// The probability that a design rejects, as a function of its size. Sizes at which the test is
/// undefined have power 0: nothing can be rejected there.
using PowerFunction = std::function<double(const ArmSizes&)>;

/// The same at a fixed size, as a function of the effect.
using PowerOfEffect = std::function<double(double effect)>;

}  // namespace converge::stats
