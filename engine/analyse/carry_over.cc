#include "engine/analyse/carry_over.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>

namespace converge {
namespace {

/// Strata that differ in the previous variant only.
using Twins = std::map<std::pair<int, std::string>, std::map<std::string, std::size_t>>;

Twins twins_of(const std::vector<Stratum>& strata) {
  Twins twins;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    if (!strata[i].previous_variant) continue;
    twins[{strata[i].phase, strata[i].enrolment}][*strata[i].previous_variant] = i;
  }
  return twins;
}

/// The previous variants as arms, each present variant of each stratum as a stratum.
Cells turned(const Cells& cells, const Twins& twins, const std::string& control,
             const std::string& previous) {
  Cells result;
  for (const auto& [place, by_previous] : twins) {
    const auto a = by_previous.find(control);
    const auto b = by_previous.find(previous);
    if (a == by_previous.end() || b == by_previous.end()) continue;
    for (std::size_t arm = 0; arm < cells[a->second].size(); ++arm) {
      result.push_back({cells[a->second][arm], cells[b->second][arm]});
    }
  }
  return result;
}

std::set<std::string> previous_variants(const ExperimentMoments& moments) {
  std::set<std::string> previous;
  for (const Stratum& stratum : moments.strata) {
    if (stratum.previous_variant) previous.insert(*stratum.previous_variant);
  }
  previous.erase("none");
  return previous;
}

}  // namespace

std::vector<CarryOver> carry_over(const ExperimentEntry& entry, const ExperimentMoments& moments,
                                  const SequencePlan& plan) {
  std::vector<CarryOver> found;
  const std::set<std::string> previous = previous_variants(moments);
  if (previous.empty()) return found;
  const std::string& control = entry.definition.variants.front().key.str();
  const Twins twins = twins_of(moments.strata);
  for (std::size_t metric = 0; metric < moments.metrics.size(); ++metric) {
    for (const std::string& variant : previous) {
      if (variant == control) continue;
      const Cells cells = turned(moments.metrics[metric].matured, twins, control, variant);
      const ComparedPair pair = compared_pair(entry.metrics[metric], cells, 1, Undefined::kNoUnits);
      const Comparison comparison = compare(entry.metrics[metric], VariantKey(variant), pair, plan);
      found.push_back({entry.metrics[metric].key, VariantKey(variant), comparison.absolute,
                       comparison.guard ? Figure(Undefined::kNotEnoughData) : comparison.p});
    }
  }
  return found;
}

void warn_of_carry_over(const std::vector<CarryOver>& found, double alpha, HealthFigures& health) {
  for (const CarryOver& one : found) {
    const auto* p = std::get_if<double>(&one.p);
    if (p == nullptr || *p > alpha) continue;
    health.warnings.push_back(
        {WarningReason::kCarryOver,
         fmt::format("{}: units that had {} before the restart differ from those that had the "
                     "control, whatever they have now (always-valid p {:.4f})",
                     one.metric.str(), one.previous_variant.str(), *p)});
  }
}

}  // namespace converge
