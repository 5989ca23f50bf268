#include "engine/explain/explain.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/assign/hash.h"
#include "engine/assign/ranges.h"
#include "engine/codec/event_codec.h"
#include "engine/codec/json.h"
#include "engine/record/chain_heads.h"
#include "store/memory/memory_store.h"

namespace converge {
namespace {

const Time kMarch = *parse_rfc3339("2026-03-01T00:00:00Z");

ExperimentEntry running(const std::string& key, const std::string& flag) {
  ExperimentEntry entry;
  entry.state = ExperimentState::kRunning;
  entry.definition.key = ExperimentKey(key);
  entry.definition.flag = FlagKey(flag);
  entry.definition.unit = UnitKind("user_id");
  entry.definition.seed = key;
  entry.definition.variants = {{VariantKey("control"), 0.5, Value::string("old")},
                               {VariantKey("red"), 0.5, Value::string("new")}};
  Phase phase;
  phase.effective_seed = key;
  phase.allocation = first_allocation(std::vector<double>{0.5, 0.5}, 5'000);
  entry.phases.push_back(phase);
  return entry;
}

/// A unit whose bucket under each seed lies in its range.
std::string unit_in(const std::vector<std::pair<std::string, BucketRange>>& wanted) {
  for (int i = 0; i < 200'000; ++i) {
    std::string unit = "user-" + std::to_string(i);
    const bool fits = std::all_of(wanted.begin(), wanted.end(), [&unit](const auto& one) {
      return one.second.contains(bucket_of(one.first, unit));
    });
    if (fits) return unit;
  }
  FAIL("no unit in the ranges");
  return "";
}

std::string bucket_text(const std::string& seed, const std::string& unit) {
  return std::to_string(bucket_of(seed, unit));
}

class World {
 public:
  /// The next version, made so many days after the first of March.
  void apply(Catalog catalog, int day) {
    const CatalogVersion before = *store.control().version();
    catalog.version = CatalogVersion{raw(before) + 1};
    catalog.content_hash = "hash" + std::to_string(raw(catalog.version));
    catalog.created_at = kMarch + day * kDay;
    REQUIRE(store.control().put(before, catalog, {}, std::nullopt));
  }

  void log(const std::string& event) {
    IntakeRules rules;
    rules.now = kMarch + 300 * kDay;
    const auto checked = accept_event(*parse_json(event), rules);
    const auto* accepted = std::get_if<AcceptedEvent>(&checked);
    REQUIRE(accepted != nullptr);
    LogRow row;
    row.seq = LogSeq{raw(*store.events().last()) + 1};
    row.body = accepted->canonical;
    for (const Unit& unit : accepted->event.units) {
      row.previous.push_back(heads_.head(chain_key(unit)));
    }
    for (const Unit& unit : accepted->event.units) heads_.set(chain_key(unit), row.seq);
    REQUIRE(store.events().append({&row, 1}));
  }
  void expose(const std::string& unit, int day, const std::string& more) {
    log(R"({"type":"exposure","experiment":"colour","variant":"red","unit":")" + unit +
        R"(","ts":")" + format_rfc3339(kMarch + day * kDay) + "\"," + more + "}");
  }

  Result<UnitExplanation> explain(const ExplainQuestion& question) {
    const NewestRow newest = [this](const Unit& unit) {
      return Result<LogSeq>(heads_.head(chain_key(unit)));
    };
    return explain_unit(store, newest, question, kMarch + 100 * kDay);
  }
  UnitExplanation explained(const ExplainQuestion& question) {
    auto explanation = explain(question);
    if (!explanation) UNSCOPED_INFO(explanation.error().message);
    REQUIRE(explanation);
    return *std::move(explanation);
  }
  /// What the only rule of the only flag says of the unit.
  std::string words(const std::string& unit, const std::string& attributes) {
    const UnitExplanation found = explained({unit, *parse_json(attributes), std::nullopt});
    REQUIRE(found.flags.size() == 1);
    REQUIRE(!found.flags.front().rules.empty());
    return found.flags.front().rules.back().words;
  }

  MemoryStore store{"test"};

 private:
  ChainHeads heads_;
};

Catalog catalog_of(std::vector<ExperimentEntry> entries) {
  Catalog catalog;
  catalog.experiments = std::move(entries);
  return catalog;
}

Time day(int number) {
  return kMarch + number * kDay;
}

}  // namespace

TEST_CASE("Explain: a member's bucket stands in its variant's range") {
  World world;
  world.apply(catalog_of({running("colour", "button")}), 0);
  const std::string unit = unit_in({{"colour", {5'000, 7'500}}});
  CHECK(world.words(unit, "{}") ==
        "bucket " + bucket_text("colour", unit) + " is in variant red [5000, 7500)");
}

TEST_CASE("Explain: a bucket that belongs to nobody is told with all shares") {
  World world;
  world.apply(catalog_of({running("colour", "button")}), 0);
  const std::string unit = unit_in({{"colour", {8'000, 9'000}}});
  CHECK(world.words(unit, "{}") == "bucket " + bucket_text("colour", unit) +
                                       " belongs to no variant: control [0, 2500), red [5000, "
                                       "7500)");
}

TEST_CASE("Explain: filters are told by name, each with its own bucket") {
  World world;
  ExperimentEntry entry = running("colour", "button");
  entry.phases.back().filters = {{"holdout", {{500, kBuckets}}}, {"checkout-seed", {{0, 5'000}}}};
  Catalog catalog = catalog_of({entry});
  catalog.definitions.holdout = HoldoutDefinition{500, "holdout"};
  catalog.definitions.layers.emplace(LayerKey("checkout"), LayerDefinition{"checkout-seed"});
  world.apply(catalog, 0);
  const std::string held_out = unit_in({{"holdout", {0, 500}}});
  CHECK(world.words(held_out, "{}") == "filter 1 (global holdout) keeps bucket " +
                                           bucket_text("holdout", held_out) +
                                           " out: segments [500, 10000)");
  const std::string outside =
      unit_in({{"holdout", {500, kBuckets}}, {"checkout-seed", {5'000, kBuckets}}});
  CHECK(world.words(outside, "{}") == "filter 2 (layer checkout) keeps bucket " +
                                          bucket_text("checkout-seed", outside) +
                                          " out: segments [0, 5000)");
}

TEST_CASE("Explain: a condition that does not hold is quoted") {
  World world;
  ExperimentEntry entry = running("colour", "button");
  entry.phases.back().condition = *parse_json(R"({"country":"DE"})");
  world.apply(catalog_of({entry}), 0);
  CHECK(world.words("u", R"({"country":"FR"})") ==
        R"(the condition does not hold: {"country":"DE"})");
}

TEST_CASE("Explain: a missing id of another unit kind is named") {
  World world;
  ExperimentEntry entry = running("colour", "button");
  entry.definition.unit = UnitKind("account");
  Catalog catalog = catalog_of({entry});
  catalog.definitions.units = {{UnitKind("user_id"), "id"}, {UnitKind("account"), "account_id"}};
  world.apply(catalog, 0);
  CHECK(world.words("u", "{}") == "attribute \"account_id\" is missing or empty");
}

TEST_CASE("Explain: winners and ends are told as such") {
  World world;
  ExperimentEntry promoted = running("colour", "button");
  promoted.state = ExperimentState::kPromoted;
  promoted.promotion = Promotion{};
  promoted.promotion->winner = 1;
  world.apply(catalog_of({promoted}), 0);
  CHECK(world.words("u", "{}") == "the winner is served by rule: \"new\"");
  ExperimentEntry stopped = running("colour", "button");
  stopped.state = ExperimentState::kStopped;
  world.apply(catalog_of({stopped}), 1);
  CHECK(world.words("u", "{}") ==
        "the experiment has ended, everyone it targets gets the control: \"old\"");
}

TEST_CASE("Explain: a prerequisite of a written rule is named by its flag") {
  World world;
  Catalog catalog;
  FlagDefinition base;
  base.default_value = Value::boolean(false);
  FlagDefinition flag;
  flag.default_value = Value::string("old");
  flag.rules = Value::Array{*parse_json(
      R"({"parentConditions":[{"id":"base","condition":{"value":true}}],"force":"new"})")};
  catalog.definitions.flags.emplace(FlagKey("base"), base);
  catalog.definitions.flags.emplace(FlagKey("top"), flag);
  world.apply(catalog, 0);
  const UnitExplanation found = world.explained({"u", Value::object({}), std::nullopt});
  REQUIRE(found.flags.size() == 2);
  CHECK(found.flags[1].rules.front().words == "prerequisite 1 (flag base) does not hold");
  CHECK(found.flags[1].source == FeatureSource::kDefaultValue);
}

TEST_CASE("Explain: each moment is answered by the version that was in force") {
  World world;
  world.apply(catalog_of({running("colour", "button")}), 10);
  ExperimentEntry stopped = running("colour", "button");
  stopped.state = ExperimentState::kStopped;
  world.apply(catalog_of({stopped}), 20);
  const std::string unit = unit_in({{"colour", {5'000, 7'500}}});

  const UnitExplanation before = world.explained({unit, Value::object({}), day(9)});
  CHECK(raw(before.version) == 0);
  CHECK_FALSE(before.in_force_since);
  CHECK(before.flags.empty());

  const UnitExplanation during = world.explained({unit, Value::object({}), day(20) - Duration(1)});
  CHECK(during.definitions_version == "1-hash1");
  CHECK(during.in_force_since == day(10));
  CHECK(during.flags.front().assignment.reason == AssignReason::kSplit);
  CHECK(during.flags.front().assignment.variant == VariantKey("red"));

  const UnitExplanation after = world.explained({unit, Value::object({}), day(20)});
  CHECK(raw(after.version) == 2);
  CHECK(after.flags.front().assignment.reason == AssignReason::kEnded);
  CHECK(raw(world.explained({unit, Value::object({}), std::nullopt}).version) == 2);
  CHECK(world.explain({unit, Value::object({}), day(101)}).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Explain: without attributes those of the last exposure by then are used") {
  World world;
  ExperimentEntry entry = running("colour", "button");
  entry.phases.back().condition = *parse_json(R"({"country":"DE"})");
  world.apply(catalog_of({entry}), 0);
  world.expose("u", 5, R"("attributes":{"country":"DE"})");
  world.expose("u", 15, R"("attributes":{"country":"FR"})");
  world.expose("u", 10, R"("attributes":{"country":"AT"})");
  world.expose("other", 16, R"("attributes":{"country":"IT"})");
  const auto country_at = [&world](const std::optional<Time>& at) {
    const UnitExplanation found = world.explained({"u", std::nullopt, at});
    REQUIRE(found.exposure);
    CHECK_FALSE(found.has_own_attributes);
    CHECK(found.exposure->experiment == ExperimentKey("colour"));
    return *found.attributes.find("country")->as_string();
  };
  CHECK(country_at(std::nullopt) == "FR");
  CHECK(country_at(day(15)) == "FR");
  CHECK(country_at(day(15) - Duration(1)) == "AT");
  CHECK(country_at(day(5)) == "DE");
  const UnitExplanation early = world.explained({"u", std::nullopt, day(5) - Duration(1)});
  CHECK_FALSE(early.exposure);
  CHECK(early.attributes == Value::object({}));
  CHECK_FALSE(world.explained({"nobody", std::nullopt, std::nullopt}).exposure);
}

TEST_CASE("Explain: retracted exposures and erased units tell nothing") {
  World world;
  world.apply(catalog_of({running("colour", "button")}), 0);
  world.expose("u", 5, R"("attributes":{"country":"DE"})");
  world.expose("u", 6, R"("id":"x1","attributes":{"country":"FR"})");
  world.log(
      R"({"type":"retract","of":"exposure","id":"x1","unit":"u","ts":"2026-03-20T00:00:00Z"})");
  const UnitExplanation found = world.explained({"u", std::nullopt, std::nullopt});
  CHECK(*found.attributes.find("country")->as_string() == "DE");
  world.log(R"({"type":"erase","unit":"u","ts":"2026-03-21T00:00:00Z"})");
  CHECK_FALSE(world.explained({"u", std::nullopt, std::nullopt}).exposure);
}

TEST_CASE("Explain: sticky documents take part now and are not known for the past") {
  World world;
  ExperimentEntry entry = running("colour", "button");
  entry.definition.sticky = true;
  entry.enrolment = Enrolment::kPaused;
  world.apply(catalog_of({entry}), 0);
  const std::string assignment = "colour__1";
  const StickyChange change{{"id", "u"}, assignment, "red", std::nullopt};
  REQUIRE(world.store.sticky().keep({&change, 1}));

  const UnitExplanation now = world.explained({"u", Value::object({}), std::nullopt});
  REQUIRE(now.sticky);
  CHECK(*now.sticky == std::vector<StickyDocument>{{"id", "u", {{assignment, "red"}}}});
  CHECK(now.flags.front().assignment.reason == AssignReason::kSticky);
  CHECK(now.flags.front().rules.front().words ==
        "its sticky document keeps variant red, whatever "
        "bucket " +
            bucket_text("colour", "u") + " says");
  const UnitExplanation past = world.explained({"u", Value::object({}), day(50)});
  CHECK_FALSE(past.sticky);
  CHECK(past.flags.front().rules.front().words.find("nobody new is taken in") != std::string::npos);
  // Reads only.
  CHECK(world.explained({"v", Value::object({}), std::nullopt}).sticky->empty());
  const StickyUnit other{"id", "v"};
  CHECK(world.store.sticky().find({&other, 1})->front().assignments.empty());
}

TEST_CASE("Explain: refuses ids that stand for nobody and attributes that are no object") {
  World world;
  world.apply(catalog_of({running("colour", "button")}), 0);
  CHECK(world.explain({"null", Value::object({}), std::nullopt}).error().code ==
        Errc::kInvalidArgument);
  CHECK(world.explain({"u", Value::integer(3), std::nullopt}).error().code ==
        Errc::kInvalidArgument);
}

TEST_CASE("Explain: the text for people says all of it") {
  World world;
  world.apply(catalog_of({running("colour", "button")}), 10);
  const std::string unit = unit_in({{"colour", {5'000, 7'500}}});
  world.expose(unit, 12, R"("attributes":{"country":"DE"})");
  const std::string bucket = bucket_text("colour", unit);
  CHECK(to_text(world.explained({unit, std::nullopt, day(20)})) ==
        "unit         user_id " + unit +
            "\n"
            "at           2026-03-21T00:00:00Z\n"
            "definitions  1-hash1, in force since 2026-03-11T00:00:00Z\n"
            "attributes   {\"country\":\"DE\"} (those of its last exposure, 2026-03-13T00:00:00Z "
            "in colour)\n"
            "sticky       not known for the past: a member by its sticky document is shown as a "
            "newcomer\n"
            "\n"
            "button = \"new\"\n"
            "  experiment colour, variant red, reason split, bucket " +
            bucket +
            ", in the experiment\n"
            "  rule 1 (split of colour): bucket " +
            bucket + " is in variant red [5000, 7500)\n");
  const std::string nothing = to_text(world.explained({"v", std::nullopt, day(1)}));
  CHECK(nothing.find("none had been applied by then") != std::string::npos);
  CHECK(nothing.find("no exposure of this unit by then") != std::string::npos);
}

TEST_CASE("Explain: the document for programs says the same") {
  World world;
  world.apply(catalog_of({running("colour", "button")}), 10);
  const std::string unit = unit_in({{"colour", {5'000, 7'500}}});
  const Value document = to_document(world.explained({unit, Value::object({}), day(20)}));
  const std::string bucket = bucket_text("colour", unit);
  const std::string rule =
      R"x({"rule":0,"id":"colour","role":"split","experiment":"colour","outcome":"hashed",)x"
      R"x("bucket":)x" +
      bucket + R"x(,"words":"bucket )x" + bucket + R"x( is in variant red [5000, 7500)"})x";
  CHECK(to_json(document) ==
        R"({"unit":")" + unit +
            R"(","unit_kind":"user_id","at":"2026-03-21T00:00:00Z","version":1,)"
            R"("definitions_version":"1-hash1","in_force_since":"2026-03-11T00:00:00Z",)"
            R"("attributes":{},"attributes_from":"question","exposure":null,"sticky":null,)"
            R"("flags":[{"flag":"button","value":"new","source":"experiment",)"
            R"("experiment":"colour","variant":"red","reason":"split","in_experiment":true,)"
            R"("bucket":)" +
            bucket + ",\"rules\":[" + rule + "]}]}");
}

}  // namespace converge
