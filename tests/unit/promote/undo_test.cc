#include <catch2/catch.hpp>

#include "tests/unit/promote/catalog_fixture.h"

namespace converge {
namespace {

TEST_CASE("Undo of a promotion: the same allocation in a new phase, the pair ends") {
  const Catalog start = running(checkout());
  const Catalog ramping = enacted(start, DecisionKind::kPromote, day(20));
  const Catalog back = undone(ramping, start, day(21));
  const ExperimentEntry& entry = entry_of(back);
  CHECK(raw(back.version) == raw(ramping.version) + 1);
  CHECK(entry.state == ExperimentState::kRunning);
  CHECK_FALSE(entry.promotion);
  REQUIRE(entry.phases.size() == 2);
  CHECK(entry.phases[0].end == day(20));
  CHECK_FALSE(entry.phases[0].ended_by_move);  // no member was moved by the first step
  CHECK(entry.phases[1].start == day(21));
  CHECK(entry.phases[1].randomisation == 1);
  CHECK(entry.phases[1].allocation == entry.phases[0].allocation);
  CHECK(pair_of(back).state == ExperimentState::kConcluded);
  CHECK(pair_of(back).phases[0].ended_by_move);

  SECTION("undone again, it is promoted as before") {
    const Catalog again = undone(back, ramping, day(22));
    CHECK(entry_of(again).state == ExperimentState::kRamping);
    CHECK(entry_of(again).promotion->winner_ranges == entry_of(ramping).promotion->winner_ranges);
    CHECK(entry_of(again).promotion->step_started_at == day(22));
    CHECK(pair_of(again).state == ExperimentState::kRunning);
    REQUIRE(pair_of(again).phases.size() == 2);
    CHECK(pair_of(again).phases[1].allocation == pair_of(ramping).phases[0].allocation);
  }
  SECTION("promoted later, its pair is a new randomisation") {
    const Catalog later = enacted(back, DecisionKind::kPromote, day(30));
    CHECK(pair_of(later).phases.back().randomisation == 2);
    CHECK(pair_of(later).started_at == day(30));
  }
}

TEST_CASE("Undo of a rollback while ramping: the step and its pair come back") {
  const Catalog ramping = enacted(running(checkout()), DecisionKind::kPromote, day(20));
  const Catalog rolled = enacted(ramping, DecisionKind::kRollBack, day(21));
  const Catalog back = undone(rolled, ramping, day(22));
  CHECK(entry_of(back).state == ExperimentState::kRamping);
  CHECK(entry_of(back).promotion->winner_ranges == entry_of(ramping).promotion->winner_ranges);
  CHECK(entry_of(back).current_phase() == nullptr);
  REQUIRE(pair_of(back).current_phase() != nullptr);
  CHECK(pair_of(back).current_phase()->start == day(22));
  CHECK(pair_of(back).current_phase()->randomisation == 1);
  CHECK(pair_of(back).phases[0].ended_by_move);
}

TEST_CASE("Undo of a next step restores the share and holds it again") {
  const Catalog first = enacted(running(checkout()), DecisionKind::kPromote, day(20));
  const Catalog second = enacted(first, DecisionKind::kNextStep, day(23));
  const Catalog back = undone(second, first, day(24));
  CHECK(winner_share(entry_of(back)) == winner_share(entry_of(first)));
  CHECK(entry_of(back).promotion->step_started_at == day(24));
  CHECK(pair_of(back) == pair_of(second));  // it is measured on without a break
}

TEST_CASE("Undo of kill, conclude, expiry and extension") {
  const Catalog start = running(checkout());
  const ActionKind kind = GENERATE(ActionKind::kKill, ActionKind::kConclude, ActionKind::kRollback,
                                   ActionKind::kExtend);
  const Catalog after = acted(start, kind, day(10));
  const Catalog back = undone(after, start, day(11));
  const ExperimentEntry& entry = entry_of(back);
  CHECK(entry.state == ExperimentState::kRunning);
  CHECK(entry.extended_days == 0);
  REQUIRE(entry.current_phase() != nullptr);
  CHECK(entry.current_phase()->allocation == entry_of(start).current_phase()->allocation);
  if (kind == ActionKind::kExtend) {
    CHECK(entry.phases == entry_of(start).phases);
  } else {
    REQUIRE(entry.phases.size() == 2);
    CHECK(entry.phases[0].ended_by_move);
    CHECK(entry.phases[1].start == day(11));
  }
}

TEST_CASE("Undo of a start stops: who met a variant met it") {
  ExperimentDefinition draft = checkout();
  draft.status = DeclaredStatus::kDraft;
  const Catalog before = applied(Catalog{}, only(draft), day(0));
  const Catalog started = acted(before, ActionKind::kStart, day(1));
  const Catalog back = undone(started, before, day(2));
  CHECK(entry_of(back).state == ExperimentState::kStopped);
  CHECK(entry_of(back).phases[0].ended_by_move);
}

TEST_CASE("Undo keeps words that were edited since and refuses what would fight the files") {
  const Catalog start = running(checkout());
  const Catalog extended = acted(start, ActionKind::kExtend, day(1));
  ExperimentDefinition edited = checkout();
  SECTION("words") {
    edited.owner = "somebody";
    const Catalog back = undone(applied(extended, only(edited), day(2)), start, day(3));
    CHECK(entry_of(back).definition.owner == "somebody");
    CHECK(entry_of(back).extended_days == 0);
  }
  SECTION("traffic") {
    edited.traffic = 8'000;
    const Catalog present = applied(extended, only(edited), day(2));
    const auto refused = undo(present, start, action(ActionKind::kUndo), day(3));
    REQUIRE(!refused);
    CHECK(refused.error().message.find("traffic") != std::string::npos);
  }
  SECTION("a new randomisation") {
    edited.reshuffle = true;
    const Catalog present = applied(extended, only(edited), day(2));
    CHECK(!undo(present, start, action(ActionKind::kUndo), day(3)));
  }
}

TEST_CASE("Undo refuses a seed that another live experiment has taken") {
  const Catalog start = running(checkout());
  const Catalog killed = acted(start, ActionKind::kKill, day(1));
  Definitions both = only(checkout());
  both.experiments.push_back(checkout());
  both.experiments[1].key = ExperimentKey("other");
  const Catalog present = applied(killed, both, day(2));
  const auto refused = undo(present, start, action(ActionKind::kUndo), day(3));
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::kConflict);
}

}  // namespace
}  // namespace converge
