#include "engine/analyse/link_health.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/analyse/health.h"
#include "stats/quality/share_homogeneity.h"

namespace converge {
namespace {

using Counts = std::vector<std::int64_t>;

bool is_any(const Counts& counts) {
  return std::any_of(counts.begin(), counts.end(), [](std::int64_t count) { return count > 0; });
}

Figure rate_p(const Counts& linked, const Counts& units) {
  const auto homogeneity = stats::share_homogeneity(linked, units);
  // One arm holds all units of the stratum: there is nothing to compare.
  return homogeneity ? Figure(homogeneity->p) : Figure(Undefined::kNotForThisMetric);
}

std::string rates_text(const StratumLinks& links) {
  std::string text;
  for (std::size_t i = 0; i < links.linked.counts.size(); ++i) {
    const std::int64_t linked = links.linked.counts[i];
    const std::int64_t units = linked + links.unlinked.counts[i];
    if (!text.empty()) text += " : ";
    text += units == 0 ? std::string("no units")
                       : percentage_text(static_cast<double>(linked) / static_cast<double>(units));
  }
  return text;
}

void warn_of_ratio(WarningReason reason, const char* which, const StratumSrm& srm,
                   const HealthLimits& limits, HealthFigures& health) {
  if (srm.log_e < limits.srm_log_e) return;
  health.warnings.push_back(
      {reason,
       fmt::format("{}: {} {} units, e-value {} reaches {}", srm.stratum, ratio_text(srm.counts),
                   which, e_value_text(srm.log_e), e_value_text(limits.srm_log_e))});
}

void warn_of_rate(const StratumLinks& links, const HealthLimits& limits, HealthFigures& health) {
  const double* p = std::get_if<double>(&links.p_rate_one_look);
  if (p == nullptr || *p >= limits.link_rate_p) return;
  health.warnings.push_back(
      {WarningReason::kLinkRate,
       fmt::format("{}: {} of the units are linked to another id, p {:.2g} of one look, limit {}: "
                   "linking seems to depend on the variant",
                   links.linked.stratum, rates_text(links), *p, limits.link_rate_p)});
}

}  // namespace

void add_link_health(const ExperimentMoments& moments, const HealthLimits& limits,
                     HealthFigures& health) {
  for (std::size_t i = 0; i < moments.linked_units.size() && i < health.srm.size(); ++i) {
    const Counts& linked = moments.linked_units[i];
    if (!is_any(linked)) continue;
    const Counts& units = health.srm[i].counts;
    Counts unlinked = units;
    for (std::size_t arm = 0; arm < unlinked.size(); ++arm) unlinked[arm] -= linked[arm];
    const Stratum& stratum = moments.strata[i];
    StratumLinks links{srm_of(stratum, linked), srm_of(stratum, unlinked), rate_p(linked, units)};
    warn_of_rate(links, limits, health);
    warn_of_ratio(WarningReason::kLinkedSampleRatio, "linked", links.linked, limits, health);
    warn_of_ratio(WarningReason::kUnlinkedSampleRatio, "unlinked", links.unlinked, limits, health);
    health.links.push_back(std::move(links));
  }
  if (moments.oversized_units > 0) {
    health.warnings.push_back(
        {WarningReason::kOversizedComponents,
         fmt::format("{} exposed units are linked to more ids than the limit of a component: their "
                     "links are left aside",
                     moments.oversized_units)});
  }
}

}  // namespace converge
