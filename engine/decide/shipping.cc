#include "engine/decide/shipping.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "engine/decide/reasons.h"

namespace converge {
namespace {

/// How one variant stands against every clause of ship_when.
struct Standing {
  VariantKey variant;
  std::vector<std::string> holds;
  std::vector<std::string> misses;
  bool eligible() const { return misses.empty(); }
};

std::vector<VariantKey> treatments(const Evidence& evidence) {
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!may_decide(metric)) continue;
    std::vector<VariantKey> keys;
    for (const Comparison& comparison : metric.comparisons) keys.push_back(comparison.variant);
    return keys;
  }
  return {};
}

bool success_proven(const Comparison& comparison, double alpha) {
  const auto* p = std::get_if<double>(&comparison.p_adjusted);
  return comparison.verdict == Verdict::kBetter && p != nullptr && *p <= alpha;
}

void check_success(const Evidence& evidence, SuccessRule rule, Standing& standing) {
  std::vector<std::string> proven;
  std::vector<std::string> open;
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!may_decide(metric) || metric.role != MetricRole::kSuccess) continue;
    const Comparison* comparison = comparison_of(metric, standing.variant);
    if (comparison == nullptr) continue;
    const std::string text = success_text(metric, *comparison, evidence.alpha);
    (success_proven(*comparison, evidence.alpha) ? proven : open).push_back(text);
    if (comparison->verdict == Verdict::kWorse) {
      standing.misses.push_back("deterioration: none does not hold: " + text);
    }
  }
  const bool holds = !proven.empty() && (rule == SuccessRule::kAny || open.empty());
  const char* clause = rule == SuccessRule::kAny ? "success: any" : "success: all";
  if (holds) {
    standing.holds.push_back(fmt::format("{} holds: {}", clause, joined_clauses(proven)));
  } else if (proven.empty() && open.empty()) {
    standing.misses.push_back(fmt::format("{}: there is no success metric to read", clause));
  } else {
    standing.misses.push_back(
        fmt::format("{} does not hold yet: {}", clause, joined_clauses(open)));
  }
}

void check_guardrails(const Evidence& evidence, Standing& standing) {
  std::vector<std::string> passed;
  std::vector<std::string> open;
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!may_decide(metric) || metric.role != MetricRole::kGuardrail) continue;
    const Comparison* comparison = comparison_of(metric, standing.variant);
    if (comparison == nullptr) continue;
    const bool passes = comparison->non_inferiority == HarmVerdict::kNonInferior;
    (passes ? passed : open).push_back(non_inferiority_text(metric, *comparison));
  }
  if (!open.empty()) {
    standing.misses.push_back("guardrails: all_noninferior does not hold yet: " +
                              joined_clauses(open));
  } else if (!passed.empty()) {
    standing.holds.push_back("guardrails: all_noninferior holds: " + joined_clauses(passed));
  }
}

void check_deterioration(const Evidence& evidence, Standing& standing) {
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!may_decide(metric) || metric.role != MetricRole::kDeterioration) continue;
    const Comparison* comparison = comparison_of(metric, standing.variant);
    if (comparison == nullptr || comparison->breach == HarmVerdict::kUndecided) continue;
    const bool proven = comparison->breach == HarmVerdict::kBreach;
    standing.misses.push_back(
        fmt::format("deterioration: none {}: {}",
                    proven ? "does not hold" : "cannot be read yet, not enough data",
                    proven ? breach_text(metric, *comparison) : effect_text(metric, *comparison)));
  }
}

Standing standing_of(const Evidence& evidence, const DecisionRule& rule,
                     const VariantKey& variant) {
  Standing standing;
  standing.variant = variant;
  check_success(evidence, rule.success, standing);
  check_guardrails(evidence, standing);
  check_deterioration(evidence, standing);
  return standing;
}

/// The lower bound in the good direction; none where there is no interval.
std::optional<double> good_lower_bound(const MetricEvidence& metric, const VariantKey& variant) {
  const Comparison* comparison = comparison_of(metric, variant);
  if (comparison == nullptr) return std::nullopt;
  const auto* interval = std::get_if<IntervalFigure>(&comparison->absolute.interval);
  if (interval == nullptr) return std::nullopt;
  return metric.direction == Direction::kIncrease ? interval->lower : -interval->upper;
}

/// Keeps those with the highest bound of each success metric in turn, until one is left.
std::vector<const Standing*> highest(const Evidence& evidence,
                                     std::vector<const Standing*> candidates) {
  for (const MetricEvidence& metric : evidence.metrics) {
    if (candidates.size() < 2) break;
    if (!may_decide(metric) || metric.role != MetricRole::kSuccess) continue;
    std::optional<double> best;
    for (const Standing* standing : candidates) {
      best = std::max(best, good_lower_bound(metric, standing->variant));
    }
    std::erase_if(candidates, [&](const Standing* standing) {
      return good_lower_bound(metric, standing->variant) != best;
    });
  }
  return candidates;
}

std::string waiting_text(const std::vector<Standing>& standings) {
  std::vector<std::string> clauses;
  clauses.reserve(standings.size());
  for (const Standing& standing : standings) {
    clauses.push_back(standing.variant.str() + " waits: " + joined_clauses(standing.misses));
  }
  return clauses.empty() ? "there is no variant to compare yet" : joined_clauses(clauses);
}

}  // namespace

bool may_decide(const MetricEvidence& metric) {
  return metric.population == Population::kMatured && !metric.segment && !metric.post_hoc;
}

const Comparison* comparison_of(const MetricEvidence& metric, const VariantKey& variant) {
  for (const Comparison& comparison : metric.comparisons) {
    if (comparison.variant == variant) return &comparison;
  }
  return nullptr;
}

Decision ship_or_wait(const Evidence& evidence, const DecisionRule& rule) {
  static constexpr const char* kClause = "decision.ship_when";
  std::vector<Standing> standings;
  for (const VariantKey& variant : treatments(evidence)) {
    standings.push_back(standing_of(evidence, rule, variant));
  }
  std::vector<const Standing*> eligible;
  for (const Standing& standing : standings) {
    if (standing.eligible()) eligible.push_back(&standing);
  }
  if (eligible.empty()) {
    return {DecisionKind::kKeepRunning, std::nullopt, kClause, waiting_text(standings)};
  }
  const std::vector<const Standing*> winners = highest(evidence, eligible);
  if (winners.size() > 1) {
    std::vector<std::string> names;
    names.reserve(winners.size());
    for (const Standing* standing : winners) names.push_back(standing->variant.str());
    return {DecisionKind::kKeepRunning, std::nullopt, kClause,
            fmt::format("a tie is for people: {} may all ship and have equal lower bounds",
                        fmt::join(names, ", "))};
  }
  std::string reason =
      winners.front()->variant.str() + " ships: " + joined_clauses(winners.front()->holds);
  if (eligible.size() > 1) {
    reason += fmt::format("; of {} variants that may ship it has the highest lower bound",
                          eligible.size());
  }
  return {DecisionKind::kPromote, winners.front()->variant, kClause, reason};
}

}  // namespace converge
