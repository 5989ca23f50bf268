#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "config/load.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

using Texts = std::vector<std::string>;

std::string any_of(const Texts& texts) {
  return *rc::gen::elementOf(texts);
}

bool coin() {
  return *rc::gen::inRange(0, 2) == 1;
}

template <class E>
E one_of(std::initializer_list<E> values) {
  return *rc::gen::elementOf(std::vector<E>(values));
}

Value any_scalar() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return Value::string(any_of({"", "EUR", "a \"quoted\" text", "größe", "12", "true", "~"}));
    case 1:
      return Value::boolean(coin());
    case 2:
      return Value::real(*rc::gen::inRange(-1'000'000, 1'000'000) / 128.0);
    default:
      return Value::integer(*rc::gen::arbitrary<std::int32_t>());
  }
}

Value any_json(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 2 ? 5 : 7);
  if (kind < 4) return any_scalar();
  if (kind == 4) return Value();
  if (kind == 5) return Value::array({any_json(depth + 1), any_json(depth + 1)});
  return Value::object({{"a", any_json(depth + 1)}, {"b c", any_json(depth + 1)}});
}

OutcomeQuery any_query(Aggregation aggregation) {
  OutcomeQuery query;
  query.event = EventName(any_of({"purchase", "support call", "page.view"}));
  query.aggregation = aggregation;
  if (aggregation == Aggregation::kSum) {
    if (coin()) query.value_property = any_of({"amount", "true", "ms"});
    query.scale_exponent = -*rc::gen::inRange(0, 13);
  }
  if (coin()) query.where.push_back({"category", any_scalar()});
  if (coin()) query.where.push_back({"kind of thing", any_scalar()});
  return query;
}

Duration any_duration(int minutes_max) {
  return std::chrono::minutes(*rc::gen::inRange(1, minutes_max));
}

MetricDefinition any_metric(const std::string& key) {
  MetricDefinition metric;
  metric.key = MetricKey(key);
  metric.type =
      one_of({MetricType::kConversion, MetricType::kCount, MetricType::kSum, MetricType::kRatio});
  metric.direction = one_of({Direction::kIncrease, Direction::kDecrease});
  metric.window = any_duration(7 * 24 * 60);
  const auto part = [] { return one_of({Aggregation::kCount, Aggregation::kSum}); };
  switch (metric.type) {
    case MetricType::kConversion:
      metric.numerator = any_query(Aggregation::kAny);
      break;
    case MetricType::kCount:
      metric.numerator = any_query(Aggregation::kCount);
      break;
    case MetricType::kSum:
      metric.numerator = any_query(Aggregation::kSum);
      break;
    case MetricType::kRatio:
      metric.numerator = any_query(part());
      metric.denominator = any_query(part());
      break;
  }
  return metric;
}

std::vector<VariantDefinition> any_variants() {
  const int count = *rc::gen::inRange(2, 6);
  std::vector<int> parts;
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += parts.emplace_back(*rc::gen::inRange(20, 100));
  std::vector<VariantDefinition> variants;
  for (int i = 0; i < count; ++i) {
    VariantDefinition variant;
    variant.key = VariantKey(coin() ? std::to_string(i) : "arm-" + std::to_string(i));
    variant.weight = static_cast<double>(parts[static_cast<std::size_t>(i)]) / sum;
    variant.value = any_json(0);
    variants.push_back(std::move(variant));
  }
  return variants;
}

double any_fraction() {
  return *rc::gen::inRange(1, 999'999) / 1e6;
}

std::vector<MetricUse> any_uses(const Texts& metrics) {
  std::vector<MetricUse> uses;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    MetricUse use;
    use.metric = MetricKey(metrics[i]);
    use.role = i == 0 ? MetricRole::kSuccess
                      : one_of({MetricRole::kSuccess, MetricRole::kGuardrail,
                                MetricRole::kDeterioration, MetricRole::kQuality});
    if (use.role == MetricRole::kGuardrail) {
      use.margin = coin() ? Margin{any_fraction(), DifferenceScale::kRelative}
                          : Margin{any_fraction() * 1e4, DifferenceScale::kAbsolute};
    }
    if (coin()) use.minimum_detectable_effect = any_fraction();
    uses.push_back(use);
  }
  return uses;
}

