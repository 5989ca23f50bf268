#pragma once

#include <functional>

#include "base/result.h"

namespace converge::stats {

/// Where a mixture is tightest. One-sided forms enter 2 alpha_opt, which then is below 0.5.
struct MixtureTuning {
  double v_opt;      ///< intrinsic time, in the unit of v
  double alpha_opt;  ///< error for which it is tightest there
};

/// A sum of centred increments at an intrinsic time, which is the sum of their variances or of what
/// bounds them.
struct SumAtTime {
  double s;
  double v;
};

struct MixtureBoundOptions {
  double alpha;  ///< the chance that the sum ever crosses the boundary
  MixtureTuning tuning;
};

/// The variance 1 / rho of the mixing distribution that is tightest at the tuning point.
/// Inputs   v_opt > 0, alpha_opt in (0, 1) or, one-sided, (0, 0.5).
/// Output   rho > 0 in the unit of v.
/// Errors   kInvalidArgument.
/// Cost     O(1).
/// Source   Howard, Ramdas, McAuliffe, Sekhon (2021) Ann. Stat. 49:1055-1080, section 3.5; the
///          logarithmic approximation of their eq. 24, as in confseq.
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json).
Result<double> mixture_rho_two_sided(const MixtureTuning& tuning);
Result<double> mixture_rho_one_sided(const MixtureTuning& tuning);

/// The s in [0, s_max] at which an increasing log mixture reaches ln(1 / alpha); s_max if it does
/// not. s_max may be infinite. kInvalidArgument where no finite s does.
Result<double> crossing_of(const std::function<double(double)>& log_mixture, double alpha,
                           double s_max, double s_guess);

/// alpha in (0, 1), v > 0 and finite.
Status check_bound(double v, const MixtureBoundOptions& options);

}  // namespace converge::stats
