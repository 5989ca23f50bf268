#include <catch2/catch.hpp>

#include <tuple>

#include "tests/unit/engine/shop_fixture.h"

namespace converge {
namespace {

using Fact = std::tuple<std::string, LookKind, Time, DecisionKind, std::string, bool>;

std::vector<Fact> facts(const Shop& shop) {
  std::vector<Fact> facts;
  for (const char* key : {"banner", "checkout", "checkout--holdback"}) {
    for (const StoredLook& look : shop.looks(key)) {
      facts.emplace_back(key, look.kind, look.evidence.look_time, look.decision.kind,
                         look.decision.reason, look.acted);
    }
  }
  return facts;
}

enum class Restarts { kNone, kClosed, kPowerCuts };

Shop& live(Shop& shop, Restarts restarts) {
  shop.harmful = {"banner"};
  shop.apply(shop_definitions({shop_experiment("banner"), shop_experiment("checkout")}));
  for (int turn = 0; turn < 24; ++turn) {
    shop.turn(500);
    if (turn % 3 != 1 || restarts == Restarts::kNone) continue;
    if (restarts == Restarts::kClosed) {
      const Status closed = shop.engine().close();
      if (!closed) check_failed(closed.error().message.c_str(), __FILE__, __LINE__);
    }
    shop.reopen();
  }
  return shop;
}

TEST_CASE("Restart: in the middle of everything the decisions are the same, bit for bit") {
  Shop straight(Automation::kAct);
  live(straight, Restarts::kNone);
  REQUIRE(straight.state("checkout") == ExperimentState::kPromoted);
  const Restarts restarts = GENERATE(Restarts::kClosed, Restarts::kPowerCuts);
  Shop restarted(Automation::kAct);
  live(restarted, restarts);
  CHECK(facts(restarted) == facts(straight));
  CHECK(*restarted.engine().catalog() == *straight.engine().catalog());
}

TEST_CASE("Restart: a damaged checkpoint costs time, not truth") {
  Shop shop(Automation::kRecommend);
  shop.apply(shop_definitions({shop_experiment("checkout")}));
  shop.days(1);
  const Result<Evidence> before = shop.engine().results(ExperimentKey("checkout"));
  REQUIRE(before);
  REQUIRE(shop.engine().close());
  REQUIRE(shop.store().checkpoints().save("ledger", {LogSeq{5}, "damaged"}));
  shop.reopen();
  REQUIRE(shop.engine().tick());
  const Result<Evidence> after = shop.engine().results(ExperimentKey("checkout"));
  REQUIRE(after);
  CHECK(after->metrics == before->metrics);
  CHECK(after->health == before->health);
}

}  // namespace
}  // namespace converge
