#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/unit/engine/shop_fixture.h"

namespace converge {
namespace {

std::size_t count(const std::vector<std::string>& variants, const std::string& wanted) {
  return static_cast<std::size_t>(std::count(variants.begin(), variants.end(), wanted));
}

TEST_CASE("Loop: a winner is promoted through its ramp with a holdback, harm is rolled back") {
  Shop shop(Automation::kAct);
  shop.harmful = {"banner"};
  shop.apply(shop_definitions({shop_experiment("banner"), shop_experiment("checkout")}));
  REQUIRE(shop.state("checkout") == ExperimentState::kRunning);

  shop.days(2);
  CHECK(shop.state("checkout") == ExperimentState::kRunning);  // not before min_days
  CHECK(shop.state("banner") == ExperimentState::kRolledBack);
  CHECK(count(shop.served("banner", 300), "new") == 0);

  const std::vector<std::string> before = shop.served("checkout", 300);
  shop.days(1);
  REQUIRE(shop.state("checkout") == ExperimentState::kRamping);
  const std::vector<std::string> ramping = shop.served("checkout", 300);
  CHECK(count(ramping, "new") > count(before, "new"));
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] == "new") CHECK(ramping[i] == "new");
  }

  shop.days(1);
  REQUIRE(shop.state("checkout") == ExperimentState::kWatching);
  const std::vector<std::string> watching = shop.served("checkout", 300);
  CHECK(count(watching, "new") > 240);
  CHECK(count(watching, "control") > 10);  // the old half of the pair

  const auto pair = shop.engine().results(ExperimentKey("checkout--holdback"));
  REQUIRE(pair);
  CHECK(pair->health.units > 100);
  CHECK(pair->health.blocks.empty());

  shop.days(2);
  CHECK(shop.state("checkout") == ExperimentState::kPromoted);
  CHECK(count(shop.served("checkout", 300), "new") == 300);

  std::vector<std::string> actions;
  const auto audit = shop.engine().audit(100);
  REQUIRE(audit);
  for (const AuditEntry& entry : *audit) {
    if (entry.experiment == ExperimentKey("checkout")) actions.push_back(entry.action);
    if (entry.actor == "converge") CHECK(entry.look > 0);
  }
  CHECK(actions == std::vector<std::string>{"apply", "apply", "promote", "next-step", "finish"});
}

TEST_CASE("Loop: every scheduled look is stored once, ticks that change nothing are not") {
  Shop shop(Automation::kAct);
  shop.effects.purchase_new = shop.effects.purchase_control;
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  shop.days(2);
  const std::vector<StoredLook> looks = shop.looks("checkout");
  REQUIRE(looks.size() == 2);
  for (const StoredLook& look : looks) {
    CHECK(look.kind == LookKind::kScheduled);
    CHECK(look.decision.kind == DecisionKind::kKeepRunning);
  }
  CHECK(looks[1].evidence.look_time - looks[0].evidence.look_time == kDay);
}

TEST_CASE("Loop: of missed looks only the latest runs, marked late") {
  Shop shop(Automation::kAct);
  shop.effects.purchase_new = shop.effects.purchase_control;
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  const Time start = shop.clock().now();
  shop.turn(500);
  const std::size_t before = shop.looks("checkout").size();
  shop.clock().advance_to(start + 3 * kDay + std::chrono::hours(1));
  REQUIRE(shop.engine().tick());
  const std::vector<StoredLook> looks = shop.looks("checkout");
  REQUIRE(looks.size() > before);
  CHECK(looks[before].kind == LookKind::kScheduledLate);
  CHECK(looks[before].evidence.look_time == start + 3 * kDay);
}

TEST_CASE("Loop: an expired experiment gives everyone the control") {
  Shop shop(Automation::kAct);
  shop.effects.purchase_new = shop.effects.purchase_control;
  ExperimentDefinition brief = shop_experiment("checkout");
  brief.decision->max_days = 4;
  shop.apply(shop_definitions({brief}));
  shop.days(4);
  CHECK(shop.state("checkout") == ExperimentState::kInconclusive);
  CHECK(count(shop.served("checkout", 200), "new") == 0);
}

TEST_CASE("Loop: a written start begins when its time comes") {
  Shop shop(Automation::kAct);
  ExperimentDefinition later = shop_experiment("checkout");
  later.start_at = shop.clock().now() + std::chrono::hours(8);
  shop.apply(shop_definitions({later}));
  shop.turn(10);
  CHECK(shop.state("checkout") == ExperimentState::kDraft);
  shop.turn(10);
  CHECK(shop.state("checkout") == ExperimentState::kRunning);
  CHECK(shop.engine().catalog()->find(later.key)->phases[0].start == *later.start_at);
}

TEST_CASE("Loop: results at a past moment are those of then") {
  Shop shop(Automation::kRecommend);
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  shop.days(1);
  const Result<Evidence> then = shop.engine().results(ExperimentKey("checkout"));
  REQUIRE(then);
  shop.days(1);
  const Result<Evidence> again =
      shop.engine().results_at(ExperimentKey("checkout"), then->look_time);
  REQUIRE(again);
  CHECK(again->metrics == then->metrics);
  CHECK(shop.engine().results(ExperimentKey("nothing")).error().code == Errc::kNotFound);
}

TEST_CASE("Loop: what another process applied is taken over at the next tick") {
  Shop shop(Automation::kAct);
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  const auto other = Engine::open(shop.store(), shop.clock(), EngineOptions{});
  REQUIRE(other);
  ExperimentDefinition more = shop_experiment("checkout");
  more.traffic = 6'000;
  REQUIRE((*other)->apply(shop_definitions({more}), "bob"));
  shop.turn(0);
  CHECK(shop.engine().catalog()->version == (*other)->catalog()->version);
  const auto nothing = shop.engine().apply(shop_definitions({more}), "ann");
  REQUIRE(nothing);
  CHECK(nothing->changes.empty());
}

}  // namespace
}  // namespace converge
