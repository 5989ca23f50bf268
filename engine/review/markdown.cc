#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/review/figures.h"
#include "engine/review/review.h"

namespace converge {
namespace {

std::string join(const std::vector<std::string>& parts, const char* separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string attention_text(std::int64_t exceptions) {
  if (exceptions == 0) return "none needs attention";
  return exceptions == 1 ? "1 needs attention and comes first"
                         : count_text(exceptions) + " need attention and come first";
}

std::string headline(const Review& review) {
  const auto experiments = static_cast<std::int64_t>(review.experiments.size());
  const std::int64_t exceptions =
      std::count_if(review.experiments.begin(), review.experiments.end(), is_exception);
  return fmt::format(
      "# Experiment review {}\n\n"
      "Environment {}, {} to {} ({}). Definitions {}. Written {}.\n\n"
      "{} {}: {}.\n",
      review.week.str(), plain(review.environment), review.zone.format_local(review.from),
      review.zone.format_local(review.until), review.zone.name(), review.definitions_version,
      review.zone.format_local(review.written_at), count_text(experiments),
      experiments == 1 ? "experiment" : "experiments", attention_text(exceptions));
}

/// "ramping one-page at 75 %".
std::string state_text(const ExperimentEntry& entry) {
  std::string state = spaced(name_of(entry.state));
  if (!entry.promotion || !entry.definition.decision) return state;
  const auto winner = static_cast<std::size_t>(entry.promotion->winner);
  const auto step = static_cast<std::size_t>(entry.promotion->step);
  const std::vector<int>& ramp = entry.definition.decision->on_ship.ramp;
  if (winner >= entry.definition.variants.size()) return state;
  const std::string name = plain(entry.definition.variants[winner].key.str());
  if (entry.state != ExperimentState::kRamping || step >= ramp.size()) {
    return state + ", winner " + name;
  }
  return fmt::format("{} {} at {:.4g} %", state, name, ramp[step] / 100.0);
}

std::string days_text(const ExperimentEntry& entry, const Review& review) {
  if (!entry.started_at) return "not started";
  const Time until = std::min(review.until, review.written_at);
  const auto days = std::max<std::int64_t>(0, (until - *entry.started_at) / kDay);
  std::string text =
      fmt::format("{} days since {}", days, review.zone.format_local(*entry.started_at));
  if (entry.definition.decision) {
    text += fmt::format(", planned {} to {}", entry.definition.decision->min_days,
                        entry.definition.decision->max_days + entry.extended_days);
  }
  return text;
}

std::string units_text(const Evidence& evidence, const ExperimentEntry& entry) {
  std::vector<std::int64_t> units(entry.definition.variants.size(), 0);
  for (const StratumSrm& srm : evidence.health.srm) {
    for (std::size_t i = 0; i < srm.counts.size() && i < units.size(); ++i)
      units[i] += srm.counts[i];
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < units.size(); ++i) {
    parts.push_back(plain(entry.definition.variants[i].key.str()) + " " + count_text(units[i]));
  }
  return join(parts, ", ");
}

std::string srm_text(const HealthFigures& health) {
  if (health.srm.empty()) return "no units yet";
  std::vector<std::string> p;
  for (const StratumSrm& srm : health.srm) p.push_back(p_text(srm.p_chi_square_one_look));
  return fmt::format("e-value {:.3g} (chi-square p of one look: {})", std::exp(health.srm_log_e),
                     join(p, ", "));
}

/// Share of each arm's units that a link joins to another id: "12.1 % : 11.9 %".
std::string link_rates(const StratumLinks& links) {
  std::vector<std::string> rates;
  for (std::size_t i = 0; i < links.linked.counts.size(); ++i) {
    const std::int64_t linked = links.linked.counts[i];
    const std::int64_t units = linked + links.unlinked.counts[i];
    rates.push_back(units == 0 ? std::string("no units yet")
                               : fmt::format("{:.2f} %", 100.0 * static_cast<double>(linked) /
                                                             static_cast<double>(units)));
  }
  return fmt::format("{} (p of one look {})", join(rates, " : "), p_text(links.p_rate_one_look));
}

/// Lines only where there is something to say.
std::string identity_lines(const HealthFigures& health) {
  std::string text;
  if (!health.links.empty()) {
    std::vector<std::string> strata;
    for (const StratumLinks& links : health.links) strata.push_back(link_rates(links));
    text += fmt::format("- Linked to another id: {}; linked crossovers: {}\n", join(strata, ", "),
                        count_text(health.linked_crossovers));
  }
  if (health.retracted_records + health.erased_records > 0) {
    text += fmt::format("- Taken back: {} records retracted, {} erased\n",
                        count_text(health.retracted_records), count_text(health.erased_records));
  }
  return text;
}

std::string health_lines(const ExperimentReview& experiment) {
  const HealthFigures& health = experiment.newest->evidence.health;
  const std::int64_t all = health.units + health.crossovers + health.linked_crossovers;
  const double crossed =
      all == 0 ? 0 : static_cast<double>(health.crossovers) / static_cast<double>(all);
  std::string text = fmt::format(
      "- Exposed units: {}\n- Sample ratio: {}\n- Crossovers: {} ({}); assignment mismatches: {}; "
      "censored by moves: {}\n",
      units_text(experiment.newest->evidence, experiment.entry), srm_text(health),
      count_text(health.crossovers),
      all == 0 ? std::string("no units yet") : fmt::format("{:.2f} %", crossed * 100),
      count_text(health.mismatches), count_text(health.censored));
  text += identity_lines(health);
  for (const Block& block : health.blocks) {
    text +=
        fmt::format("- **Blocked, {}**: {}\n", spaced(name_of(block.reason)), plain(block.detail));
  }
  for (const Warning& warning : health.warnings) {
    text +=
        fmt::format("- Warning, {}: {}\n", spaced(name_of(warning.reason)), plain(warning.detail));
  }
  return text;
}

std::string role_text(const MetricEvidence& metric) {
  std::string role = "quality";
  switch (metric.role) {
    case MetricRole::kSuccess:
      role = "success";
      break;
    case MetricRole::kGuardrail:
      role = "guardrail";
      break;
    case MetricRole::kDeterioration:
      role = "deterioration";
      break;
    case MetricRole::kQuality:
      break;
  }
  role += metric.direction == Direction::kIncrease ? ", up is good" : ", down is good";
  return metric.post_hoc ? role + ", post hoc: never decides" : role;
}

std::string arm_text(const ArmFigures& arm, MetricType type) {
  return fmt::format("{} (n {})", value_text(arm.mean, type), count_text(arm.n));
}

std::string row(const MetricEvidence& metric, const Comparison& comparison,
                const ExperimentReview& experiment) {
  const MetricType type = type_of(metric, experiment.entry);
  const auto arm = std::find_if(metric.arms.begin(), metric.arms.end(), [&](const ArmFigures& one) {
    return one.variant == comparison.variant;
  });
  const bool adjusted = std::holds_alternative<double>(comparison.p_adjusted);
  const std::vector<std::string> cells = {
      plain(metric.metric.str()),
      role_text(metric),
      metric.arms.empty() ? "no arm" : arm_text(metric.arms.front(), type),
      plain(comparison.variant.str()) + " " +
          (arm == metric.arms.end() ? std::string("no arm") : arm_text(*arm, type)),
      lift_text(comparison, type),
      adjusted ? p_text(comparison.p_adjusted) + " (Holm)" : p_text(comparison.p),
      chance_text(comparison),
      verdict_text(metric, comparison),
      margin_text(metric, comparison, experiment.entry.definition),
      change_text(metric, comparison, experiment.previous)};
  return "| " + join(cells, " | ") + " |\n";
}

std::string table(const ExperimentReview& experiment) {
  const Evidence& evidence = experiment.newest->evidence;
  std::string text = fmt::format(
      "| Metric | Role | Control | Variant | Lift [always-valid {:.4g} % interval] | p, always "
      "valid "
      "| Chance to beat control | Verdict | Margin | Lift since last week |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n",
      100 * (1 - evidence.alpha));
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!is_row(metric)) continue;
    for (const Comparison& comparison : metric.comparisons) {
      text += row(metric, comparison, experiment);
    }
  }
  return text;
}

std::string decision_name(const Decision& decision) {
  const std::string name = spaced(name_of(decision.kind));
  return decision.variant ? name + " " + plain(decision.variant->str()) : name;
}

std::string decision_lines(const ExperimentReview& experiment, const Review& review) {
  std::string text = "\nDecisions\n\n";
  for (const StoredLook& look : experiment.decisions) {
    const bool blocked = look.decision.kind == DecisionKind::kBlocked;
    const char* done = blocked ? "nothing acted" : look.acted ? "acted on" : "recommended only";
    text += fmt::format(
        "- {} **{}**, {} ({}, look {}{}): {}\n", review.zone.format_local(look.evidence.look_time),
        decision_name(look.decision), done, plain(look.decision.rule), look.id,
        look.kind == LookKind::kScheduledLate ? ", late" : "", plain(look.decision.reason));
  }
  if (experiment.newest && experiment.decisions.empty()) {
    const Decision& now = experiment.newest->decision;
    text += fmt::format("- None. The newest look says {} ({}): {}\n", decision_name(now),
                        plain(now.rule), plain(now.reason));
  } else if (experiment.decisions.empty()) {
    text += "- None: there was no look this week.\n";
  }
  return text;
}

std::string action_lines(const ExperimentReview& experiment, const Review& review) {
  if (experiment.actions.empty()) return "";
  std::string text = "\nActions taken\n\n";
  bool can_be_undone = false;
  for (const AuditEntry& action : experiment.actions) {
    can_be_undone = can_be_undone || action.action != "apply";
    text += fmt::format(
        "- {} {} by {}, catalog version {} to {}{}: {}\n", review.zone.format_local(action.at),
        plain(action.action), plain(action.actor), raw(action.before), raw(action.after),
        action.look == 0 ? "" : fmt::format(", look {}", action.look), plain(action.detail));
  }
  if (can_be_undone) {
    text += fmt::format(
        "\nThe last of them is undone by one call: `POST /v1/experiments/{}/actions "
        "{{\"action\":\"undo\"}}` with a secret key that may decide.\n",
        experiment.entry.definition.key.str());
  }
  return text;
}

/// Success metrics of one look for one variant, as promised or as measured since.
std::string effects_text(const StoredLook& look, const VariantKey& winner,
                         const ExperimentEntry& entry) {
  std::vector<std::string> parts;
  for (const MetricEvidence& metric : look.evidence.metrics) {
    if (!is_row(metric) || metric.role != MetricRole::kSuccess) continue;
    for (const Comparison& comparison : metric.comparisons) {
      if (comparison.variant != winner) continue;
      parts.push_back(plain(metric.metric.str()) + " " +
                      lift_text(comparison, type_of(metric, entry)));
    }
  }
  return parts.empty() ? "no success metric" : join(parts, "; ");
}

std::string holdback_lines(const ExperimentReview& experiment, const Review& review) {
  const ExperimentEntry& entry = experiment.entry;
  if (!entry.promotion) return "";
  const auto winner = static_cast<std::size_t>(entry.promotion->winner);
  if (winner >= entry.definition.variants.size()) return "";
  const VariantKey& key = entry.definition.variants[winner].key;
  const auto line = [&](const char* what, const std::optional<StoredLook>& look,
                        const char* without) {
    if (!look) return fmt::format("- {}: {}\n", what, without);
    return fmt::format("- {} (look of {}): {}\n", what,
                       review.zone.format_local(look->evidence.look_time),
                       effects_text(*look, key, entry));
  };
  return "\nAfter promotion\n\n" +
         line("Promised", experiment.promised, "promoted by people, without a look that promised") +
         line("Realised on the holdback pair", experiment.holdback,
              "no look at a holdback pair yet");
}

std::string section(const ExperimentReview& experiment, const Review& review) {
  const ExperimentDefinition& definition = experiment.entry.definition;
  std::string text =
      fmt::format("\n## {}{}: {}\n\n{}\n\n- Owner: {}\n- Running time: {}\n",
                  is_exception(experiment) ? "Attention, " : "", plain(definition.key.str()),
                  state_text(experiment.entry),
                  definition.hypothesis.empty() ? "No hypothesis was written down."
                                                : "Hypothesis: " + plain(definition.hypothesis),
                  definition.owner.empty() ? "nobody named" : plain(definition.owner),
                  days_text(experiment.entry, review));
  if (experiment.newest) {
    text += health_lines(experiment);
  }
  text += fmt::format("- Next look: {}\n", experiment.next_look
                                               ? review.zone.format_local(*experiment.next_look)
                                               : std::string("none is scheduled"));
  if (experiment.newest) {
    text += fmt::format("\nMatured units, everyone, at the look of {}:\n\n",
                        review.zone.format_local(experiment.newest->evidence.look_time));
    text += table(experiment);
  }
  return text + decision_lines(experiment, review) + holdback_lines(experiment, review) +
         action_lines(experiment, review);
}

}  // namespace

std::string to_markdown(const Review& review) {
  std::string text = headline(review);
  if (review.experiments.empty()) text += "\nNo experiment was started yet.\n";
  for (const ExperimentReview& experiment : review.experiments) text += section(experiment, review);
  return text;
}

}  // namespace converge
