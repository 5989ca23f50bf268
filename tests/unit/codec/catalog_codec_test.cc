#include "engine/codec/catalog_codec.h"

#include <catch2/catch.hpp>

namespace converge {
namespace {

Catalog small_catalog() {
  Phase phase;
  phase.effective_seed = "checkout";
  phase.start = *parse_rfc3339("2026-03-01T00:00:00Z");
  phase.allocation.variants = {{{0, 5000}}, {{5000, 10'000}}};
  phase.condition = Value::object({{"b", Value::integer(1)}, {"a", Value::integer(2)}});
  MetricDefinition metric;
  metric.key = MetricKey("conversion_7d");
  metric.numerator.event = EventName("purchase");
  metric.numerator.aggregation = Aggregation::kAny;
  ExperimentEntry entry;
  entry.definition.key = ExperimentKey("checkout");
  entry.definition.unit = UnitKind("user_id");
  entry.definition.seed = "checkout";
  entry.definition.flag = FlagKey("steps");
  entry.definition.variants = {{VariantKey("control"), 0.5, Value::integer(3)},
                               {VariantKey("one-page"), 0.5, Value::integer(1)}};
  entry.definition.metrics = {{metric.key, MetricRole::kSuccess, std::nullopt, std::nullopt}};
  entry.metrics = {metric};
  entry.post_hoc = {false};
  entry.phases = {phase};
  Catalog catalog;
  catalog.version = CatalogVersion{3};
  catalog.created_at = phase.start;
  catalog.definitions.units = {{UnitKind("visitor"), "id"}, {UnitKind("account"), "company"}};
  catalog.experiments = {entry};
  catalog.content_hash = catalog_content_hash(catalog);
  return catalog;
}

std::string edited(const std::string& from, const std::string& to) {
  std::string text = encode_catalog(small_catalog());
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("Catalog codec: the empty catalog has a form") {
  const auto read = decode_catalog(encode_catalog(Catalog{}));
  REQUIRE(read);
  CHECK(*read == Catalog{});
}

TEST_CASE("Catalog codec: a holdback pair, whose key files may not use, comes back") {
  Catalog catalog = small_catalog();
  catalog.experiments[0].definition.key = holdback_key(ExperimentKey("checkout"));
  catalog.experiments[0].holdback_of = ExperimentKey("checkout");
  const auto read = decode_catalog(encode_catalog(catalog));
  INFO((read ? "" : read.error().message));
  REQUIRE(read);
  CHECK(*read == catalog);
}

TEST_CASE("Catalog codec: a condition keeps the order of its members, by which objects compare") {
  Catalog other = small_catalog();
  other.experiments[0].phases[0].condition =
      Value::object({{"b", Value::integer(1)}, {"a", Value::integer(2)}});
  const auto read = decode_catalog(encode_catalog(other));
  REQUIRE(read);
  const Value::Object& members = *read->experiments[0].phases[0].condition.as_object();
  CHECK(members[0].first == "b");
  CHECK(members[1].first == "a");
}

TEST_CASE("Catalog codec: layers, holdout, flags and enrolment come back") {
  Catalog catalog = small_catalog();
  Definitions& definitions = catalog.definitions;
  definitions.layers[LayerKey("checkout")] = {"layer-seed"};
  definitions.holdout = HoldoutDefinition{500, "held"};
  definitions.saved_groups["beta"] = Value::array({Value::string("u1")});
  definitions.flags[FlagKey("steps")] = {
      Value::integer(3), Value::Array{Value::object({{"force", Value::integer(1)}})}, Value()};
  definitions.growthbook = Value::object({{"dateUpdated", Value::string("2026-01-01")}});
  ExperimentEntry& entry = catalog.experiments[0];
  entry.definition.layer = LayerKey("checkout");
  entry.definition.sticky = true;
  entry.definition.fallback_attribute = "anonymous_id";
  entry.segments = {{0, 100}, {300, 400}};
  entry.enrolment = Enrolment::kFrozen;
  entry.phases[0].frozen_at = entry.phases[0].start + kDay;
  entry.phases[0].filters = {{"held", {{500, 10'000}}}, {"layer-seed", {{0, 100}, {300, 400}}}};
  const auto read = decode_catalog(encode_catalog(catalog));
  INFO((read ? "" : read.error().message));
  REQUIRE(read);
  CHECK(*read == catalog);
}

TEST_CASE("Catalog codec: the content hash follows the content, not version and time") {
  Catalog catalog = small_catalog();
  const std::string hash = catalog_content_hash(catalog);
  CHECK(hash.size() == 8);
  catalog.version = CatalogVersion{9};
  catalog.created_at += kDay;
  catalog.content_hash = "x";
  CHECK(catalog_content_hash(catalog) == hash);
  std::swap(catalog.definitions.units[0], catalog.definitions.units[1]);
  CHECK(catalog_content_hash(catalog) != hash);
  catalog = small_catalog();
  catalog.experiments[0].phases[0].allocation.variants[0][0].hi = 4999;
  CHECK(catalog_content_hash(catalog) != hash);
}

TEST_CASE("Catalog codec: a newer format is unsupported, damage is internal and names the member") {
  CHECK(decode_catalog(edited(R"("format":2)", R"("format":3)")).error().code ==
        Errc::kUnsupported);
  const auto problem = [](const std::string& from, const std::string& to) {
    const auto read = decode_catalog(edited(from, to));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::kInternal);
    return read.error().message;
  };
  CHECK(problem(R"("state":"draft")", R"("state":"asleep")") ==
        R"(catalog.experiments[0].state: unknown name "asleep")");
  CHECK(problem("[5000,10000]", "[5000,10001]").find("phases[0].allocation[1]") !=
        std::string::npos);
  CHECK(problem("[5000,10000]", "[5000.5,10000]").find("allocation") != std::string::npos);
  CHECK(problem(R"("type":"conversion")", R"("type":"guess")").find("metrics[0]") !=
        std::string::npos);
  CHECK(problem("{", "").find("catalog") != std::string::npos);
}

}  // namespace converge
