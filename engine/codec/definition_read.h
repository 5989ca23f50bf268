#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/codec/definition_cursor.h"
#include "engine/model/definition.h"

/// Inside engine/codec: one function per part of a definition document. Each reports everything it
/// can and returns what it could read; the caller discards it when there was an error.
namespace converge {

namespace definition_limits {
inline constexpr std::size_t kMetricsMax = 2000;
inline constexpr std::size_t kExperimentsMax = 1000;
inline constexpr std::size_t kUnitsMax = 16;
inline constexpr std::size_t kVariantsMax = 100;
inline constexpr std::size_t kUsesMax = 200;
inline constexpr std::size_t kSegmentsMax = 16;
inline constexpr std::size_t kFiltersMax = 16;
inline constexpr std::size_t kRampStepsMax = 20;
inline constexpr std::size_t kLayersMax = 200;
inline constexpr std::size_t kSavedGroupsMax = 2000;
inline constexpr std::size_t kFlagsMax = 2000;
inline constexpr std::size_t kFlagRulesMax = 200;
inline constexpr std::size_t kSeedBytesMax = 256;
inline constexpr std::size_t kProseBytesMax = 4096;
inline constexpr int kDaysMax = 3650;
}  // namespace definition_limits

/// Where a document comes from: files are linted, what was stored once is only read.
enum class Origin { kFile, kStored };

MetricDefinition read_metric(const MetricKey& key, const Cursor& document);
ExperimentDefinition read_experiment(const Cursor& document, Origin origin);
std::vector<VariantDefinition> read_variants(const Cursor& list, Origin origin);
MetricUse read_metric_use(const Cursor& document);
AnalysisPlan read_analysis(const Cursor& document);
DecisionRule read_decision(const Cursor& document);

using PlacedExperiment = std::pair<ExperimentDefinition, Cursor>;

/// The member "seed", `fallback` when there is none.
std::string read_seed(const Cursor& document, const std::string& fallback);
void read_layers(const Cursor& document, Definitions& definitions);
std::optional<HoldoutDefinition> read_holdout(const Cursor& document);
void read_saved_groups(const Cursor& document, Definitions& definitions);
void read_flags(const Cursor& document, Definitions& definitions);
/// Layers, and what shares one; experiments that name a layer without a list of layers imply it.
void lint_layers(const Cursor& document, const std::vector<PlacedExperiment>& experiments,
                 Definitions& definitions);
/// Rules that refer to experiments. Precondition: experiments are read.
void lint_flags(const Cursor& document, const Definitions& definitions);

/// What an experiment is seen together with.
struct LintContext {
  const Definitions& all;
  /// Metrics that were reported already: nothing is concluded from what could be read of them.
  const std::set<MetricKey>& broken_metrics;
};

/// Null when it is unknown or broken.
const MetricDefinition* sound_metric(const MetricKey& key, const LintContext& context);

/// What is wrong with an experiment beyond its form.
void lint_experiment(const ExperimentDefinition& experiment, const LintContext& context,
                     const Cursor& document);
/// Rules that cannot do what they say.
void lint_decision(const ExperimentDefinition& experiment, const LintContext& context,
                   const Cursor& document);

/// Keys and flags that collide.
void lint_together(const std::vector<PlacedExperiment>& experiments);
/// Event names of metrics that look like a slip of another one.
void lint_event_names(const Cursor& metrics);

/// Names that look like personal data.
void warn_about_personal_name(const std::string& name, const Cursor& place);

}  // namespace converge
