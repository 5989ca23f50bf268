#include "tests/property/codec/stored_generators.h"

#include <rapidcheck.h>

#include <limits>
#include <set>

namespace converge {
namespace {

int draw(int from, int until) {
  return *rc::gen::inRange(from, until);
}

bool toss() {
  return draw(0, 2) == 1;
}

std::int64_t draw_count() {
  return *rc::gen::arbitrary<std::int64_t>();
}

template <class T>
T one_of(std::initializer_list<T> all) {
  return *rc::gen::elementOf(std::vector<T>(all));
}

template <class Make>
auto maybe(Make make) -> std::optional<decltype(make())> {
  if (!toss()) return std::nullopt;
  return make();
}

template <class Make>
auto several(int at_most, Make make) {
  std::vector<decltype(make())> items;
  for (int left = draw(0, at_most + 1); left > 0; --left) items.push_back(make());
  return items;
}

std::string draw_text() {
  return one_of<std::string>({"", "a", "plain words", "quote \" backslash \\ line\n tab\t",
                              "Grün \xe2\x82\xac \xf0\x9f\x9a\x80", "\x01\x1f", "null", "1e5"});
}

std::string draw_key(const char* prefix) {
  return prefix + std::to_string(draw(0, 20));
}

/// Up to the years 1 and 9999, to the microsecond.
Time draw_time() {
  const auto seconds = *rc::gen::inRange<std::int64_t>(-62'000'000'000, 253'000'000'000);
  return Time(std::chrono::seconds(seconds) + Duration(draw(0, 1'000'000)));
}

double draw_real() {
  return one_of<double>({0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, 1.0 / 3, -123456.789,
                         static_cast<double>(draw_count()), *rc::gen::arbitrary<double>()});
}

double draw_bound(double sign) {
  return draw(0, 5) == 0 ? sign * std::numeric_limits<double>::infinity() : draw_real();
}

Undefined draw_undefined() {
  return one_of({Undefined::kNoUnits, Undefined::kOneUnit, Undefined::kZeroVariance,
                 Undefined::kZeroDenominator, Undefined::kControlMeanZero, Undefined::kUnbounded,
                 Undefined::kNotEnoughData, Undefined::kNotForThisMetric, Undefined::kNoWindow});
}

Figure draw_figure() {
  if (toss()) return draw_undefined();
  return draw_real();
}

Estimate draw_estimate() {
  Estimate estimate;
  estimate.value = draw_figure();
  if (toss()) {
    estimate.interval = IntervalFigure{draw_bound(-1), draw_bound(1), 0.95};
  } else {
    estimate.interval = draw_undefined();
  }
  return estimate;
}

VariantKey draw_variant() {
  return VariantKey(draw_key("variant-"));
}

std::string draw_sum() {
  return one_of<std::string>({"0", "-12.5", "340282366920938463463374607431768211456", "0.000001"});
}

ArmFigures draw_arm() {
  ArmFigures arm;
  arm.variant = draw_variant();
  arm.n = draw_count();
  arm.mean = draw_figure();
  arm.sd = draw_figure();
  arm.sum = draw_sum();
  arm.sum_squares = draw_sum();
  arm.denominator_sum = maybe(draw_sum);
  arm.denominator_sum_squares = maybe(draw_sum);
  arm.sum_products = maybe(draw_sum);
  arm.overflow = draw_count();
  arm.no_value = draw_count();
  arm.censored = draw_count();
  return arm;
}

HarmVerdict draw_harm() {
  return one_of({HarmVerdict::kNotEnoughData, HarmVerdict::kUndecided, HarmVerdict::kNonInferior,
                 HarmVerdict::kBreach});
}

Comparison draw_comparison() {
  Comparison comparison;
  comparison.variant = draw_variant();
  comparison.method = draw_text();
  comparison.valid_under_peeking = toss();
  comparison.absolute = draw_estimate();
  comparison.relative = draw_estimate();
  comparison.p = draw_figure();
  comparison.p_adjusted = draw_figure();
  comparison.p_welch_one_look = draw_figure();
  if (toss()) comparison.posterior = Posterior{draw_real(), draw_real(), draw_real(), draw_real()};
  comparison.verdict = one_of(
      {Verdict::kNotEnoughData, Verdict::kNoDifferenceYet, Verdict::kBetter, Verdict::kWorse});
  comparison.guard = maybe(draw_text);
  comparison.non_inferiority = maybe(draw_harm);
  comparison.breach = maybe(draw_harm);
  comparison.bound_non_inferiority = maybe([] { return draw_bound(-1); });
  comparison.bound_breach = maybe([] { return draw_bound(1); });
  return comparison;
}

MetricEvidence draw_metric_evidence() {
  MetricEvidence metric;
  metric.id = MetricId(draw_key("metric@"));
  metric.metric = MetricKey(draw_key("metric_"));
  metric.role = one_of({MetricRole::kSuccess, MetricRole::kGuardrail, MetricRole::kDeterioration,
                        MetricRole::kQuality});
  metric.direction = one_of({Direction::kIncrease, Direction::kDecrease});
  metric.post_hoc = toss();
  metric.population = one_of({Population::kMatured, Population::kExposedSoFar});
  metric.segment = maybe([] { return SegmentName{draw_text(), draw_text()}; });
  metric.arms = several(3, draw_arm);
  metric.comparisons = several(2, draw_comparison);
  return metric;
}

StratumSrm draw_srm() {
  return {draw_text(), several(3, draw_count), several(3, draw_real), draw_bound(1), draw_figure()};
}

Block draw_block() {
  return {one_of({BlockReason::kSampleRatioMismatch, BlockReason::kCrossovers,
                  BlockReason::kLinkedCrossovers, BlockReason::kAssignmentMismatches,
                  BlockReason::kOverflow, BlockReason::kNoData, BlockReason::kStaleData}),
          draw_text()};
}

Warning draw_warning() {
  return {one_of({WarningReason::kLinkRate, WarningReason::kLinkedSampleRatio,
                  WarningReason::kUnlinkedSampleRatio, WarningReason::kCarryOver,
                  WarningReason::kOversizedComponents}),
          draw_text()};
}

HealthFigures draw_health() {
  HealthFigures health;
  for (std::int64_t* counter :
       {&health.units, &health.crossovers, &health.conflicts_exposure, &health.conflicts_outcome,
        &health.mismatches, &health.censored, &health.outside_phases, &health.unknown_variant,
        &health.wrong_unit_kind, &health.forced, &health.linked_crossovers, &health.oversized_units,
        &health.retracted_records, &health.erased_records}) {
    *counter = draw_count();
  }
  health.srm = several(2, draw_srm);
  health.srm_log_e = draw_bound(1);
  health.last_event_at = maybe(draw_time);
  health.links = several(2, [] { return StratumLinks{draw_srm(), draw_srm(), draw_figure()}; });
  health.blocks = several(2, draw_block);
  health.warnings = several(2, draw_warning);
  return health;
}

/// A JSON scalar or a small tree with member names out of order.
Value draw_value(int depth) {
  switch (draw(0, depth > 0 ? 6 : 4)) {
    case 0:
      return Value::boolean(toss());
    case 1:
      return Value::integer(draw_count());
    case 2:
      return Value::real(draw_real());
    case 3:
      return Value::string(draw_text());
    case 4:
      return Value::array(several(3, [depth] { return draw_value(depth - 1); }));
    default:
      return Value::object(
          {{"z", draw_value(depth - 1)}, {"a", draw_value(depth - 1)}, {"", Value()}});
  }
}

/// A scalar that a property of an event may have: numbers there have limits.
Value draw_scalar() {
  return one_of({Value::boolean(true), Value::integer(-17), Value::number("1.50", 1.5),
                 Value::string("DE"), Value::string("")});
}

OutcomeQuery draw_query(Aggregation aggregation) {
  OutcomeQuery query;
  query.event = EventName(draw_key("event_"));
  query.aggregation = aggregation;
  if (aggregation == Aggregation::kSum) {
    query.value_property = maybe([] { return draw_key("amount_"); });
    query.scale_exponent = -draw(0, 13);
  }
  if (toss()) query.where.push_back({"a", draw_scalar()});
  if (toss()) query.where.push_back({"b", draw_scalar()});
  return query;
}

MetricDefinition draw_metric(int number) {
  MetricDefinition metric;
  metric.key = MetricKey("metric_" + std::to_string(number));
  metric.type =
      one_of({MetricType::kConversion, MetricType::kCount, MetricType::kSum, MetricType::kRatio});
  metric.direction = one_of({Direction::kIncrease, Direction::kDecrease});
  switch (metric.type) {
    case MetricType::kConversion:
      metric.numerator = draw_query(Aggregation::kAny);
      break;
    case MetricType::kCount:
      metric.numerator = draw_query(Aggregation::kCount);
      break;
    case MetricType::kSum:
      metric.numerator = draw_query(Aggregation::kSum);
      break;
    case MetricType::kRatio:
      metric.numerator = draw_query(Aggregation::kSum);
      metric.denominator = draw_query(Aggregation::kCount);
  }
  if (toss()) metric.window = std::chrono::minutes(draw(1, 100'000));
  return metric;
}

DecisionRule draw_rule() {
  DecisionRule rule;
  rule.min_days = 7 * draw(1, 4);
  rule.max_days = rule.min_days + 7 * draw(1, 4);
  rule.success = one_of({SuccessRule::kAny, SuccessRule::kAll});
  if (toss()) {
    rule.on_ship = {ShipAction::kPromote, {5000, 7512, 10'000}, 10 * kDay, 500, draw(1, 60)};
  }
  rule.on_guardrail_breach = one_of({BreachAction::kRollback, BreachAction::kRecommend});
  rule.on_expiry = one_of({ExpiryAction::kKeepControl, ExpiryAction::kDiscuss});
  return rule;
}

ExperimentDefinition draw_experiment(const std::string& key,
                                     const std::vector<MetricDefinition>& metrics) {
  ExperimentDefinition experiment;
  experiment.key = ExperimentKey(key);
  experiment.status =
      one_of({DeclaredStatus::kDraft, DeclaredStatus::kRunning, DeclaredStatus::kStopped});
  experiment.start_at = maybe(draw_time);
  experiment.hypothesis = draw_text();
  experiment.owner = draw_text();
  experiment.unit = UnitKind("user_id");
  experiment.seed = draw_key("seed-");
  experiment.traffic = draw(1, kBuckets + 1);
  if (toss()) {
    experiment.condition = Value::object(
        {{"plan", Value::string("pro")}, {"age", Value::object({{"$gt", Value::integer(17)}})}});
  }
  experiment.flag = FlagKey(draw_key("flag_"));
  const int share = draw(1, 100);
  experiment.variants = {{VariantKey("control"), share / 100.0, draw_value(2)},
                         {VariantKey("treatment"), (100 - share) / 100.0, draw_value(2)}};
  if (toss()) experiment.segments = {"country", "browser"};
  for (const MetricDefinition& metric : metrics) {
    experiment.metrics.push_back({metric.key, MetricRole::kSuccess, std::nullopt, std::nullopt});
  }
  experiment.metrics.back().role = MetricRole::kGuardrail;
  experiment.metrics.back().margin = Margin{
      one_of({0.05, 0.001, 0.3}), one_of({DifferenceScale::kRelative, DifferenceScale::kAbsolute})};
  if (toss()) experiment.metrics.front().minimum_detectable_effect = 0.02;
  experiment.analysis.method = one_of({Method::kAuto, Method::kConfidenceSequence});
  experiment.analysis.alpha = one_of({0.05, 0.01, 0.1});
  experiment.analysis.max_sample = maybe([] { return std::int64_t{draw(1000, 1'000'000)}; });
  experiment.analysis.looks = one_of({LookSchedule::kDaily, LookSchedule::kWeekly});
  experiment.decision = maybe(draw_rule);
  experiment.assignment = one_of({AssignmentSource::kNative, AssignmentSource::kExternal});
  experiment.lateness = std::chrono::hours(draw(0, 50));
  experiment.reshuffle = toss();
  return experiment;
}

Phase draw_phase(int number) {
  Phase phase;
  phase.number = number;
  phase.randomisation = draw(1, 4);
  phase.effective_seed = draw_key("seed/");
  phase.start = draw_time();
  phase.end = maybe(draw_time);
  phase.ended_by_move = toss();
  const int middle = draw(1, kBuckets);
  phase.allocation.variants = {{{0, middle}}, {{middle, kBuckets}}, {}};
  phase.declared_weights = several(3, draw_real);
  if (toss()) phase.condition = draw_value(2);
  return phase;
}

Promotion draw_promotion() {
  Promotion promotion;
  promotion.winner = draw(0, 3);
  promotion.started_at = draw_time();
  promotion.step = draw(0, 5);
  promotion.step_started_at = draw_time();
  promotion.winner_ranges = {{0, draw(1, 100)}, {200, 10'000}};
  promotion.holdback_old = maybe([] { return BucketRange{100, 150}; });
  promotion.holdback_winner = maybe([] { return BucketRange{150, 200}; });
  return promotion;
}

ExperimentEntry draw_entry(ExperimentDefinition definition, std::vector<MetricDefinition> metrics) {
  ExperimentEntry entry;
  entry.definition = std::move(definition);
  for (std::size_t i = 0; i < metrics.size(); ++i) entry.post_hoc.push_back(toss());
  entry.metrics = std::move(metrics);
  entry.state = one_of(
      {ExperimentState::kDraft, ExperimentState::kRunning, ExperimentState::kRamping,
       ExperimentState::kWatching, ExperimentState::kPromoted, ExperimentState::kRolledBack,
       ExperimentState::kStopped, ExperimentState::kInconclusive, ExperimentState::kConcluded});
  entry.resolved_method = one_of({Method::kAuto, Method::kConfidenceSequence});
  for (int number = 1, last = draw(0, 4); number <= last; ++number) {
    entry.phases.push_back(draw_phase(number));
  }
  entry.promotion = maybe(draw_promotion);
  entry.started_at = maybe(draw_time);
  entry.extended_days = draw(0, 100);
  return entry;
}

}  // namespace

Catalog draw_catalog() {
  Catalog catalog;
  catalog.version = CatalogVersion{draw(0, 1000)};
  catalog.content_hash = draw_key("hash");
  catalog.created_at = draw_time();
  catalog.definitions.timezone = one_of<std::string>({"UTC", "Europe/Berlin"});
  // The first kind is the default one, so the order has to survive.
  if (toss()) {
    catalog.definitions.units = {{UnitKind("visitor_id"), "id"}, {UnitKind("account"), "company"}};
  }
  std::vector<MetricDefinition> metrics;
  for (int number = 1, last = draw(2, 4); number <= last; ++number) {
    metrics.push_back(draw_metric(number));
    catalog.definitions.metrics[metrics.back().key] = metrics.back();
  }
  for (int number = 1, last = draw(0, 3); number <= last; ++number) {
    const std::string key = "experiment-" + std::to_string(number);
    ExperimentDefinition experiment = draw_experiment(key, metrics);
    catalog.definitions.experiments.push_back(experiment);
    catalog.experiments.push_back(draw_entry(experiment, metrics));
    if (!toss()) continue;
    experiment.key = holdback_key(experiment.key);
    experiment.decision.reset();
    catalog.experiments.push_back(draw_entry(experiment, metrics));
    catalog.experiments.back().holdback_of = ExperimentKey(key);
  }
  return catalog;
}

Evidence draw_evidence() {
  Evidence evidence;
  evidence.experiment = ExperimentKey(draw_key("experiment-"));
  evidence.definitions_version = draw_text();
  evidence.look_time = draw_time();
  evidence.cursor = LogSeq{draw_count()};
  evidence.watermark = maybe(draw_time);
  evidence.method = draw_text();
  evidence.alpha = draw_real();
  evidence.metrics = several(3, draw_metric_evidence);
  evidence.health = draw_health();
  evidence.crossover_sensitivity = several(2, [] {
    return CrossoverSensitivity{MetricKey(draw_key("metric_")), draw_variant(), draw_estimate(),
                                draw_estimate(), draw_estimate()};
  });
  evidence.carry_over = several(2, [] {
    return CarryOver{MetricKey(draw_key("metric_")), draw_variant(), draw_estimate(),
                     draw_figure()};
  });
  return evidence;
}

Decision draw_decision() {
  return {one_of({DecisionKind::kKeepRunning, DecisionKind::kBlocked, DecisionKind::kPromote,
                  DecisionKind::kRollBack, DecisionKind::kInconclusive, DecisionKind::kNextStep,
                  DecisionKind::kFinish}),
          maybe(draw_variant), draw_text(), draw_text()};
}

AuditEntry draw_audit_entry() {
  AuditEntry entry;
  entry.id = draw_count();
  entry.at = draw_time();
  entry.actor = draw_text();
  entry.action = draw_text();
  entry.experiment = maybe([] { return ExperimentKey(draw_key("experiment-")); });
  entry.before = CatalogVersion{draw_count()};
  entry.after = CatalogVersion{draw_count()};
  entry.detail = draw_text();
  entry.look = draw_count();
  return entry;
}

}  // namespace converge
