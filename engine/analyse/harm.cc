#include "engine/analyse/harm.h"

#include "stats/sequential/asymptotic_cs.h"

namespace converge {
namespace {

/// m_b - m_a moved towards the good side by the margin; above 0 in the good direction means "no
/// worse than the margin".
Result<stats::Difference> contrast_of(const stats::Difference& difference, const Margin& margin,
                                      Direction direction) {
  const double sign = direction == Direction::kIncrease ? 1 : -1;
  if (margin.value == 0) return difference;
  if (margin.scale == DifferenceScale::kRelative) {
    const double size = difference.mean_a < 0 ? -margin.value : margin.value;
    return stats::scaled_contrast(difference, 1 - sign * size);
  }
  stats::Difference moved = difference;
  moved.mean_b += sign * margin.value;
  moved.estimate += sign * margin.value;
  return moved;
}

/// Bounds of the contrast in the good direction.
std::optional<double> good_lower(const stats::Difference& contrast, Direction direction,
                                 const stats::AsymptoticCsOptions& options) {
  const bool increase = direction == Direction::kIncrease;
  const auto sequence = increase ? stats::asymptotic_cs_lower(contrast, options)
                                 : stats::asymptotic_cs_upper(contrast, options);
  if (!sequence) return std::nullopt;
  return increase ? sequence->interval.lower : -sequence->interval.upper;
}

std::optional<double> good_upper(const stats::Difference& contrast, Direction direction,
                                 const stats::AsymptoticCsOptions& options) {
  const bool increase = direction == Direction::kIncrease;
  const auto sequence = increase ? stats::asymptotic_cs_upper(contrast, options)
                                 : stats::asymptotic_cs_lower(contrast, options);
  if (!sequence) return std::nullopt;
  return increase ? sequence->interval.upper : -sequence->interval.lower;
}

void fail_for_lack_of_data(bool guardrail, Comparison& comparison) {
  comparison.breach = HarmVerdict::kNotEnoughData;
  if (guardrail) comparison.non_inferiority = HarmVerdict::kNotEnoughData;
}

}  // namespace

void judge_harm(const MetricDefinition& metric, const MetricUse& use, const ComparedPair& pair,
                const SequencePlan& plan, const HarmLevels& levels, Comparison& comparison) {
  const bool guardrail = use.role == MetricRole::kGuardrail;
  const auto* difference = std::get_if<stats::Difference>(&pair.difference);
  if (difference == nullptr) return fail_for_lack_of_data(guardrail, comparison);
  const Margin margin = guardrail ? use.margin.value_or(Margin{}) : Margin{};
  const Result<stats::Difference> contrast = contrast_of(*difference, margin, metric.direction);
  if (!contrast) return fail_for_lack_of_data(guardrail, comparison);

  comparison.bound_breach =
      good_upper(*contrast, metric.direction, {levels.breach, plan.planned_units});
  if (guardrail) {
    comparison.bound_non_inferiority =
        good_lower(*contrast, metric.direction, {levels.non_inferiority, plan.planned_units});
  }
  const std::optional<std::string> objection = guard_objection(*contrast, pair);
  if (objection && !comparison.guard) comparison.guard = "with the margin: " + *objection;
  if (objection || !comparison.bound_breach) return fail_for_lack_of_data(guardrail, comparison);

  comparison.breach = *comparison.bound_breach < 0 ? HarmVerdict::kBreach : HarmVerdict::kUndecided;
  if (!guardrail) return;
  if (!comparison.bound_non_inferiority) {
    comparison.non_inferiority = HarmVerdict::kNotEnoughData;
  } else {
    comparison.non_inferiority =
        *comparison.bound_non_inferiority > 0 ? HarmVerdict::kNonInferior : HarmVerdict::kUndecided;
  }
}

}  // namespace converge
