#pragma once

#include <vector>

#include "base/result.h"
#include "stats/group_sequential/spending_functions.h"

namespace converge::stats {

/// The looks of a design on the scale of Z.
struct GroupSequentialDesign {
  std::vector<double> information;  ///< growing, in any unit
  std::vector<double> upper;        ///< Z >= upper rejects
  std::vector<double> lower;  ///< two-sided: Z <= lower rejects; one-sided: stops for futility
  Sides sides;
};

/// One-sided without futility bounds, or two-sided and symmetric.
GroupSequentialDesign design_of(std::vector<double> information, std::vector<double> bounds,
                                Sides sides);

struct OperatingCharacteristics {
  std::vector<double> rejection;  ///< P(stops at this look with Z >= upper), of every look
  std::vector<double> below;      ///< P(stops at this look with Z <= lower): futility, or two-sided
                                  ///< the wrong side
  double power = 0;               ///< sum of rejection
  double expected_information = 0;  ///< at the stop, in the design's unit
};

/// What a design does under a given drift.
/// Inputs   a design as in crossing_probabilities; drift as there: Z has mean drift sqrt(I).
/// Output   see above. Two-sided, a rejection on the wrong side is a stop but no power. Futility
///          bounds are kept to.
/// Assumes, errors, cost as crossing_probabilities.
/// Source   Jennison, Turnbull (2000) ch. 2, 3 and 19.
/// Checked  golden/calc/group_sequential_test.cc; unit/stats/group_sequential_tables_test.cc.
Result<OperatingCharacteristics> operating_characteristics(const GroupSequentialDesign& design,
                                                           double drift);

/// The drift at which the design has a given power.
/// Inputs   power above that under no drift and below 1.
/// Output   drift > 0 in the design's unit of information.
/// Errors   kInvalidArgument, also where the power is not above that under no drift or not reached.
/// Cost     about ten recursions.
Result<double> drift_for_power(const GroupSequentialDesign& design, double power);

struct DesignPower {
  double drift = 0;  ///< at which the power is 1 - beta, for the last look's information 1
  double inflation_factor = 0;  ///< largest information over that of one look with the same error
  /// Expected information at the stop over that of one look, where the effect is the planned one,
  /// half of it, and none.
  double expected_ratio_h1 = 0;
  double expected_ratio_half = 0;
  double expected_ratio_h0 = 0;
  OperatingCharacteristics under_h1;  ///< information in shares of the last look's
};

/// What the looks cost: inflation of the largest sample and the average sample numbers.
/// Inputs   the design; its alpha over all looks and sides; beta, both in (0, 1).
/// Output   see above; drift^2 is also known as the shift. The fixed sample is that of
///          (z_{1 - alpha/sides} + z_{1 - beta})^2.
/// Assumes  as crossing_probabilities.
/// Errors   kInvalidArgument.
/// Cost     about twelve recursions.
/// Source   Jennison, Turnbull (2000) sections 2.3-2.6, 3.3.
/// Checked  golden/calc/group_sequential_test.cc; unit/stats/group_sequential_tables_test.cc.
Result<DesignPower> design_power(const GroupSequentialDesign& design, double alpha, double beta);

}  // namespace converge::stats
