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

using PlacedExperiment = std::pair<ExperimentDefinition, Cursor>;
/// Keys and flags that collide.
void lint_together(const std::vector<PlacedExperiment>& experiments);
/// Event names of metrics that look like a slip of another one.
void lint_event_names(const Cursor& metrics);

/// Names that look like personal data.
void warn_about_personal_name(const std::string& name, const Cursor& place);

}  // namespace converge
