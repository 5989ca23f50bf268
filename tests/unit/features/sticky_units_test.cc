#include <catch2/catch.hpp>

#include "engine/assign/ranges.h"
#include "engine/codec/json.h"
#include "engine/features/assigner.h"

// Whose documents an assignment reads: one point read each, so none too many.
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

/// "plain" is not sticky; "user" is; "account" is, with a fallback; the flag "gated" needs "user".
std::shared_ptr<const Assigner> assigner() {
  Catalog catalog;
  catalog.version = CatalogVersion{1};
  Definitions& definitions = catalog.definitions;
  definitions.units = {{UnitKind("user_id"), "id"}, {UnitKind("account"), "account_id"}};
  ExperimentEntry account = running("account", "account");
  account.definition.sticky = true;
  account.definition.fallback_attribute = "device";
  ExperimentEntry gated = running("gated", "user_id");
  ExperimentEntry user = running("user", "user_id");
  user.definition.sticky = true;
  FlagDefinition flag;
  flag.default_value = Value::string("old");
  flag.rules = Value::Array{
      *parse_json(R"({"parentConditions":[{"id":"user_flag","condition":{"value":"new"}}],
                      "force":"forced"})")};
  definitions.flags.emplace(FlagKey("gated_flag"), flag);
  catalog.experiments = {account, gated, running("plain", "user_id"), user};
  auto compiled = Assigner::compile(catalog);
  if (!compiled) UNSCOPED_INFO(compiled.error().message);
  REQUIRE(compiled);
  return *compiled;
}

std::vector<StickyUnit> units(const std::string& attributes, const std::vector<std::string>& only) {
  std::vector<ExperimentKey> keys;
  keys.reserve(only.size());
  for (const std::string& key : only) keys.emplace_back(key);
  return assigner()->sticky_units("anna", *parse_json(attributes), keys);
}

const StickyUnit kUser{"id", "anna"};
const StickyUnit kAccount{"account_id", "7"};
const StickyUnit kDevice{"device", "d"};

}  // namespace

TEST_CASE("Sticky units: all attributes that sticky experiments hash or fall back on") {
  CHECK(units(R"({"account_id":7,"device":"d","id":"other"})", {}) ==
        std::vector<StickyUnit>{kAccount, kDevice, kUser});
  CHECK(units("{}", {}) == std::vector<StickyUnit>{kUser});
}

TEST_CASE("Sticky units: only those of the experiments asked for") {
  const std::string all = R"({"account_id":7,"device":"d"})";
  CHECK(units(all, {"plain"}).empty());
  CHECK(units(all, {"user"}) == std::vector<StickyUnit>{kUser});
  CHECK(units(all, {"account"}) == std::vector<StickyUnit>{kAccount, kDevice});
  CHECK(units(all, {"nobody"}).empty());
}

TEST_CASE("Sticky units: those of a prerequisite's experiment as well") {
  CHECK(units("{}", {"gated"}) == std::vector<StickyUnit>{kUser});
}

TEST_CASE("Sticky units: what may not be an id counts as missing, in documents and in the answer") {
  const std::string long_text(300, 'x');
  CHECK(units(R"({"account_id":"null","device":{"a":1}})", {"account"}).empty());
  CHECK(units(R"({"device":")" + long_text + R"("})", {"account"}).empty());
  StickyBuckets sticky;
  const auto answers =
      assigner()->assign("anna", *parse_json(R"({"device":")" + long_text + R"("})"),
                         {ExperimentKey("account")}, &sticky);
  REQUIRE(answers);
  CHECK(answers->front().reason == AssignReason::kNoUnit);
  CHECK(sticky.changed.empty());
}

TEST_CASE("Sticky units: the fallback is whose document is written while the own id is missing") {
  StickyBuckets sticky;
  const auto answers = assigner()->assign("anna", *parse_json(R"({"device":"d"})"),
                                          {ExperimentKey("account")}, &sticky);
  REQUIRE(answers);
  CHECK(answers->front().in_experiment);
  CHECK(sticky.changed == std::vector<std::string>{"device||d"});
}

}  // namespace converge
