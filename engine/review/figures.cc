#include "engine/review/figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace converge {
namespace {

std::string percent(double share) {
  return fmt::format("{:+.2f} %", share * 100);
}

std::string difference(double value, MetricType type) {
  return type == MetricType::kConversion ? fmt::format("{:+.2f} points", value * 100)
                                         : fmt::format("{:+.4g}", value);
}

std::string with_guard(const char* verdict, const Comparison& comparison) {
  return comparison.guard ? fmt::format("{}: {}", verdict, *comparison.guard)
                          : std::string(verdict);
}

std::string guardrail_verdict(const Comparison& comparison) {
  if (comparison.breach == HarmVerdict::kBreach) return "**breach**";
  if (!comparison.non_inferiority) return "not judged";
  switch (*comparison.non_inferiority) {
    case HarmVerdict::kNotEnoughData:
      return with_guard("not enough data", comparison);
    case HarmVerdict::kNonInferior:
      return "non-inferior";
    case HarmVerdict::kUndecided:
    case HarmVerdict::kBreach:
      return "not non-inferior yet";
  }
  CONVERGE_CHECK(false);
  return "";
}

std::string deterioration_verdict(const Comparison& comparison) {
  if (!comparison.breach) return "not judged";
  switch (*comparison.breach) {
    case HarmVerdict::kNotEnoughData:
      return with_guard("not enough data", comparison);
    case HarmVerdict::kBreach:
      return "**harm proven**";
    case HarmVerdict::kUndecided:
    case HarmVerdict::kNonInferior:
      return "no harm proven";
  }
  CONVERGE_CHECK(false);
  return "";
}

const Comparison* same_comparison(const MetricEvidence& metric, const Comparison& comparison,
                                  const Evidence& evidence) {
  for (const MetricEvidence& other : evidence.metrics) {
    if (!is_row(other) || other.id != metric.id) continue;
    for (const Comparison& candidate : other.comparisons) {
      if (candidate.variant == comparison.variant) return &candidate;
    }
  }
  return nullptr;
}

}  // namespace

std::string words_of(Undefined reason) {
  switch (reason) {
    case Undefined::kNoUnits:
      return "no units yet";
    case Undefined::kOneUnit:
      return "only one unit";
    case Undefined::kZeroVariance:
      return "no variance";
    case Undefined::kZeroDenominator:
      return "nothing in the denominator";
    case Undefined::kControlMeanZero:
      return "control is zero";
    case Undefined::kUnbounded:
      return "control not told apart from zero";
    case Undefined::kNotEnoughData:
      return "not enough data";
    case Undefined::kNotForThisMetric:
      return "not for this metric";
    case Undefined::kNoWindow:
      return "no window, never matures";
    case Undefined::kAddedLater:
      return "added after the start";
    case Undefined::kSeveralStrata:
      return "several strata";
  }
  CONVERGE_CHECK(false);
  return "";
}

