#pragma once

#include <string>
#include <vector>

#include "engine/model/catalog.h"

/// What an edit of a definition touches. Law 4: what decides is written down before the start.
namespace converge {

/// Paths of what differs between two definitions of one experiment, by consequence. `status` is
/// handled beside.
struct DefinitionDiff {
  std::vector<std::string> reshuffling;  ///< every unit must start anew: seed, unit, variants
  /// Opens a phase: weights, traffic, condition, variants added at the end.
  std::vector<std::string> reallocating;
  std::vector<std::string> rule;  ///< fixed from the start: decision, analysis, uses of metrics ...
  std::vector<std::string> words;  ///< touches neither assignment nor decisions
  bool is_free() const { return reshuffling.empty() && reallocating.empty() && rule.empty(); }
};

/// `entry` as it stands against `wanted`.
DefinitionDiff diff_definition(const ExperimentEntry& entry, const ExperimentDefinition& wanted);

/// Keys of metrics that the rule of a started experiment reads and whose definition would change.
std::vector<std::string> changed_rule_metrics(const ExperimentEntry& entry,
                                              const std::vector<MetricUse>& uses,
                                              const std::vector<MetricDefinition>& wanted);

/// Per use of `wanted`: whether it came after the start, so that it never decides.
std::vector<bool> post_hoc_flags(const ExperimentEntry& entry,
                                 const std::vector<MetricUse>& wanted);

/// Edits of what lies outside experiments (time zone, unit kinds) that a live experiment forbids:
/// one line each.
std::vector<std::string> refused_settings(const Catalog& present, const Definitions& wanted);

/// "seed, variants"
std::string listed(const std::vector<std::string>& parts);

}  // namespace converge
