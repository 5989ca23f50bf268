#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// What a hypothesis is tested for; each kind is a family of its own.
enum class FamilyKind {
  kSuccess,         ///< is there an effect? p two-sided
  kNonInferiority,  ///< is it at least above the margin? p one-sided
  kDeterioration,   ///< is there harm? p one-sided
};

struct LabelledP {
  FamilyKind kind;
  std::string group;  ///< hypotheses that must all pass together carry the same group (an arm)
  std::string label;  ///< carried through
  double p;
};

struct FamilyAlphas {
  double success;        ///< two-sided; non-inferiority is tested one-sided at half of it
  double deterioration;  ///< one-sided, over the family
};

struct FamilyVerdict {
  LabelledP hypothesis;
  double p_adjusted = 1;  ///< within the family
  double alpha = 0;       ///< reject where p_adjusted <= alpha
  bool rejected = false;
};

struct GroupVerdict {
  std::string group;
  double p = 1;             ///< the largest of the group: of "all of them pass"
  bool all_passed = false;  ///< every non-inferiority hypothesis of the group was rejected
};

struct FamilyVerdicts {
  std::vector<FamilyVerdict> hypotheses;  ///< in the order given
  std::vector<GroupVerdict> groups;       ///< those with non-inferiority hypotheses, as they came
};

/// Families of hypotheses by what is claimed: success by Holm over all metrics and arms;
/// non-inferiority without correction, since every hypothesis of a group has to be rejected before
/// anything is claimed (intersection-union); deterioration by Bonferroni, one-sided.
/// Inputs   labelled p values; alphas in (0, 1).
/// Output   a verdict per hypothesis and, for non-inferiority, per group.
/// Assumes  each p is valid by itself; any dependence. Families are not corrected for each other.
/// Errors   kInvalidArgument a p outside [0, 1], an alpha outside (0, 1).
/// Cost     O(k log k).
/// Source   Holm (1979); Berger (1982) Technometrics 24:295-300 (intersection-union); Schultzberg,
///          Ankargren, Frånberg (2024) arXiv 2402.11609 (roles of metrics).
/// Checked  unit/stats/multiplicity_test.cc.
Result<FamilyVerdicts> family_verdicts(std::span<const LabelledP> hypotheses,
                                       const FamilyAlphas& alphas);

}  // namespace converge::stats
