#include "engine/features/assigner.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/assign/hash.h"
#include "engine/assign/ranges.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

Value json(const std::string& text) {
  const Result<Value> value = parse_json(text);
  REQUIRE(value.has_value());
  return *value;
}

ExperimentEntry running(const std::string& key, const std::string& flag, int traffic = 10'000) {
  ExperimentEntry entry;
  entry.state = ExperimentState::kRunning;
  entry.definition.key = ExperimentKey(key);
  entry.definition.flag = FlagKey(flag);
  entry.definition.unit = UnitKind("user_id");
  entry.definition.seed = key;
  entry.definition.variants = {{VariantKey("control"), 0.5, Value::string("old")},
                               {VariantKey("treatment"), 0.5, Value::string("new")}};
  Phase phase;
  phase.effective_seed = key;
  phase.allocation = first_allocation(std::vector<double>{0.5, 0.5}, traffic);
  entry.phases.push_back(phase);
  return entry;
}

Catalog catalog_of(std::vector<ExperimentEntry> entries) {
  Catalog catalog;
  catalog.version = CatalogVersion{3};
  catalog.content_hash = "abcdef01";
  catalog.experiments = std::move(entries);
  std::sort(catalog.experiments.begin(), catalog.experiments.end(),
            [](const auto& a, const auto& b) { return a.definition.key < b.definition.key; });
  return catalog;
}

std::shared_ptr<const Assigner> compiled(const Catalog& catalog) {
  auto assigner = Assigner::compile(catalog);
  REQUIRE(assigner.has_value());
  return *assigner;
}

Assignment only_answer(const Catalog& catalog, const std::string& unit,
                       const std::string& attributes = "{}") {
  const auto answers = compiled(catalog)->assign(unit, json(attributes), {}, nullptr);
  REQUIRE(answers.has_value());
  REQUIRE(answers->size() == 1);
  return answers->front();
}

/// A unit whose bucket under the seed lies in the range.
std::string unit_in(const std::string& seed, BucketRange range) {
  for (int i = 0; i < 200'000; ++i) {
    std::string unit = "user-" + std::to_string(i);
    if (range.contains(bucket_of(seed, unit))) return unit;
  }
  FAIL("no unit in the range");
  return "";
}

/// Ramping: buckets 5000..8000 have the winner (variant 1), the pair holds 0..500 (old) and
/// 500..1000 (winner).
std::vector<ExperimentEntry> ramping_with_pair() {
  ExperimentEntry parent = running("exp", "flag");
  parent.state = ExperimentState::kRamping;
  parent.phases.back().end = Time{};
  parent.promotion = Promotion{};
  parent.promotion->winner = 1;
  parent.promotion->winner_ranges = {{5000, 8000}};
  parent.promotion->holdback_old = BucketRange{0, 500};
  parent.promotion->holdback_winner = BucketRange{500, 1000};
  ExperimentEntry pair = running("exp--holdback", "flag");
  pair.holdback_of = ExperimentKey("exp");
  pair.phases.back().effective_seed = "exp";
  pair.phases.back().allocation.variants = {{{0, 500}}, {{500, 1000}}};
  return {parent, pair};
}

TEST_CASE("Assign: a running experiment splits by bucket under the phase's seed") {
  Catalog catalog = catalog_of({running("exp", "flag")});
  catalog.experiments[0].phases.back().effective_seed = "exp/2";
  int treated = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string unit = "user-" + std::to_string(i);
    const Assignment answer = only_answer(catalog, unit);
    const int bucket = bucket_of("exp/2", unit);
    CHECK(answer.bucket == bucket);
    CHECK(answer.variant == VariantKey(bucket < 5000 ? "control" : "treatment"));
    CHECK(answer.value == Value::string(bucket < 5000 ? "old" : "new"));
    CHECK(answer.reason == AssignReason::kSplit);
    CHECK(answer.in_experiment);
    CHECK(answer.unit == Unit{UnitKind("user_id"), unit});
    treated += bucket >= 5000 ? 1 : 0;
  }
  CHECK(treated > 400);
  CHECK(treated < 600);
}

TEST_CASE("Assign: outside the traffic and outside the condition means control, by name") {
  Catalog catalog = catalog_of({running("exp", "flag", 2000)});
  const std::string outside = unit_in("exp", {1000, 5000});
  CHECK(only_answer(catalog, outside).reason == AssignReason::kNotInTraffic);
  CHECK_FALSE(only_answer(catalog, outside).in_experiment);
  CHECK(only_answer(catalog, outside).variant == VariantKey("control"));

  catalog.experiments[0].phases.back().condition = json(R"({"country":"DE"})");
  const std::string inside = unit_in("exp", {5000, 6000});
  CHECK(only_answer(catalog, inside).reason == AssignReason::kNotTargeted);
  CHECK(only_answer(catalog, inside).variant == VariantKey("control"));
  const Assignment in = only_answer(catalog, inside, R"({"country":"DE"})");
  CHECK(in.reason == AssignReason::kSplit);
  CHECK(in.variant == VariantKey("treatment"));
}

