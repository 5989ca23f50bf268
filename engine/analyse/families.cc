#include "engine/analyse/families.h"

#include <algorithm>

#include "base/check.h"
#include "stats/multiplicity/holm.h"

namespace converge {
namespace {

bool ever_allocated(const ExperimentPlan& plan, std::size_t variant) {
  for (const PlanPhase& phase : plan.phases) {
    for (const std::vector<double>& shares : phase.class_shares) {
      if (variant < shares.size() && shares[variant] > 0) return true;
    }
  }
  return false;
}

/// Variants against the control that could have units; all of them where no phase says.
int compared_variants(const ExperimentPlan& plan, std::size_t variants) {
  int count = 0;
  for (std::size_t variant = 1; variant < variants; ++variant) {
    if (ever_allocated(plan, variant)) ++count;
  }
  return count > 0 ? count : std::max(1, static_cast<int>(variants) - 1);
}

/// Variants are only ever added at the end, so that a number says which.
std::size_t variants_at_start(const ExperimentEntry& entry, int randomisation) {
  for (const Phase& phase : entry.phases) {
    if (phase.randomisation == randomisation) return phase.allocation.variants.size();
  }
  return 0;
}

}  // namespace

Families::Families(const ExperimentEntry& entry, const ExperimentMoments& moments)
    : entry_(entry),
      variants_(compared_variants(moments.plan, entry.definition.variants.size())),
      started_variants_(variants_at_start(entry, moments.plan.randomisation)) {
  for (std::size_t i = 0; i < entry.definition.metrics.size(); ++i) {
    if (!counts(i)) continue;
    const MetricRole role = entry.definition.metrics[i].role;
    if (role == MetricRole::kGuardrail) ++guardrails_;
    if (role == MetricRole::kDeterioration) ++deteriorations_;
  }
}

bool Families::counts(std::size_t metric) const {
  const bool post_hoc = metric < entry_.post_hoc.size() && entry_.post_hoc[metric];
  return !post_hoc && entry_.metrics[metric].window.has_value();
}

bool Families::may_win(std::size_t variant) const {
  return started_variants_ == 0 || variant < started_variants_;
}

HarmLevels Families::levels(MetricRole role, double alpha) const {
  const int metrics = role == MetricRole::kGuardrail ? guardrails_ : deteriorations_;
  return {alpha / 2, alpha / (std::max(1, metrics) * variants_)};
}

void adjust_success(const Families& families, std::vector<MetricEvidence>& metrics,
                    const std::vector<std::size_t>& matured) {
  std::vector<Comparison*> family;
  std::vector<double> p;
  for (std::size_t i = 0; i < matured.size(); ++i) {
    MetricEvidence& metric = metrics[matured[i]];
    if (metric.role != MetricRole::kSuccess || !families.counts(i)) continue;
    for (std::size_t k = 0; k < metric.comparisons.size(); ++k) {
      Comparison& comparison = metric.comparisons[k];
      if (!families.may_win(k + 1)) {
        comparison.p_adjusted = Undefined::kAddedLater;
        continue;
      }
      const auto* raw = std::get_if<double>(&comparison.p);
      const bool trusted = raw != nullptr && !comparison.guard;
      p.push_back(trusted ? *raw : 1);
      family.push_back(&comparison);
    }
  }
  const Result<std::vector<double>> adjusted = stats::holm_adjusted(p);
  CONVERGE_CHECK(adjusted.has_value() && adjusted->size() == family.size());
  for (std::size_t i = 0; i < family.size(); ++i) {
    Comparison& comparison = *family[i];
    if (const auto* reason = std::get_if<Undefined>(&comparison.p)) {
      comparison.p_adjusted = *reason;
    } else if (comparison.guard) {
      comparison.p_adjusted = Undefined::kNotEnoughData;
    } else {
      comparison.p_adjusted = (*adjusted)[i];
    }
  }
}

}  // namespace converge
