#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/unit/engine/shop_fixture.h"

namespace converge {
namespace {

bool has_block(const Evidence& evidence, BlockReason reason) {
  const auto& blocks = evidence.health.blocks;
  return std::any_of(blocks.begin(), blocks.end(),
                     [reason](const Block& block) { return block.reason == reason; });
}

std::size_t ticks(const std::vector<StoredLook>& looks) {
  return static_cast<std::size_t>(
      std::count_if(looks.begin(), looks.end(),
                    [](const StoredLook& look) { return look.kind == LookKind::kTick; }));
}

TEST_CASE("Recommend: decisions are stored, nothing moves, and ticks do not repeat them") {
  Shop shop(Automation::kRecommend);
  shop.harmful = {"banner"};
  shop.apply(shop_definitions({shop_experiment("banner"), shop_experiment("checkout")}));
  const std::vector<std::string> before = shop.served("checkout", 200);
  shop.days(4);
  CHECK(shop.state("checkout") == ExperimentState::kRunning);
  CHECK(shop.state("banner") == ExperimentState::kRunning);
  CHECK(shop.served("checkout", 200) == before);
  const std::vector<StoredLook> looks = shop.looks("checkout");
  CHECK(looks.back().decision.kind == DecisionKind::kPromote);
  CHECK_FALSE(looks.back().acted);
  CHECK(ticks(looks) == 0);
  CHECK(ticks(shop.looks("banner")) == 1);
  CHECK(raw(shop.engine().catalog()->version) == 1);
}

TEST_CASE("Recommend by rule: a written `recommend` never acts") {
  Shop shop(Automation::kAct);
  shop.harmful = {"banner"};
  ExperimentDefinition checkout = shop_experiment("checkout");
  checkout.decision->on_ship.action = ShipAction::kRecommend;
  ExperimentDefinition banner = shop_experiment("banner");
  banner.decision->on_guardrail_breach = BreachAction::kRecommend;
  shop.apply(shop_definitions({banner, checkout}));
  shop.days(3);
  CHECK(shop.state("checkout") == ExperimentState::kRunning);
  CHECK(shop.state("banner") == ExperimentState::kRunning);
  CHECK(shop.looks("checkout").back().decision.kind == DecisionKind::kPromote);
  CHECK(shop.looks("banner").back().decision.kind == DecisionKind::kRollBack);
}

TEST_CASE("Undo: one call puts everyone back, and the engine does not insist") {
  Shop shop(Automation::kAct);
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  const std::vector<std::string> before = shop.served("checkout", 200);
  shop.days(3);
  REQUIRE(shop.state("checkout") == ExperimentState::kRamping);
  REQUIRE(shop.act(ActionKind::kUndo, "checkout"));
  CHECK(shop.state("checkout") == ExperimentState::kRunning);
  CHECK(shop.served("checkout", 200) == before);
  shop.reopen();  // it is remembered in the store
  shop.days(2);
  CHECK(shop.state("checkout") == ExperimentState::kRunning);
  CHECK(shop.looks("checkout").back().decision.kind == DecisionKind::kPromote);
  CHECK_FALSE(shop.looks("checkout").back().acted);
  const auto refused = shop.act(ActionKind::kUndo, "nothing");
  REQUIRE(!refused);
}

TEST_CASE("Undo: a rollback that people took back is recommended once, not repeated") {
  Shop shop(Automation::kAct);
  shop.harmful = {"banner"};
  shop.apply(shop_definitions({shop_experiment("banner")}));
  shop.days(2);
  REQUIRE(shop.state("banner") == ExperimentState::kRolledBack);
  REQUIRE(shop.act(ActionKind::kUndo, "banner"));
  shop.days(1);
  CHECK(shop.state("banner") == ExperimentState::kRunning);
}

TEST_CASE("Undo: without an action there is nothing to undo") {
  Shop shop(Automation::kAct);
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  const auto refused = shop.act(ActionKind::kUndo, "checkout");
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::kConflict);
}

TEST_CASE("Broken data: a sample-ratio mismatch blocks the promotion and says so once") {
  Shop shop(Automation::kAct);
  shop.loses_exposures_of_new = true;
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  shop.days(4);
  CHECK(shop.state("checkout") == ExperimentState::kRunning);
  const std::vector<StoredLook> looks = shop.looks("checkout");
  CHECK(looks.back().decision.kind == DecisionKind::kBlocked);
  CHECK(has_block(looks.back().evidence, BlockReason::kSampleRatioMismatch));
  CHECK(ticks(looks) <= 1);
}

TEST_CASE("Broken data: stale data block until events come again") {
  Shop shop(Automation::kAct);
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  // Silent since 18 o'clock of the second day: 30 hours before the first look that may ship.
  for (int turn = 0; turn < 16; ++turn) shop.turn(turn < 7 ? 500 : 0);
  CHECK(shop.state("checkout") == ExperimentState::kRunning);
  const Result<Evidence> silent = shop.engine().results(ExperimentKey("checkout"));
  REQUIRE(silent);
  CHECK(has_block(*silent, BlockReason::kStaleData));
  CHECK(shop.looks("checkout").back().decision.kind == DecisionKind::kBlocked);
  shop.days(1);
  CHECK(shop.state("checkout") == ExperimentState::kRamping);
}

TEST_CASE("Broken data: before the first event nothing is decided") {
  Shop shop(Automation::kAct);
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  shop.days(2, 0);
  const std::vector<StoredLook> looks = shop.looks("checkout");
  REQUIRE(!looks.empty());
  CHECK(has_block(looks.back().evidence, BlockReason::kNoData));
  CHECK(ticks(looks) == 1);
}

}  // namespace
}  // namespace converge
