#include "engine/analyse/analyse.h"

#include "base/check.h"
#include "engine/analyse/arm_figures.h"
#include "engine/analyse/carry_over.h"
#include "engine/analyse/compare.h"
#include "engine/analyse/families.h"
#include "engine/analyse/harm.h"
#include "engine/analyse/health.h"
#include "engine/analyse/rule_evidence.h"
#include "engine/analyse/segments.h"

namespace converge {
namespace {

enum class Scope { kRule, kEverything };

/// What is the same for every metric of one look.
struct Look {
  const ExperimentEntry& entry;
  const ExperimentMoments& moments;
  Scope scope;
  SequencePlan plan;
  Families families;
};

/// Whose units a table is about.
struct Slice {
  Population population = Population::kMatured;
  std::optional<SegmentName> segment;
  bool decides() const { return population == Population::kMatured && !segment; }
};

bool is_harm_role(MetricRole role) {
  return role == MetricRole::kGuardrail || role == MetricRole::kDeterioration;
}

/// A metric without a window has no matured units by definition, which is another thing than having
/// none yet.
Undefined absent_reason(const MetricDefinition& metric, Population population) {
  return population == Population::kMatured && !metric.window ? Undefined::kNoWindow
                                                              : Undefined::kNoUnits;
}

MetricEvidence metric_evidence(const Look& look, std::size_t index, const Cells& cells,
                               const Slice& slice) {
  const MetricDefinition& metric = look.entry.metrics[index];
  const MetricUse& use = look.entry.definition.metrics[index];
  const std::vector<VariantKey>& variants = look.moments.plan.variants;
  const Undefined absent = absent_reason(metric, slice.population);
  MetricEvidence evidence;
  evidence.id = look.moments.metrics[index].id;
  evidence.metric = metric.key;
  evidence.role = use.role;
  evidence.direction = metric.direction;
  evidence.post_hoc = index < look.entry.post_hoc.size() && look.entry.post_hoc[index];
  evidence.population = slice.population;
  evidence.segment = slice.segment;
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    evidence.arms.push_back(arm_figures(metric, variants[variant], cells, variant, absent));
    if (variant == 0) continue;
    const ComparedPair pair = compared_pair(metric, cells, variant, absent);
    Comparison comparison = compare(metric, variants[variant], pair, look.plan);
    if (look.scope == Scope::kEverything) {
      comparison.posterior = posterior_of(metric, pair);
    }
    if (slice.decides() && look.families.counts(index) && is_harm_role(use.role)) {
      judge_harm(metric, use, pair, look.plan, look.families.levels(use.role, look.plan.alpha),
                 comparison);
    }
    evidence.comparisons.push_back(std::move(comparison));
  }
  return evidence;
}

void add_decisive(const Look& look, std::size_t index, Evidence& evidence) {
  evidence.metrics.push_back(metric_evidence(look, index, look.moments.metrics[index].matured,
                                             {Population::kMatured, std::nullopt}));
}

/// What stands beside, for people.
void add_exploratory(const Look& look, std::size_t index, const SegmentNames& segments,
                     Evidence& evidence) {
  const MetricMoments& metric = look.moments.metrics[index];
  const auto add = [&](const Cells& cells, const Slice& slice) {
    evidence.metrics.push_back(metric_evidence(look, index, cells, slice));
  };
  add(metric.exposed, {Population::kExposedSoFar, std::nullopt});
  for (const auto& [name, cells] : segments.grouped(metric.matured_by_segment)) {
    add(cells, {Population::kMatured, name});
  }
  for (const auto& [name, cells] : segments.grouped(metric.exposed_by_segment)) {
    add(cells, {Population::kExposedSoFar, name});
  }
}

void add_crossover_sensitivity(const Look& look, std::size_t index, Evidence& evidence) {
  const MetricDefinition& metric = look.entry.metrics[index];
  const MetricMoments& moments = look.moments.metrics[index];
  const Undefined absent = absent_reason(metric, Population::kMatured);
  const Cells by_hash = added(moments.matured, moments.crossovers_by_hash);
  const Cells by_first_shown = added(moments.matured, moments.crossovers_by_first_shown);
  const auto estimate = [&](const Cells& cells, std::size_t variant) {
    return absolute_estimate(compared_pair(metric, cells, variant, absent), look.plan);
  };
  for (std::size_t variant = 1; variant < look.moments.plan.variants.size(); ++variant) {
    evidence.crossover_sensitivity.push_back(
        {metric.key, look.moments.plan.variants[variant], estimate(moments.matured, variant),
         estimate(by_hash, variant), estimate(by_first_shown, variant)});
  }
}

const char* method_text(Method method) {
  switch (method) {
    case Method::kAuto:
    case Method::kConfidenceSequence:
      return "confidence_sequence";
  }
  CONVERGE_CHECK(false);
  return "";
}

/// The head of the evidence, its decisive metrics and its health; `add_more` adds to each metric.
template <class AddMore>
Evidence evidence_of(const Look& look, const AnalysisContext& context, const AddMore& add_more) {
  CONVERGE_CHECK(look.entry.metrics.size() == look.moments.metrics.size());
  CONVERGE_CHECK(look.entry.metrics.size() == look.entry.definition.metrics.size());
  Evidence evidence;
  evidence.experiment = look.entry.definition.key;
  evidence.definitions_version = context.definitions_version;
  evidence.look_time = look.moments.look_time;
  evidence.cursor = look.moments.cursor;
  evidence.watermark = slowest_watermark(look.moments);
  evidence.method = method_text(look.entry.resolved_method);
  evidence.alpha = look.plan.alpha;
  std::vector<std::size_t> matured;
  for (std::size_t index = 0; index < look.entry.metrics.size(); ++index) {
    matured.push_back(evidence.metrics.size());
    add_decisive(look, index, evidence);
    add_more(index, evidence);
  }
  adjust_success(look.families, evidence.metrics, matured);
  evidence.health = health_figures(look.moments, context.limits);
  return evidence;
}

Look look_of(const ExperimentEntry& entry, const ExperimentMoments& moments, Scope scope) {
  return {entry, moments, scope, sequence_plan(entry.definition.analysis),
          Families(entry, moments)};
}

}  // namespace

Evidence analyse(const ExperimentEntry& entry, const ExperimentMoments& moments,
                 const AnalysisContext& context) {
  const Look look = look_of(entry, moments, Scope::kEverything);
  const SegmentNames segments(moments, context.limits.segment_values_max);
  Evidence evidence = evidence_of(look, context, [&](std::size_t index, Evidence& so_far) {
    add_exploratory(look, index, segments, so_far);
    if (moments.crossovers > 0) add_crossover_sensitivity(look, index, so_far);
  });
  evidence.carry_over = carry_over(entry, moments, look.plan);
  warn_of_carry_over(evidence.carry_over, look.plan.alpha, evidence.health);
  return evidence;
}

Evidence rule_evidence(const ExperimentEntry& entry, const ExperimentMoments& moments,
                       const AnalysisContext& context) {
  return evidence_of(look_of(entry, moments, Scope::kRule), context, [](std::size_t, Evidence&) {});
}

}  // namespace converge
