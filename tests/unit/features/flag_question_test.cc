#include <catch2/catch.hpp>

#include "engine/assign/ranges.h"
#include "engine/codec/json.h"
#include "engine/features/assigner.h"

// What SDKs ask, with and without a unit.
namespace converge {
namespace {

ExperimentEntry running(const std::string& key, const std::string& unit_kind) {
  ExperimentEntry entry;
  entry.state = ExperimentState::kRunning;
  entry.definition.key = ExperimentKey(key);
  entry.definition.flag = FlagKey(key + "_flag");
  entry.definition.unit = UnitKind(unit_kind);
  entry.definition.seed = key;
  entry.definition.variants = {{VariantKey("control"), 0.5, Value::string("old")},
                               {VariantKey("treatment"), 0.5, Value::string("new")}};
  Phase phase;
  phase.effective_seed = key;
  phase.allocation = first_allocation(std::vector<double>{0.5, 0.5}, kBuckets);
  entry.phases.push_back(phase);
  return entry;
}

FlagDefinition written(const std::string& rules) {
  FlagDefinition flag;
  flag.default_value = Value::string("default");
  flag.rules = *parse_json(rules)->as_array();
  return flag;
}

/// Experiments on users: "german" (in DE), "user" (sticky, with a fallback); on accounts:
/// "account". Flags: "still", "behind" (needs german_flag), "after" (the experiment
/// "french" in FR, then "team", sticky for accounts, then a force rule).
Catalog catalog() {
  Catalog catalog;
  catalog.version = CatalogVersion{1};
  Definitions& definitions = catalog.definitions;
  definitions.units = {{UnitKind("user_id"), "id"}, {UnitKind("account"), "account_id"}};
  ExperimentEntry french = running("french", "user_id");
  french.definition.flag = FlagKey("after");
  french.definition.condition = french.phases.back().condition = *parse_json(R"({"country":"FR"})");
  ExperimentEntry german = running("german", "user_id");
  german.definition.condition = german.phases.back().condition = *parse_json(R"({"country":"DE"})");
  ExperimentEntry user = running("user", "user_id");
  user.definition.sticky = true;
  user.definition.fallback_attribute = "device";
  ExperimentEntry team = running("team", "account");
  team.definition.flag = FlagKey("after");
  team.definition.sticky = true;
  definitions.flags.emplace(FlagKey("still"), written("[]"));
  definitions.flags.emplace(
      FlagKey("behind"),
      written(R"([{"parentConditions":[{"id":"german_flag","condition":{"value":"new"}}],
                   "force":"forced"}])"));
  definitions.flags.emplace(
      FlagKey("after"),
      written(R"([{"experiment":"french"},{"experiment":"team"},{"force":"forced"}])"));
  catalog.experiments = {running("account", "account"), french, german, team, user};
  return catalog;
}

std::shared_ptr<const Assigner> compiled(const Catalog& catalog) {
  auto assigner = Assigner::compile(catalog);
  if (!assigner) UNSCOPED_INFO(assigner.error().message);
  REQUIRE(assigner);
  return *assigner;
}

Explanation ask(const Assigner& assigner, const std::string& flag, const std::string& attributes) {
  StickyBuckets sticky;
  auto answers = assigner.answer({"", *parse_json(attributes), FlagKey(flag)}, &sticky);
  REQUIRE(answers);
  REQUIRE(answers->size() == 1);
  if (answers->front().lacks_unit) CHECK(sticky.changed.empty());
  return answers->front();
}

TEST_CASE("Flag question: a unit is lacking only where a rule that was reached asks for it") {
  const auto assigner = compiled(catalog());
  const auto lacks = [&assigner](const std::string& flag, const std::string& attributes) {
    return ask(*assigner, flag, attributes).lacks_unit;
  };
  CHECK_FALSE(lacks("still", "{}"));
  CHECK(lacks("german_flag", R"({"country":"DE"})"));
  CHECK_FALSE(lacks("german_flag", R"({"country":"FR"})"));
  CHECK_FALSE(lacks("german_flag", "{}"));
  // Through a prerequisite.
  CHECK(lacks("behind", R"({"country":"DE"})"));
  CHECK_FALSE(lacks("behind", "{}"));
  // The rule behind it answers those whom the experiment does not target only.
  CHECK(lacks("after", R"({"country":"FR"})"));
  CHECK_FALSE(lacks("after", R"({"country":"DE"})"));
  CHECK(*ask(*assigner, "after", R"({"country":"DE"})").assignment.value.as_string() == "forced");
}

TEST_CASE("Flag question: what is no answer is not kept") {
  const auto assigner = compiled(catalog());
  CHECK(ask(*assigner, "after", R"({"country":"FR","account_id":"a1"})").lacks_unit);
  StickyBuckets sticky;
  REQUIRE(assigner->answer({"", *parse_json(R"({"account_id":"a1"})"), FlagKey("after")}, &sticky));
  CHECK(sticky.changed == std::vector<std::string>{"account_id||a1"});
}

TEST_CASE("Flag question: another unit kind's id, or a fallback, needs no default unit") {
  const auto assigner = compiled(catalog());
  const Explanation account = ask(*assigner, "account_flag", R"({"account_id":"a1"})");
  CHECK_FALSE(account.lacks_unit);
  CHECK(account.assignment.in_experiment);
  const Explanation nobody = ask(*assigner, "account_flag", "{}");
  CHECK_FALSE(nobody.lacks_unit);
  CHECK(nobody.assignment.reason == AssignReason::kNoUnit);
  const Explanation device = ask(*assigner, "user_flag", R"({"device":"d1"})");
  CHECK_FALSE(device.lacks_unit);
  CHECK(device.assignment.in_experiment);
  CHECK(ask(*assigner, "user_flag", "{}").lacks_unit);
}

TEST_CASE("Flag question: a holdout asks for the unit of those whom the experiment targets only") {
  Catalog held = catalog();
  held.definitions.holdout = HoldoutDefinition{500, "holdout"};
  const auto assigner = compiled(held);
  CHECK(ask(*assigner, "german_flag", R"({"country":"DE"})").lacks_unit);
  CHECK_FALSE(ask(*assigner, "german_flag", R"({"country":"FR"})").lacks_unit);
}

TEST_CASE("Flag question: with a unit the answers are those of explain") {
  const auto assigner = compiled(catalog());
  const Value attributes = *parse_json(R"({"country":"DE","account_id":"a1"})");
  const auto explained = assigner->explain("anna", attributes, nullptr);
  const auto answered = assigner->answer({"anna", attributes, std::nullopt}, nullptr);
  REQUIRE(explained);
  REQUIRE(answered);
  REQUIRE(answered->size() == explained->size());
  for (std::size_t i = 0; i < answered->size(); ++i) {
    const Assignment& one = (*answered)[i].assignment;
    CHECK(one.flag == (*explained)[i].assignment.flag);
    CHECK(one.value == (*explained)[i].assignment.value);
    CHECK_FALSE((*answered)[i].lacks_unit);
    const auto alone = assigner->answer({"anna", attributes, one.flag}, nullptr);
    REQUIRE(alone);
    CHECK(alone->front().assignment.value == one.value);
    CHECK(alone->front().assignment.variant == one.variant);
  }
}

TEST_CASE("Flag question: an unknown flag is not found, and no draft's is known") {
  Catalog drafted = catalog();
  drafted.experiments.front().state = ExperimentState::kDraft;
  const auto assigner = compiled(drafted);
  for (const char* flag : {"", "stil", "still2", "account_flag"}) {
    const auto answers = assigner->answer({"anna", Value::object({}), FlagKey(flag)}, nullptr);
    REQUIRE_FALSE(answers);
    CHECK(answers.error().code == Errc::kNotFound);
  }
}

TEST_CASE("Flag question: documents are read for the flag that is asked, and for a unit only") {
  const auto assigner = compiled(catalog());
  const Value attributes = *parse_json(R"({"device":"d1"})");
  const StickyUnit anna{"id", "anna"};
  const StickyUnit device{"device", "d1"};
  CHECK(assigner->sticky_units({"anna", attributes, FlagKey("user_flag")}) ==
        std::vector<StickyUnit>{device, anna});
  CHECK(assigner->sticky_units({"anna", attributes, FlagKey("still")}).empty());
  CHECK(assigner->sticky_units({"anna", attributes, std::nullopt}) ==
        std::vector<StickyUnit>{device, anna});
  CHECK(assigner->sticky_units({"", attributes, std::nullopt}) == std::vector<StickyUnit>{device});
}

}  // namespace
}  // namespace converge
