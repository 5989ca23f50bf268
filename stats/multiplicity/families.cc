#include "stats/multiplicity/families.h"

#include <algorithm>

#include "stats/domain.h"
#include "stats/multiplicity/holm.h"
#include "stats/multiplicity/single_step.h"

namespace converge::stats {
namespace {

Result<std::vector<double>> adjusted(FamilyKind kind, std::span<const double> p) {
  switch (kind) {
    case FamilyKind::kSuccess:
      return holm_adjusted(p);
    case FamilyKind::kDeterioration:
      return bonferroni_adjusted(p);
    case FamilyKind::kNonInferiority:
      break;
  }
  for (const double value : p) {
    if (const Status valid = require_unit("p", value); !valid) return valid.error();
  }
  return std::vector<double>(p.begin(), p.end());
}

double alpha_of(FamilyKind kind, const FamilyAlphas& alphas) {
  switch (kind) {
    case FamilyKind::kSuccess:
      return alphas.success;
    case FamilyKind::kDeterioration:
      return alphas.deterioration;
    case FamilyKind::kNonInferiority:
      break;
  }
  return alphas.success / 2;
}

std::vector<GroupVerdict> groups_of(const std::vector<FamilyVerdict>& verdicts) {
  std::vector<GroupVerdict> groups;
  for (const FamilyVerdict& verdict : verdicts) {
    if (verdict.hypothesis.kind != FamilyKind::kNonInferiority) continue;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const GroupVerdict& known) {
      return known.group == verdict.hypothesis.group;
    });
    if (group == groups.end()) {
      groups.push_back({.group = verdict.hypothesis.group, .p = 0, .all_passed = true});
      group = std::prev(groups.end());
    }
    group->p = std::max(group->p, verdict.p_adjusted);
    group->all_passed = group->all_passed && verdict.rejected;
  }
  return groups;
}

}  // namespace

Result<FamilyVerdicts> family_verdicts(std::span<const LabelledP> hypotheses,
                                       const FamilyAlphas& alphas) {
  if (const Status valid = first_failure({require_open_unit("alpha", alphas.success),
                                          require_open_unit("alpha", alphas.deterioration)});
      !valid) {
    return valid.error();
  }
  FamilyVerdicts verdicts;
  for (const LabelledP& hypothesis : hypotheses) verdicts.hypotheses.push_back({hypothesis});
  for (const FamilyKind kind :
       {FamilyKind::kSuccess, FamilyKind::kNonInferiority, FamilyKind::kDeterioration}) {
    std::vector<double> p;
    for (const LabelledP& hypothesis : hypotheses) {
      if (hypothesis.kind == kind) p.push_back(hypothesis.p);
    }
    const auto family = adjusted(kind, p);
    if (!family) return family.error();
    std::size_t next = 0;
    for (FamilyVerdict& verdict : verdicts.hypotheses) {
      if (verdict.hypothesis.kind != kind) continue;
      verdict.p_adjusted = (*family)[next++];
      verdict.alpha = alpha_of(kind, alphas);
      verdict.rejected = verdict.p_adjusted <= verdict.alpha;
    }
  }
  verdicts.groups = groups_of(verdicts.hypotheses);
  return verdicts;
}

}  // namespace converge::stats
