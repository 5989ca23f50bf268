#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// Arithmetic of evidence. E-values come and go as logarithms, so that 1e-300 and 1e300 keep their
/// meaning; -infinity is e = 0.
/// Errors   kInvalidArgument NaN or +infinity, options; kInsufficientData no e-values.
/// Cost     O(m); e_bh O(m log m).
/// Source   Vovk, Wang (2021) Ann. Stat. 49:1736-1754; Shafer, Shen, Vereshchagin, Vovk (2011)
/// Stat.
///          Sci. 26:84-101 for calibrators; Wang, Ramdas (2022) JRSS B 84:822-852 for e_bh.
/// Checked  unit/stats/e_values_test.cc; property/stats/boundaries_test.cc.

/// Of independent experiments, or of one e-value after the other on new data: the sum of
/// logarithms.
Result<double> e_product(std::span<const double> log_e);

/// Of e-values that depend on each other in any way. The only symmetric rule that is admissible.
Result<double> e_average(std::span<const double> log_e);

/// p in (0, 1] to e = kappa p^(kappa - 1), kappa in (0, 1), fixed before p is seen. An e-value of a
/// p-value at one fixed time; not valid under peeking unless p is always-valid.
struct PowerCalibrator {
  double kappa;
};
Result<double> e_from_p(double p, const PowerCalibrator& calibrator);

/// The average of the above over all kappa: e = (1 - p + p ln p) / (p (ln p)^2). No kappa to
/// choose.
Result<double> e_from_p_averaged(double p);

/// The only calibrator back: p = min(1, 1 / e).
Result<double> p_from_e(double log_e);

struct EBhOptions {
  double alpha;  ///< false discovery rate
};

/// The e-value Benjamini-Hochberg procedure.
/// Output   for each hypothesis whether it is rejected: the k with the largest e, for the largest k
///          whose k-th largest e is at least m / (alpha k). The false discovery rate is at most
///          alpha whatever the dependence, also when looked at again and again.
Result<std::vector<bool>> e_bh(std::span<const double> log_e, const EBhOptions& options);

}  // namespace converge::stats
