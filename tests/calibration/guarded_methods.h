#pragma once

#include "tests/calibration/asymptotic_methods.h"

namespace converge::calibration {

/// The rule that acts: guarded_e_value over the planned-effect sequence and the exact e-process
/// from the increments between looks (Bernoulli counts where values are 0 or 1, else capped means;
/// none where no bound is known, and then all of alpha goes to the sequence). The exact process has
/// a quarter of alpha.
Method guarded_rule(Side side);
/// The same with another share, which may depend on what is known beforehand, such as the split.
Method guarded_rule_with_share(Side side, double exact_share);

/// The exact e-process alone, with all of alpha.
Method exact_e_process(Side side);

}  // namespace converge::calibration
