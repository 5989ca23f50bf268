#pragma once

#include <vector>

#include "base/result.h"
#include "stats/group_sequential/spending_functions.h"

namespace converge::stats {

struct WangTsiatisDesign {
  std::vector<double> information;  ///< planned, growing, in any unit
  double alpha;                     ///< of all looks and sides together
  Sides sides;
  double shape;  ///< Wang and Tsiatis' Delta: 0 is O'Brien and Fleming's test, 0.5 Pocock's
};

/// The classical bounds c_k = C (I_k / I_K)^(shape - 1/2) that spend alpha over the looks planned.
/// Inputs   information as in crossing_probabilities; alpha in (0, 1); shape from -10 to 1.
/// Output   one bound per look; for equal looks c_K is Pocock's C_P, O'Brien and Fleming's C_B.
/// Assumes  the looks are held as planned; for any other timing there is spending_bounds.h.
/// Errors   kInvalidArgument.
/// Cost     about ten recursions.
/// Source   Wang, Tsiatis (1987) Biometrics 43:193-199; Pocock (1977) Biometrika 64:191-199;
///          O'Brien, Fleming (1979) Biometrics 35:549-556.
/// Checked  golden/calc/group_sequential_test.cc; unit/stats/group_sequential_tables_test.cc
///          (Jennison, Turnbull 2000, tables 2.1 and 2.3).
Result<std::vector<double>> wang_tsiatis_bounds(const WangTsiatisDesign& design);

}  // namespace converge::stats