DecisionRule any_rule(AssignmentSource assignment) {
  DecisionRule rule;
  rule.min_days = 7 * *rc::gen::inRange(1, 9);
  rule.max_days = rule.min_days + *rc::gen::inRange(9, 60);
  rule.success = one_of({SuccessRule::kAny, SuccessRule::kAll});
  rule.on_expiry = one_of({ExpiryAction::kKeepControl, ExpiryAction::kDiscuss});
  rule.on_guardrail_breach = BreachAction::kRecommend;
  if (assignment == AssignmentSource::kExternal) return rule;
  rule.on_guardrail_breach = one_of({BreachAction::kRollback, BreachAction::kRecommend});
  rule.on_ship.action = one_of({ShipAction::kPromote, ShipAction::kRecommend});
  if (rule.on_ship.action == ShipAction::kRecommend && coin()) return rule;
  const int first = *rc::gen::inRange(1, 5000);
  rule.on_ship.ramp = {first, first + *rc::gen::inRange(1, 4999), 10'000};
  rule.on_ship.hold = std::chrono::hours(24) * *rc::gen::inRange(8, 20);
  rule.on_ship.holdback = *rc::gen::inRange(1, 50);
  rule.on_ship.holdback_days = *rc::gen::inRange(1, 90);
  return rule;
}

ExperimentDefinition any_experiment(const std::string& key, const Texts& metrics) {
  ExperimentDefinition experiment;
  experiment.key = ExperimentKey(key);
  experiment.status =
      one_of({DeclaredStatus::kDraft, DeclaredStatus::kRunning, DeclaredStatus::kStopped});
  if (coin()) {
    experiment.start_at = Time(Duration(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000)));
  }
  experiment.hypothesis = any_of({"", "Fewer steps: more \"sales\"\nfor größere carts # really"});
  experiment.owner = any_of({"", "checkout-team", "no"});
  experiment.unit = UnitKind(any_of({"user_id", "account"}));
  experiment.seed = key + any_of({"", " seed", "/2"});
  experiment.traffic = *rc::gen::inRange(1000, 10'001);
  if (coin()) experiment.condition = Value::object({{"country", any_scalar()}});
  experiment.variants = any_variants();
  if (coin()) experiment.segments = {"browser", "plan type"};
  experiment.metrics = any_uses(metrics);
  experiment.analysis.method = one_of({Method::kAuto, Method::kConfidenceSequence});
  experiment.analysis.alpha = any_fraction() / 2.001;
  experiment.analysis.looks = one_of({LookSchedule::kDaily, LookSchedule::kWeekly});
  if (coin())
    experiment.analysis.max_sample = *rc::gen::inRange<std::int64_t>(2, 1'000'000'000'000);
  experiment.assignment = one_of({AssignmentSource::kNative, AssignmentSource::kExternal});
  const bool is_native = experiment.assignment == AssignmentSource::kNative;
  if (is_native || coin()) experiment.flag = FlagKey("flag of " + key);
  if (coin()) experiment.lateness = any_duration(24 * 60);
  if (coin()) experiment.decision = any_rule(experiment.assignment);
  experiment.reshuffle = coin();
  return experiment;
}

Definitions any_definitions() {
  Definitions all;
  all.timezone = any_of({"UTC", "Europe/Berlin", "America/New_York"});
  if (coin()) all.units = {{UnitKind("user_id"), "id"}, {UnitKind("account"), "account id"}};
  const Texts keys = {"m0", "m-1", "m_2"};
  for (const std::string& key : keys) all.metrics[MetricKey(key)] = any_metric(key);
  const int count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) {
    all.experiments.push_back(any_experiment("experiment-" + std::to_string(i), keys));
  }
  return all;
}

std::string errors_of(const ReadDefinitions& read) {
  std::string text;
  for (const DefinitionProblem& problem : read.problems) {
    if (!problem.is_warning) text += problem.path + ": " + problem.message + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("Definitions: what is written is read back as the same values") {
  CHECK(rc::check([] {
    const Definitions all = any_definitions();
    const ReadDefinitions read = read_definitions(to_document(all));
    RC_LOG() << errors_of(read);
    RC_ASSERT_FALSE(read.has_errors());
    RC_ASSERT(read.definitions == all);
  }));
}

TEST_CASE("Definitions: JSON text is read back as the same values, as JSON and as YAML") {
  CHECK(rc::check([] {
    const Definitions all = any_definitions();
    const std::string text = to_json_pretty(to_document(all));
    for (const char* name : {"a.json", "a.yaml"}) {
      const LoadedDefinitions loaded = load_sources({{name, text}});
      for (const Finding& finding : loaded.findings) RC_LOG() << to_text(finding) << "\n";
      RC_ASSERT_FALSE(loaded.has_errors());
      RC_ASSERT(loaded.definitions == all);
    }
  }));
}

TEST_CASE("Definitions: single entries of stored catalogs are read back as the same values") {
  CHECK(rc::check([] {
    ExperimentDefinition experiment = any_experiment("checkout--holdback", {"gone"});
    experiment.variants[1].weight = 0;
    const auto read = experiment_from(to_document(experiment));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == experiment);
    const MetricDefinition metric = any_metric("m");
    const auto stored = metric_from(metric.key, to_document(metric));
    RC_ASSERT(stored.has_value());
    RC_ASSERT(*stored == metric);
  }));
}

TEST_CASE("Definitions: no text whatever makes the loader fail otherwise than by findings") {
  CHECK(rc::check([](const std::string& noise, std::size_t at, std::size_t length) {
    std::string text = to_json_pretty(to_document(any_definitions()));
    at %= text.size();
    text.replace(at, length % 8, noise);
    for (const char* name : {"a.json", "a.yaml"}) {
      const LoadedDefinitions loaded = load_sources({{name, text}});
      RC_ASSERT(loaded.files.size() == 1U);
    }
  }));
}

}  // namespace converge
