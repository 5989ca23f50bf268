#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/review/review.h"

/// Two experiments written by hand: one promoted and ramping, one blocked. The expected text is
/// review.md beside this file; CONVERGE_WRITE_GOLDEN=1 writes it anew, to be read before it is
/// committed.
namespace {

using namespace converge;

Time at(const char* text) {
  return parse_rfc3339(text).value();
}

ArmFigures arm(const char* variant, std::int64_t n, double mean) {
  ArmFigures figures;
  figures.variant = VariantKey(variant);
  figures.n = n;
  figures.mean = mean;
  figures.sd = 1.0;
  return figures;
}

MetricEvidence metric(const char* key, MetricRole role, double control, double treated,
                      const Comparison& comparison) {
  MetricEvidence evidence;
  evidence.id = MetricId(std::string(key) + "@1");
  evidence.metric = MetricKey(key);
  evidence.role = role;
  evidence.arms = {arm("control", 4812, control), arm("one-page", 4797, treated)};
  evidence.comparisons = {comparison};
  return evidence;
}

Comparison success(double lift) {
  Comparison comparison;
  comparison.variant = VariantKey("one-page");
  comparison.method = "confidence_sequence";
  comparison.absolute = {lift * 0.1,
                         IntervalFigure{(lift - 0.08) * 0.1, (lift + 0.08) * 0.1, 0.95}};
  comparison.relative = {lift, IntervalFigure{lift - 0.08, lift + 0.09, 0.95}};
  comparison.p = 0.00041;
  comparison.p_adjusted = 0.00082;
  comparison.posterior = Posterior{0.9996, 0.00001, 1, 1};
  comparison.verdict = Verdict::kBetter;
  return comparison;
}

Comparison guardrail() {
  Comparison comparison = success(0.004);
  comparison.p = 0.71;
  comparison.p_adjusted = Undefined::kNotForThisMetric;
  comparison.posterior = Undefined::kNotForThisMetric;
  comparison.verdict = Verdict::kNoDifferenceYet;
  comparison.non_inferiority = HarmVerdict::kNonInferior;
  comparison.breach = HarmVerdict::kUndecided;
  comparison.bound_non_inferiority = 0.31;
  comparison.bound_breach = 1.2;
  return comparison;
}

Comparison nothing_yet() {
  Comparison comparison;
  comparison.variant = VariantKey("one-page");
  comparison.guard = "12 units in the smaller arm, at least 30 are needed";
  comparison.breach = HarmVerdict::kNotEnoughData;
  return comparison;
}

MetricDefinition definition(const char* key, MetricType type) {
  MetricDefinition metric_definition;
  metric_definition.key = MetricKey(key);
  metric_definition.type = type;
  return metric_definition;
}

StoredLook look(std::int64_t id, const char* time, double lift) {
  StoredLook stored;
  stored.id = id;
  stored.evidence.experiment = ExperimentKey("checkout");
  stored.evidence.alpha = 0.05;
  stored.evidence.look_time = at(time);
  stored.evidence.metrics = {
      metric("conversion_7d", MetricRole::kSuccess, 0.1, 0.1 * (1 + lift), success(lift)),
      metric("revenue_7d", MetricRole::kGuardrail, 12.345, 12.391, guardrail()),
      metric("support_calls", MetricRole::kDeterioration, 0.0123, 0.0119, nothing_yet())};
  stored.evidence.metrics[2].direction = Direction::kDecrease;
  MetricEvidence exposed = stored.evidence.metrics[0];
  exposed.population = Population::kExposedSoFar;
  MetricEvidence segment = stored.evidence.metrics[0];
  segment.segment = SegmentName{"browser", "\"firefox\""};
  stored.evidence.metrics.push_back(exposed);
  stored.evidence.metrics.push_back(segment);
  stored.evidence.health.units = 10'040;
  stored.evidence.health.crossovers = 12;
  stored.evidence.health.srm = {
      {"phase 1, enrolled since phase 1", {5031, 5009}, {0.5, 0.5}, -0.34, 0.826}};
  stored.evidence.health.srm_log_e = -0.34;
  return stored;
}

ExperimentReview promoted() {
  ExperimentReview review;
  ExperimentDefinition& experiment = review.entry.definition;
  experiment.key = ExperimentKey("checkout");
  experiment.owner = "checkout-team";
  experiment.hypothesis = "Fewer steps lower effort\nand raise conversion";
  experiment.variants = {{VariantKey("control"), 0.5, Value()},
                         {VariantKey("one-page"), 0.5, Value()}};
  experiment.metrics = {{MetricKey("conversion_7d"), MetricRole::kSuccess, std::nullopt, 0.02},
                        {MetricKey("revenue_7d"),
                         MetricRole::kGuardrail,
                         Margin{0.05, DifferenceScale::kRelative},
                         {}},
                        {MetricKey("support_calls"), MetricRole::kDeterioration, std::nullopt, {}}};
  experiment.decision = DecisionRule{};
  experiment.decision->on_ship.ramp = {5000, 7500, 10'000};
  review.entry.metrics = {definition("conversion_7d", MetricType::kConversion),
                          definition("revenue_7d", MetricType::kSum),
                          definition("support_calls", MetricType::kCount)};
  review.entry.state = ExperimentState::kRamping;
  review.entry.started_at = at("2026-11-02T09:00:00Z");
  review.entry.promotion = Promotion{};
  review.entry.promotion->winner = 1;
  review.entry.promotion->step = 1;
  review.newest = look(41, "2026-11-16T09:00:00Z", 0.12);
  review.newest->decision = {DecisionKind::kPromote, VariantKey("one-page"), "decision.ship_when",
                             "one-page ships: success: any holds"};
  review.newest->acted = true;
  review.previous = look(20, "2026-11-09T09:00:00Z", 0.15);
  review.decisions = {*review.newest};
  review.promised = review.newest;
  review.holdback = look(44, "2026-11-20T09:00:00Z", 0.09);
  AuditEntry action;
  action.at = at("2026-11-16T09:00:00Z");
  action.actor = "converge";
  action.action = "promote";
  action.before = CatalogVersion{12};
  action.after = CatalogVersion{13};
  action.detail = "one-page at 50 %, holdback 5 %";
  action.look = 41;
  review.actions = {action};
  return review;
}

ExperimentReview blocked() {
  ExperimentReview review = promoted();
  review.entry.definition.key = ExperimentKey("banner");
  review.entry.definition.owner.clear();
  review.entry.definition.hypothesis = "A | in a table";
  review.entry.state = ExperimentState::kRunning;
  review.entry.promotion.reset();
  review.previous.reset();
  review.promised.reset();
  review.holdback.reset();
  review.actions.clear();
  review.next_look = at("2026-11-23T09:00:00Z");
  Evidence& evidence = review.newest->evidence;
  evidence.health.blocks = {{BlockReason::kSampleRatioMismatch,
                             "e-value 52000 reaches the limit 1000 (phase 1: 5031 : 5900 units)"}};
  evidence.health.linked_crossovers = 8;
  evidence.health.links = {{{"phase 1", {310, 400}, {0.5, 0.5}, 4.1, 0.0007},
                            {"phase 1", {4690, 4600}, {0.5, 0.5}, -0.2, 0.35},
                            0.00046}};
  evidence.health.retracted_records = 1234;
  evidence.health.erased_records = 5;
  evidence.health.warnings = {
      {WarningReason::kLinkRate, "phase 1: 6.20 % : 8.00 % of the units are linked"}};
  MetricEvidence& first = evidence.metrics[0];
  for (ArmFigures& figures : first.arms) {
    figures.n = 0;
    figures.mean = Undefined::kNoUnits;
  }
  first.comparisons[0] = Comparison{};
  first.comparisons[0].variant = VariantKey("one-page");
  first.comparisons[0].p = Undefined::kNoUnits;
  first.comparisons[0].posterior = Undefined::kNoUnits;
  review.newest->acted = false;
  review.newest->decision = {DecisionKind::kBlocked, std::nullopt, "data health",
                             "nothing acts on broken data"};
  review.decisions = {*review.newest};
  return review;
}

Review fixture() {
  const TimeZone zone = TimeZone::find("Europe/Berlin").value();
  const IsoWeek week{2026, 47};
  Review review{week, zone.week_begin(week), zone.week_end(week), at("2026-11-21T21:50:00Z"),
                zone, "production",          "13-9f86d081",       {}};
  review.experiments = {blocked(), promoted()};
  return review;
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("review: the Markdown of a fixed week is the golden text") {
  const std::string path = std::string(CONVERGE_SOURCE_DIR) + "/tests/golden/review/review.md";
  const std::string text = to_markdown(fixture());
  if (std::getenv("CONVERGE_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  CHECK(text == file_text(path));
  CHECK(text.find("nan") == std::string::npos);
  CHECK(text.find("|  |") == std::string::npos);
  CHECK(text.find("firefox") == std::string::npos);
}

TEST_CASE("review: a week without experiments says so") {
  Review review = fixture();
  review.experiments.clear();
  CHECK(to_markdown(review).find("No experiment was started yet.") != std::string::npos);
}

TEST_CASE("review: the document names every experiment with its looks, and the call that undoes") {
  const Value document = to_document(fixture());
  const Value::Array& experiments = *document.find("experiments")->as_array();
  REQUIRE(experiments.size() == 2);
  CHECK(*document.find("week")->as_string() == "2026-W47");
  CHECK(*experiments[0].find("experiment")->as_string() == "banner");
  CHECK(*experiments[0].find("needs_attention")->as_boolean());
  CHECK(experiments[0].find("undo")->is_null());
  CHECK(experiments[0].find("holdback")->is_null());
  const Value& undo = *experiments[1].find("undo");
  CHECK(*undo.find("path")->as_string() == "/v1/experiments/checkout/actions");
  CHECK(*undo.find("body")->find("action")->as_string() == "undo");
  CHECK(experiments[1].find("newest")->find("evidence")->find("metrics")->as_array()->size() == 5);
  CHECK(experiments[1].find("decisions")->as_array()->size() == 1);
}
