#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// Hochberg's step-up procedure on Simes' inequality, family-wise error.
/// Inputs   p values in [0, 1], in any order; none is allowed.
/// Output   adjusted p values in the same order: reject those <= alpha.
/// Assumes  independent or positively dependent p values (else: holm_adjusted).
/// Errors   kInvalidArgument a p outside [0, 1] or not a number.
/// Cost     O(k log k).
/// Source   Hochberg (1988) Biometrika 75:800-802.
/// Checked  golden/calc/multiplicity_test.cc (multiple_testing.json).
Result<std::vector<double>> hochberg_adjusted(std::span<const double> p);

/// Benjamini-Hochberg: adjusted p values that control the false discovery rate. As above, but
/// Source   Benjamini, Hochberg (1995) J. R. Stat. Soc. B 57:289-300.
Result<std::vector<double>> benjamini_hochberg_adjusted(std::span<const double> p);

/// Benjamini-Yekutieli: the same under any dependence. As above, but
/// Assumes  each p is valid by itself.
/// Source   Benjamini, Yekutieli (2001) Ann. Stat. 29:1165-1188.
Result<std::vector<double>> benjamini_yekutieli_adjusted(std::span<const double> p);

/// The two-stage procedure that estimates how many hypotheses are true: rejections at level q.
/// Inputs   p values; q in (0, 1), the false discovery rate.
/// Output   one flag per p. (Rejections depend on q in a way that no adjusted p expresses.)
/// Assumes  independent p values.
/// Errors   kInvalidArgument p values, q.
/// Cost     O(k log k).
/// Source   Benjamini, Krieger, Yekutieli (2006) Biometrika 93:491-507, definition 6.
/// Checked  golden/calc/multiplicity_test.cc (multiple_testing.json).
Result<std::vector<bool>> two_stage_rejections(std::span<const double> p, double q);

}  // namespace converge::stats
