#include <fmt/format.h>

#include <iostream>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/open_store.h"
#include "cli/report.h"
#include "engine/codec/look_codec.h"
#include "engine/look.h"

namespace converge::cli {
namespace {

std::string words(const Figure& figure) {
  if (const double* number = std::get_if<double>(&figure)) return fmt::format("{:.6g}", *number);
  return name_of(std::get<Undefined>(figure));
}

std::string words(const Estimate& estimate) {
  std::string text = words(estimate.value);
  if (const auto* interval = std::get_if<IntervalFigure>(&estimate.interval)) {
    text += fmt::format(" [{:.6g}, {:.6g}]", interval->lower, interval->upper);
  } else {
    text += fmt::format(" [{}]", name_of(std::get<Undefined>(estimate.interval)));
  }
  return text;
}

std::string heading(const MetricEvidence& metric) {
  std::string text = metric.metric.str();
  if (metric.segment)
    text += fmt::format(", {} = {}", metric.segment->attribute, metric.segment->value);
  text += metric.population == Population::kMatured ? " (matured)"
                                                    : " (exposed so far, not for decisions)";
  if (metric.post_hoc) text += " (post hoc)";
  return text;
}

void print_metric(const MetricEvidence& metric) {
  fmt::print("\n{}\n", heading(metric));
  for (const ArmFigures& arm : metric.arms) {
    fmt::print("  {:<24} n {:>9}  mean {:>12}  sd {:>12}  sum {}\n", arm.variant.str(), arm.n,
               words(arm.mean), words(arm.sd), arm.sum);
  }
  for (const Comparison& comparison : metric.comparisons) {
    fmt::print("  {:<24} difference {}  relative {}  p {}  {}\n", comparison.variant.str(),
               words(comparison.absolute), words(comparison.relative), words(comparison.p),
               name_of(comparison.verdict));
    if (comparison.guard) fmt::print("  {:<24} {}\n", "", *comparison.guard);
  }
}

/// Per arm, linked or not.
std::vector<std::int64_t> all_units(const StratumLinks& links) {
  std::vector<std::int64_t> units = links.linked.counts;
  for (std::size_t i = 0; i < units.size() && i < links.unlinked.counts.size(); ++i) {
    units[i] += links.unlinked.counts[i];
  }
  return units;
}

void print_health(const HealthFigures& health) {
  fmt::print(
      "\nhealth: {} units, {} crossovers, {} linked crossovers, {} mismatches, {} censored, {} "
      "conflicts, {} retracted, {} erased\n",
      health.units, health.crossovers, health.linked_crossovers, health.mismatches, health.censored,
      health.conflicts_exposure + health.conflicts_outcome, health.retracted_records,
      health.erased_records);
  for (const StratumLinks& links : health.links) {
    fmt::print("  linked to another id, {}: {} of {} units, p of one look {}\n",
               links.linked.stratum, fmt::join(links.linked.counts, " : "),
               fmt::join(all_units(links), " : "), words(links.p_rate_one_look));
  }
  for (const Block& block : health.blocks)
    fmt::print("  blocked by {}: {}\n", name_of(block.reason), block.detail);
  for (const Warning& warning : health.warnings)
    fmt::print("  warning, {}: {}\n", name_of(warning.reason), warning.detail);
}

void print_evidence(const Evidence& evidence) {
  fmt::print("{} at {} (log row {}, definitions {}), {}\n", evidence.experiment.str(),
             format_rfc3339(evidence.look_time), raw(evidence.cursor), evidence.definitions_version,
             evidence.method);
  for (const MetricEvidence& metric : evidence.metrics) {
    if (!metric.segment) print_metric(metric);
  }
  for (const MetricEvidence& metric : evidence.metrics) {
    if (metric.segment) print_metric(metric);
  }
  print_health(evidence.health);
}

}  // namespace

int run_analyze(const AnalyzeOptions& options) {
  Time look_time = SystemClock().now();
  if (!options.at.empty()) {
    const auto at = parse_rfc3339(options.at);
    if (!at) return fail(at.error().within("--at"));
    look_time = *at;
  }
  auto store = open_for_reading(options.store);
  if (!store) return fail(store.error());
  const auto catalog = (*store)->control().latest();
  if (!catalog) return fail(catalog.error());
  const auto evidence = look_at((*store)->events(), *catalog, ExperimentKey(options.experiment),
                                look_time, LedgerOptions{}, HealthLimits{});
  if (!evidence) return fail(evidence.error());
  if (options.output == Output::kJson) {
    print(to_document(*evidence));
  } else {
    print_evidence(*evidence);
  }
  return kGood;
}

}  // namespace converge::cli
