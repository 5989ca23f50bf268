#include "engine/decide/reasons.h"

#include <fmt/format.h>

#include <limits>

#include "base/check.h"

namespace converge {
namespace {

std::string words_of(Undefined reason) {
  std::string words = name_of(reason);
  for (char& letter : words) {
    if (letter == '_') letter = ' ';
  }
  return words;
}

std::string subject(const MetricEvidence& metric, const Comparison& comparison) {
  return fmt::format("{} of {}", metric.metric.str(), comparison.variant.str());
}

/// "lower bound -0.0012 of effect plus margin", or that there is none.
std::string bound_text(const char* side, const std::optional<double>& bound) {
  if (!bound) return fmt::format("no {} bound of the effect plus margin yet", side);
  return fmt::format("{} bound {} of the effect plus margin, in the good direction", side,
                     number_text(*bound));
}

}  // namespace

std::string number_text(double value) {
  if (value == std::numeric_limits<double>::infinity()) return "unbounded above";
  if (value == -std::numeric_limits<double>::infinity()) return "unbounded below";
  return fmt::format("{:.4g}", value);
}

std::string lift_text(double share) {
  return fmt::format("{:+.2f} %", share * 100);
}

std::string effect_text(const MetricEvidence& metric, const Comparison& comparison) {
  const std::string who = subject(metric, comparison);
  const auto* lift = std::get_if<double>(&comparison.relative.value);
  const auto* lift_interval = std::get_if<IntervalFigure>(&comparison.relative.interval);
  if (lift != nullptr && lift_interval != nullptr) {
    return fmt::format("{} {} [{}, {}]", who, lift_text(*lift), lift_text(lift_interval->lower),
                       lift_text(lift_interval->upper));
  }
  const auto* difference = std::get_if<double>(&comparison.absolute.value);
  const auto* interval = std::get_if<IntervalFigure>(&comparison.absolute.interval);
  if (difference != nullptr && interval != nullptr) {
    return fmt::format("{} {} [{}, {}] absolute", who, number_text(*difference),
                       number_text(interval->lower), number_text(interval->upper));
  }
  const auto* reason = std::get_if<Undefined>(&comparison.absolute.interval);
  CONVERGE_CHECK(reason != nullptr || difference == nullptr);
  return fmt::format("{}: no interval ({})", who,
                     words_of(reason != nullptr ? *reason : Undefined::kNoUnits));
}

std::string breach_text(const MetricEvidence& metric, const Comparison& comparison) {
  const bool proven = comparison.breach == HarmVerdict::kBreach;
  return fmt::format("{}: harm {}, {} {} 0", effect_text(metric, comparison),
                     proven ? "beyond the margin is proven" : "is not proven",
                     bound_text("upper", comparison.bound_breach), proven ? "<" : "is not below");
}

std::string non_inferiority_text(const MetricEvidence& metric, const Comparison& comparison) {
  const std::string who = effect_text(metric, comparison);
  if (!comparison.non_inferiority || *comparison.non_inferiority == HarmVerdict::kNotEnoughData) {
    return fmt::format("{}: not enough data for non-inferiority{}", who,
                       comparison.guard ? " (" + *comparison.guard + ")" : std::string());
  }
  const bool proven = *comparison.non_inferiority == HarmVerdict::kNonInferior;
  return fmt::format("{}: {}, {} {} 0", who, proven ? "non-inferior" : "not non-inferior yet",
                     bound_text("lower", comparison.bound_non_inferiority),
                     proven ? ">" : "is not above");
}

std::string success_text(const MetricEvidence& metric, const Comparison& comparison, double alpha) {
  const std::string who = effect_text(metric, comparison);
  switch (comparison.verdict) {
    case Verdict::kNotEnoughData:
      return fmt::format("{}: not enough data{}", who,
                         comparison.guard ? " (" + *comparison.guard + ")" : std::string());
    case Verdict::kNoDifferenceYet:
      return fmt::format("{}: the interval holds zero", who);
    case Verdict::kWorse:
      return fmt::format("{}: worse than the control, the interval excludes zero", who);
    case Verdict::kBetter:
      break;
  }
  const auto* p = std::get_if<double>(&comparison.p_adjusted);
  if (p == nullptr) return fmt::format("{}: no p value over all success metrics and variants", who);
  return fmt::format("{}: better, p {} over all success metrics and variants {} alpha {}", who,
                     number_text(*p), *p <= alpha ? "<=" : "is above", number_text(alpha));
}

std::string block_text(const std::vector<Block>& blocks) {
  std::vector<std::string> clauses;
  clauses.reserve(blocks.size());
  for (const Block& block : blocks) {
    clauses.push_back(fmt::format("{}: {}", name_of(block.reason), block.detail));
  }
  return joined_clauses(clauses);
}

std::string joined_clauses(const std::vector<std::string>& clauses) {
  return fmt::format("{}", fmt::join(clauses, "; "));
}

}  // namespace converge
