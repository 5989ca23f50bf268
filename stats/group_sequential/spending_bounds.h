#pragma once

#include <vector>

#include "base/result.h"
#include "stats/group_sequential/spending_functions.h"

namespace converge::stats {

/// What has to be kept of a look, so that the next bound can be computed. Never recomputed.
struct SpentLook {
  double information;  ///< in any unit, the same for all looks
  double bound;        ///< |Z| >= bound rejects, or Z >= bound; +infinity: this look cannot reject
  double spent;        ///< error spent up to and with this look

  bool operator==(const SpentLook&) const = default;
};

enum class LookKind {
  kInterim,
  kLast  ///< declared the last one: spends all that is left, whatever its information
};

struct NextLook {
  double information;
  double planned_information;  ///< at which all error is spent; may be moved between looks
  LookKind kind;
};

/// A bound above this is none: the error it would spend (1e-15) stays for the next look.
inline constexpr double kLargestBound = 8;

/// The bound of the next look, given only what earlier looks left behind.
/// Inputs   the plan; all earlier looks in order, as this function returned them; the next look.
/// Output   the row to keep. spent is alpha_spent(information / planned_information), over-runs
///          counting as 1, and the bound follows from the information actually reached. A look
///          whose information does not exceed every earlier one's (by kLeastGrowth of itself), or
///          whose plan allows no more than is already spent (the plan was extended), spends
///          nothing and has the bound +infinity; so does a bound above kLargestBound.
/// Assumes  Z normal with independent increments; times of looks and the plan do not depend on what
///          was seen. Error left unspent by looks that were skipped is spent by the next one.
/// Errors   kInvalidArgument: a bad plan, information or row ("past[3]"), or rows whose bounds
///          leave less than the error that is to be spent.
/// Cost     one recursion over the earlier looks: about 2 ms after 100 looks.
/// Source   Lan, DeMets (1983) Biometrika 70:659-663; Jennison, Turnbull (2000) sections 7.2, 19.2.
/// Checked  golden/calc/group_sequential_test.cc (all at once is the same as one by one:
///          property/stats/group_sequential_test.cc); unit/stats/spending_bounds_test.cc.
Result<SpentLook> next_bound(const SpendingPlan& plan, const std::vector<SpentLook>& past,
                             const NextLook& look);

/// The bounds of a whole schedule, as next_bound gives them one after the other.
/// Inputs   the plan; growing information fractions, above 1 for an over-run.
/// Cost     one recursion over all looks: about 3 ms for 100 looks, 20 ms for 365.
/// Output, assumes, errors, source, checked as next_bound; the schedule as in
/// crossing_probabilities.
Result<std::vector<SpentLook>> spending_bounds(const SpendingPlan& plan,
                                               const std::vector<double>& information_fractions);

}  // namespace converge::stats