TEST_CASE("Assign: the phase's condition counts, not the file's") {
  Catalog catalog = catalog_of({running("exp", "flag")});
  catalog.experiments[0].definition.condition = json(R"({"country":"DE"})");
  CHECK(only_answer(catalog, "user-1").reason == AssignReason::kSplit);
}

TEST_CASE("Assign: conditions see the unit under its attribute, unless it was sent") {
  Catalog catalog = catalog_of({running("exp", "flag")});
  catalog.experiments[0].phases.back().condition = json(R"({"id":{"$in":["user-1"]}})");
  CHECK(only_answer(catalog, "user-1").reason == AssignReason::kSplit);
  CHECK(only_answer(catalog, "user-2").reason == AssignReason::kNotTargeted);
  CHECK(only_answer(catalog, "user-2", R"({"id":"user-1"})").reason == AssignReason::kSplit);
}

TEST_CASE("Assign: a ramp serves the winner to its buckets and measures the pair") {
  const Catalog catalog = catalog_of(ramping_with_pair());
  const Assignment winner = only_answer(catalog, unit_in("exp", {5000, 8000}));
  CHECK(winner.reason == AssignReason::kPromoted);
  CHECK(winner.value == Value::string("new"));
  CHECK(winner.experiment == ExperimentKey("exp"));
  CHECK_FALSE(winner.in_experiment);

  const Assignment rest = only_answer(catalog, unit_in("exp", {8000, 10'000}));
  CHECK(rest.reason == AssignReason::kNotInTraffic);
  CHECK(rest.value == Value::string("old"));
  CHECK(rest.experiment == ExperimentKey("exp"));

  const Assignment old_half = only_answer(catalog, unit_in("exp", {0, 500}));
  CHECK(old_half.reason == AssignReason::kHoldback);
  CHECK(old_half.value == Value::string("old"));
  CHECK(old_half.in_experiment);
  CHECK(old_half.experiment == ExperimentKey("exp--holdback"));
  const Assignment new_half = only_answer(catalog, unit_in("exp", {500, 1000}));
  CHECK(new_half.reason == AssignReason::kHoldback);
  CHECK(new_half.value == Value::string("new"));
}

TEST_CASE("Assign: a ramp keeps the condition of the last phase") {
  std::vector<ExperimentEntry> entries = ramping_with_pair();
  for (ExperimentEntry& entry : entries) {
    entry.phases.back().condition = json(R"({"country":"DE"})");
  }
  const Catalog catalog = catalog_of(entries);
  for (const BucketRange range : {BucketRange{0, 500}, BucketRange{5000, 8000}}) {
    const Assignment answer = only_answer(catalog, unit_in("exp", range));
    CHECK(answer.reason == AssignReason::kNotTargeted);
    CHECK(answer.experiment == ExperimentKey("exp"));
  }
}

TEST_CASE("Assign: promoted means everyone who passes, whatever the bucket") {
  ExperimentEntry entry = ramping_with_pair()[0];
  entry.state = ExperimentState::kPromoted;
  entry.phases.back().condition = json(R"({"country":"DE"})");
  const Catalog catalog = catalog_of({entry});
  const std::string unit = unit_in("exp", {8000, 10'000});
  CHECK(only_answer(catalog, unit, R"({"country":"DE"})").reason == AssignReason::kPromoted);
  CHECK(only_answer(catalog, unit, R"({"country":"DE"})").variant == VariantKey("treatment"));
  CHECK(only_answer(catalog, unit).reason == AssignReason::kNotTargeted);
}

TEST_CASE("Assign: rolled back and stopped give everyone the control") {
  const auto state = GENERATE(ExperimentState::kRolledBack, ExperimentState::kStopped,
                              ExperimentState::kInconclusive);
  std::vector<ExperimentEntry> entries = ramping_with_pair();
  entries[0].state = state;
  entries[1].state = state;
  const Catalog catalog = catalog_of(entries);
  for (const BucketRange range : {BucketRange{0, 500}, BucketRange{500, 8000}}) {
    const Assignment answer = only_answer(catalog, unit_in("exp", range));
    CHECK(answer.reason == AssignReason::kEnded);
    CHECK(answer.value == Value::string("old"));
    CHECK_FALSE(answer.in_experiment);
  }
}

TEST_CASE("Assign: inconclusive with an open phase goes on splitting") {
  ExperimentEntry entry = running("exp", "flag");
  entry.state = ExperimentState::kInconclusive;
  CHECK(only_answer(catalog_of({entry}), "user-1").reason == AssignReason::kSplit);
}

TEST_CASE("Assign: draft, concluded and external experiments give no answer") {
  ExperimentEntry draft = running("a", "fa");
  draft.state = ExperimentState::kDraft;
  draft.phases.clear();
  ExperimentEntry concluded = running("b", "fb");
  concluded.state = ExperimentState::kConcluded;
  ExperimentEntry external = running("c", "fc");
  external.definition.assignment = AssignmentSource::kExternal;
  const auto answers =
      compiled(catalog_of({draft, concluded, external}))->assign("u", Value(), {}, nullptr);
  REQUIRE(answers.has_value());
  CHECK(answers->empty());
}

TEST_CASE("Assign: on one flag a running experiment comes before a promoted one") {
  ExperimentEntry promoted = ramping_with_pair()[0];
  promoted.state = ExperimentState::kPromoted;
  const ExperimentEntry next = running("next", "flag", 1000);
  const Catalog catalog = catalog_of({promoted, next});
  const Assignment member = only_answer(catalog, unit_in("next", {0, 500}));
  CHECK(member.experiment == ExperimentKey("next"));
  CHECK(member.reason == AssignReason::kSplit);
  const Assignment other = only_answer(catalog, unit_in("next", {500, 5000}));
  CHECK(other.experiment == ExperimentKey("exp"));
  CHECK(other.reason == AssignReason::kPromoted);
}

TEST_CASE("Assign: on one flag a running experiment answers before one that ended") {
  ExperimentEntry ended = running("a", "flag");
  ended.state = ExperimentState::kStopped;
  const Catalog catalog = catalog_of({ended, running("b", "flag", 1000)});
  const Assignment other = only_answer(catalog, unit_in("b", {500, 5000}));
  CHECK(other.experiment == ExperimentKey("b"));
  CHECK(other.reason == AssignReason::kNotInTraffic);
}

TEST_CASE("Assign: units of other kinds come from their attributes") {
  ExperimentEntry entry = running("exp", "flag");
  entry.definition.unit = UnitKind("account");
  Catalog catalog = catalog_of({entry});
  catalog.definitions.units = {{UnitKind("user_id"), "id"}, {UnitKind("account"), "account_id"}};
  const Assignment by_account = only_answer(catalog, "user-1", R"({"account_id":42})");
  CHECK(by_account.unit == Unit{UnitKind("account"), "42"});
  CHECK(by_account.bucket == bucket_of("exp", "42"));
  for (const char* attributes : {"{}", R"({"account_id":0})", R"({"account_id":""})",
                                 R"({"account_id":"null"})", R"({"account_id":[1]})"}) {
    const Assignment nobody = only_answer(catalog, "user-1", attributes);
    CHECK(nobody.reason == AssignReason::kNoUnit);
    CHECK(nobody.bucket == -1);
    CHECK(nobody.unit.id.empty());
    CHECK(nobody.variant == VariantKey("control"));
    CHECK_FALSE(nobody.in_experiment);
  }
}

TEST_CASE("Assign: answers are sorted by flag and `only` chooses flags") {
  const Catalog catalog =
      catalog_of({running("a", "z"), running("b", "y"), running("c", "x"), running("d", "y")});
  const auto assigner = compiled(catalog);
  const auto all = assigner->assign("user-1", Value(), {}, nullptr);
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 3);
  CHECK((*all)[0].flag == FlagKey("x"));
  CHECK((*all)[1].flag == FlagKey("y"));
  CHECK((*all)[2].flag == FlagKey("z"));
  const auto some = assigner->assign("user-1", Value(), {ExperimentKey("d")}, nullptr);
  REQUIRE(some.has_value());
  REQUIRE(some->size() == 1);
  CHECK((*some)[0].flag == FlagKey("y"));
  CHECK(assigner->definitions_version() == "3-abcdef01");
}

TEST_CASE("Assign: refused units and unknown experiments are errors") {
  const auto assigner = compiled(catalog_of({running("exp", "flag")}));
  CHECK(assigner->assign("null", Value(), {}, nullptr).error().code == Errc::kInvalidArgument);
  CHECK(assigner->assign("", Value(), {}, nullptr).error().code == Errc::kInvalidArgument);
  CHECK(assigner->assign("u", Value(), {ExperimentKey("nix")}, nullptr).error().code ==
        Errc::kNotFound);
}

TEST_CASE("Assign: a damaged catalog is refused with the experiment's name") {
  ExperimentEntry entry = ramping_with_pair()[0];
  entry.promotion.reset();
  const auto missing = Assigner::compile(catalog_of({entry}));
  REQUIRE_FALSE(missing.has_value());
  CHECK_THAT(missing.error().message, Catch::Contains("experiment exp"));
  ExperimentEntry odd = running("exp", "flag");
  odd.phases.back().condition = json("[1]");
  CHECK_FALSE(Assigner::compile(catalog_of({odd})).has_value());
}

}  // namespace
}  // namespace converge
