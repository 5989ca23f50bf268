#include "engine/model/catalog.h"

#include <catch2/catch.hpp>
#include <set>

#include "engine/model/decision.h"
#include "engine/model/evidence.h"

namespace converge {
namespace {

TEST_CASE("Allocation: table() and from_table() are inverse") {
  const Allocation allocation{{{{0, 10}, {40, 50}}, {{10, 20}}, {}}};
  const std::vector<std::int16_t> table = allocation.table();
  REQUIRE(table.size() == kBuckets);
  CHECK(table[9] == 0);
  CHECK(table[10] == 1);
  CHECK(table[20] == kNoVariant);
  CHECK(table[49] == 0);
  CHECK(Allocation::from_table(table, 3) == allocation);
}

TEST_CASE("Allocation: variant_of() and buckets_of() take ranges half-open") {
  const Allocation allocation{{{{0, 10}, {40, 50}}, {{10, 20}}}};
  CHECK(allocation.variant_of(0) == 0);
  CHECK(allocation.variant_of(10) == 1);
  CHECK(allocation.variant_of(20) == kNoVariant);
  CHECK(allocation.variant_of(50) == kNoVariant);
  CHECK(allocation.buckets_of(0) == 20);
  CHECK(allocation.buckets_of(1) == 10);
}

TEST_CASE("Bucket ranges: normalised sorts, drops empty ones and joins what touches") {
  CHECK(normalised({{30, 40}, {5, 5}, {0, 10}, {10, 20}, {15, 18}}) ==
        BucketRanges{{0, 20}, {30, 40}});
  CHECK(normalised({}).empty());
}

TEST_CASE("Catalog: find() and definitions_version()") {
  Catalog catalog;
  catalog.version = CatalogVersion{12};
  catalog.content_hash = "9f86d081";
  for (const char* key : {"a", "b", "d"}) {
    catalog.experiments.emplace_back().definition.key = ExperimentKey(key);
  }
  CHECK(catalog.definitions_version() == "12-9f86d081");
  REQUIRE(catalog.find(ExperimentKey("b")) != nullptr);
  CHECK(catalog.find(ExperimentKey("b"))->definition.key == ExperimentKey("b"));
  CHECK(catalog.find(ExperimentKey("c")) == nullptr);
  CHECK(catalog.find(ExperimentKey("e")) == nullptr);
  CHECK(holdback_key(ExperimentKey("a")) == ExperimentKey("a--holdback"));
}

TEST_CASE("Catalog: the current phase is the open one") {
  ExperimentEntry entry;
  CHECK(entry.current_phase() == nullptr);
  entry.phases.resize(2);
  entry.phases[0].end = Time{};
  entry.phases[1].number = 2;
  REQUIRE(entry.current_phase() != nullptr);
  CHECK(entry.current_phase()->number == 2);
  entry.phases[1].end = Time{};
  CHECK(entry.current_phase() == nullptr);
}

TEST_CASE("Definitions: unit kinds fall back to user_id and id") {
  Definitions definitions;
  CHECK(definitions.default_unit_kind() == UnitKind("user_id"));
  CHECK(definitions.attribute_of(UnitKind("user_id")) == "id");
  definitions.units = {{UnitKind("visitor"), "vid"}, {UnitKind("account"), "company.id"}};
  CHECK(definitions.default_unit_kind() == UnitKind("visitor"));
  CHECK(definitions.attribute_of(UnitKind("account")) == "company.id");
  CHECK(definitions.attribute_of(UnitKind("user_id")) == "id");
}

MetricDefinition revenue() {
  MetricDefinition metric;
  metric.key = MetricKey("revenue_7d");
  metric.type = MetricType::kSum;
  metric.numerator.event = EventName("purchase");
  metric.numerator.aggregation = Aggregation::kSum;
  metric.numerator.value_property = "amount";
  metric.numerator.scale_exponent = -2;
  metric.numerator.where = {{"currency", Value::string("EUR")}, {"size", Value::integer(1)}};
  metric.window = 7 * kDay;
  return metric;
}

TEST_CASE("Metric ids: every field of the definition changes the id") {
  std::set<MetricId> ids{metric_id(revenue())};
  const auto changed = [&ids](auto change) {
    MetricDefinition metric = revenue();
    change(metric);
    return ids.insert(metric_id(metric)).second;
  };
  CHECK(changed([](auto& m) { m.key = MetricKey("other"); }));
  CHECK(changed([](auto& m) { m.type = MetricType::kCount; }));
  CHECK(changed([](auto& m) { m.direction = Direction::kDecrease; }));
  CHECK(changed([](auto& m) { m.numerator.event = EventName("refund"); }));
  CHECK(changed([](auto& m) { m.numerator.aggregation = Aggregation::kAny; }));
  CHECK(changed([](auto& m) { m.numerator.value_property = std::nullopt; }));
  CHECK(changed([](auto& m) { m.numerator.value_property = ""; }));
  CHECK(changed([](auto& m) { m.numerator.scale_exponent = -6; }));
  CHECK(changed([](auto& m) { m.numerator.where.pop_back(); }));
  CHECK(changed([](auto& m) { m.numerator.where[1].value = Value::string("1"); }));
  CHECK(changed([](auto& m) { m.numerator.where[1].value = Value::boolean(true); }));
  CHECK(changed([](auto& m) { m.denominator = m.numerator; }));
  CHECK(changed([](auto& m) { m.window = 8 * kDay; }));
  CHECK(changed([](auto& m) { m.window = std::nullopt; }));
}

TEST_CASE("Metric ids: equal definitions have equal ids, of a fixed form") {
  MetricDefinition same = revenue();
  same.numerator.where[1].value = Value::number("1.0", 1.0);
  REQUIRE(same == revenue());
  CHECK(metric_id(same) == metric_id(revenue()));
  // Stored results carry this id: it may not change with the program.
  CHECK(metric_id(revenue()) == MetricId("revenue_7d@3a7ce44b"));
  const std::string text = metric_id(revenue()).str();
  CHECK(text.substr(0, 11) == "revenue_7d@");
  CHECK(text.size() == 11 + 8);
  CHECK(text.find_first_not_of("0123456789abcdef", 11) == std::string::npos);
}

TEST_CASE("Names: enumerators are lower snake_case") {
  CHECK(std::string(name_of(ExperimentState::kRolledBack)) == "rolled_back");
  CHECK(std::string(name_of(DecisionKind::kRollBack)) == "roll_back");
  CHECK(std::string(name_of(LookKind::kScheduledLate)) == "scheduled_late");
  CHECK(std::string(name_of(ActionKind::kKill)) == "kill");
  CHECK(std::string(name_of(Undefined::kControlMeanZero)) == "control_mean_zero");
  CHECK(std::string(name_of(Verdict::kNoDifferenceYet)) == "no_difference_yet");
  CHECK(std::string(name_of(HarmVerdict::kNonInferior)) == "non_inferior");
  CHECK(std::string(name_of(BlockReason::kSampleRatioMismatch)) == "sample_ratio_mismatch");
  CHECK(std::string(name_of(BlockReason::kLinkedCrossovers)) == "linked_crossovers");
  CHECK(std::string(name_of(WarningReason::kLinkedSampleRatio)) == "linked_sample_ratio");
}

}  // namespace
}  // namespace converge