std::string spaced(const char* name) {
  std::string words = name;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string count_text(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3 && digits[i - 4] != '-'; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string value_text(const Figure& figure, MetricType type) {
  if (const auto* reason = std::get_if<Undefined>(&figure)) return words_of(*reason);
  const double value = std::get<double>(figure);
  return type == MetricType::kConversion ? fmt::format("{:.2f} %", value * 100)
                                         : fmt::format("{:.4g}", value);
}

std::string p_text(const Figure& p) {
  if (const auto* reason = std::get_if<Undefined>(&p)) return words_of(*reason);
  const double value = std::get<double>(p);
  return value < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", value);
}

std::string lift_text(const Comparison& comparison, MetricType type) {
  const auto* lift = std::get_if<double>(&comparison.relative.value);
  const auto* band = std::get_if<IntervalFigure>(&comparison.relative.interval);
  if (lift != nullptr && band != nullptr) {
    return fmt::format("{} [{}, {}]", percent(*lift), percent(band->lower), percent(band->upper));
  }
  const auto* absolute = std::get_if<double>(&comparison.absolute.value);
  if (absolute == nullptr) return words_of(std::get<Undefined>(comparison.absolute.value));
  const auto* absolute_band = std::get_if<IntervalFigure>(&comparison.absolute.interval);
  if (absolute_band == nullptr) {
    return fmt::format("{} absolute, no interval: {}", difference(*absolute, type),
                       words_of(std::get<Undefined>(comparison.absolute.interval)));
  }
  return fmt::format("{} [{}, {}] absolute", difference(*absolute, type),
                     difference(absolute_band->lower, type),
                     difference(absolute_band->upper, type));
}

std::string chance_text(const Comparison& comparison) {
  if (const auto* reason = std::get_if<Undefined>(&comparison.posterior)) return words_of(*reason);
  const double chance = std::get<Posterior>(comparison.posterior).chance_to_beat_control;
  if (chance > 0.9995) return "> 99.9 %";
  return chance < 0.0005 ? "< 0.1 %" : fmt::format("{:.1f} %", 100 * chance);
}

std::string verdict_text(const MetricEvidence& metric, const Comparison& comparison) {
  if (metric.role == MetricRole::kGuardrail && !metric.post_hoc) {
    return guardrail_verdict(comparison);
  }
  if (metric.role == MetricRole::kDeterioration && !metric.post_hoc) {
    return deterioration_verdict(comparison);
  }
  switch (comparison.verdict) {
    case Verdict::kNotEnoughData:
      return with_guard("not enough data", comparison);
    case Verdict::kNoDifferenceYet:
      return "no difference yet";
    case Verdict::kBetter:
      return "**better**";
    case Verdict::kWorse:
      return "**worse**";
  }
  CONVERGE_CHECK(false);
  return "";
}

std::string margin_text(const MetricEvidence& metric, const Comparison& comparison,
                        const ExperimentDefinition& definition) {
  const auto use = std::find_if(definition.metrics.begin(), definition.metrics.end(),
                                [&](const MetricUse& one) { return one.metric == metric.metric; });
  if (metric.role != MetricRole::kGuardrail || use == definition.metrics.end() || !use->margin) {
    return "none";
  }
  const Margin& margin = *use->margin;
  const std::string allowed = margin.scale == DifferenceScale::kRelative
                                  ? fmt::format("{:.4g} % relative", margin.value * 100)
                                  : fmt::format("{:.4g} absolute", margin.value);
  const std::string bound = comparison.bound_non_inferiority
                                ? fmt::format("{:+.4g}", *comparison.bound_non_inferiority)
                                : std::string("not there yet");
  return fmt::format("no worse than {}; bound of effect plus margin {}", allowed, bound);
}

std::string change_text(const MetricEvidence& metric, const Comparison& comparison,
                        const std::optional<StoredLook>& before) {
  if (!before) return "first look";
  const Comparison* other = same_comparison(metric, comparison, before->evidence);
  if (other == nullptr) return "new series";
  const auto* now_lift = std::get_if<double>(&comparison.relative.value);
  const auto* then_lift = std::get_if<double>(&other->relative.value);
  if (now_lift == nullptr || then_lift == nullptr) return "cannot be compared";
  return fmt::format("{:+.2f} points", (*now_lift - *then_lift) * 100);
}

std::string plain(const std::string& text) {
  std::string safe;
  for (const char letter : text) {
    if (letter == '\n' || letter == '\r') {
      safe += ' ';
    } else if (letter == '<') {
      safe += "&lt;";
    } else {
      if (letter == '|' || letter == '*' || letter == '`') safe += '\\';
      safe += letter;
    }
  }
  return safe;
}

bool is_row(const MetricEvidence& metric) {
  return metric.population == Population::kMatured && !metric.segment;
}

MetricType type_of(const MetricEvidence& metric, const ExperimentEntry& entry) {
  for (const MetricDefinition& definition : entry.metrics) {
    if (definition.key == metric.metric) return definition.type;
  }
  return MetricType::kSum;
}

bool is_exception(const ExperimentReview& experiment) {
  const auto rolled_back = [](const StoredLook& look) {
    return look.decision.kind == DecisionKind::kRollBack;
  };
  if (std::any_of(experiment.decisions.begin(), experiment.decisions.end(), rolled_back)) {
    return true;
  }
  // A holdback pair that is not measured any more has said what it had to say.
  const bool watched = experiment.entry.state == ExperimentState::kRamping ||
                       experiment.entry.state == ExperimentState::kWatching;
  for (const auto* look : {&experiment.newest, &experiment.holdback}) {
    if (!*look || (look == &experiment.holdback && !watched)) continue;
    if (!(*look)->evidence.health.blocks.empty()) return true;
    for (const MetricEvidence& metric : (*look)->evidence.metrics) {
      if (!is_row(metric) || metric.role != MetricRole::kGuardrail || metric.post_hoc) continue;
      for (const Comparison& comparison : metric.comparisons) {
        if (comparison.breach == HarmVerdict::kBreach) return true;
      }
    }
  }
  return false;
}

}  // namespace converge
