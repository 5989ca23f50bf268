#include <catch2/catch.hpp>

#include "tests/unit/promote/catalog_fixture.h"

namespace converge {
namespace {

const Catalog& start() {
  static const Catalog kCatalog = running(checkout());
  return kCatalog;
}

Catalog ramping() {
  return enacted(start(), DecisionKind::kPromote, day(20));
}

Catalog watching() {
  return enacted(enacted(ramping(), DecisionKind::kNextStep, day(23)), DecisionKind::kNextStep,
                 day(26));
}

TEST_CASE("Promotion: the pair is cut from never-enrolled buckets before any bucket moves") {
  const Catalog catalog = ramping();
  const ExperimentEntry& parent = entry_of(catalog);
  REQUIRE(parent.promotion);
  CHECK(parent.state == ExperimentState::kRamping);
  CHECK(parent.promotion->holdback_old == BucketRange{2'500, 3'000});
  CHECK(parent.promotion->holdback_winner == BucketRange{3'000, 3'500});
}

TEST_CASE("Promotion: the pair is an experiment of its own on the same seed") {
  const Catalog catalog = ramping();
  const ExperimentEntry& pair = pair_of(catalog);
  CHECK(pair.holdback_of == ExperimentKey("checkout"));
  CHECK(pair.state == ExperimentState::kRunning);
  CHECK(pair.definition.variants == entry_of(catalog).definition.variants);
  CHECK(pair.definition.decision == entry_of(catalog).definition.decision);
  CHECK(pair.started_at == day(20));
  REQUIRE(pair.phases.size() == 1);
  CHECK(pair.phases[0].start == day(20));
  CHECK(pair.phases[0].effective_seed == "checkout");
  CHECK(pair.phases[0].allocation.variants[0] == BucketRanges{{2'500, 3'000}});
  CHECK(pair.phases[0].allocation.variants[1] == BucketRanges{{3'000, 3'500}});
}

TEST_CASE("Promotion: steps at or below the present share are skipped and logged") {
  const auto transition =
      enact(start(), ExperimentKey("checkout"), decision(DecisionKind::kPromote), day(20));
  REQUIRE(transition);
  CHECK(entry_of(transition->next).promotion->step == 1);
  CHECK(transition->audit.detail.find("step 25% skipped") != std::string::npos);
  CHECK(transition->audit.action == "promote");
  CHECK(transition->audit.before == start().version);
  CHECK(transition->audit.after == transition->next.version);
}

TEST_CASE("Promotion: present winners and never-enrolled buckets come first, the control last") {
  const Catalog first = ramping();
  CHECK(winner_share(entry_of(first)) == 5'000);
  CHECK(entry_of(first).promotion->winner_ranges == BucketRanges{{3'500, 8'000}});

  const Catalog second = enacted(first, DecisionKind::kNextStep, day(23));
  CHECK(winner_share(entry_of(second)) == 7'500);
  CHECK(entry_of(second).promotion->winner_ranges == BucketRanges{{0, 500}, {3'500, 10'000}});

  const Catalog third = enacted(second, DecisionKind::kNextStep, day(26));
  CHECK(winner_share(entry_of(third)) == 9'500);
  CHECK(entry_of(third).state == ExperimentState::kWatching);
  CHECK(entry_of(third).promotion->step_started_at == day(26));
}

TEST_CASE("Promotion: in a sticky experiment, whoever may have kept the winner has it") {
  ExperimentDefinition file = checkout();
  file.sticky = true;
  const Catalog first = running(file);
  file.variants[0].weight = 0.8;
  file.variants[1].weight = 0.2;
  const Catalog second = applied(first, only(file), day(1));
  const Catalog ramping = enacted(second, DecisionKind::kPromote, day(20));

  CHECK(winner_share(entry_of(ramping)) == 5'000);
  const std::vector<std::int16_t> once = entry_of(first).phases.back().allocation.table();
  const std::vector<std::int16_t> now = served_table(entry_of(ramping));
  for (std::size_t bucket = 0; bucket < once.size(); ++bucket) {
    if (once[bucket] == 1) CHECK(now[bucket] == 1);
  }
}

TEST_CASE("Promotion: the phase ends at once, the move is recorded when members are moved") {
  const Catalog first = ramping();
  REQUIRE(entry_of(first).phases.size() == 1);
  CHECK(entry_of(first).phases[0].end == day(20));
  CHECK_FALSE(entry_of(first).phases[0].ended_by_move);

  const Catalog second = enacted(first, DecisionKind::kNextStep, day(23));
  const std::vector<Phase>& phases = entry_of(second).phases;
  REQUIRE(phases.size() == 2);
  CHECK(phases[1].start == day(23));
  CHECK(phases[1].end == day(23));
  CHECK(phases[1].ended_by_move);
  CHECK(entry_of(enacted(second, DecisionKind::kNextStep, day(26))).phases == phases);
}

TEST_CASE("Promotion: other losing arms are moved when it starts") {
  ExperimentDefinition three = checkout();
  three.variants.push_back({VariantKey("other"), 0.25, Value::integer(2)});
  three.variants[1].weight = 0.25;
  const Catalog catalog = enacted(running(three), DecisionKind::kPromote, day(20));
  CHECK(entry_of(catalog).phases.back().ended_by_move);
  CHECK(pair_of(catalog).phases[0].allocation.variants.size() == 3);
  CHECK(pair_of(catalog).phases[0].allocation.variants[2].empty());
}

TEST_CASE("Promotion: with full traffic the pair comes from the former control") {
  ExperimentDefinition full = checkout();
  full.traffic = 10'000;
  const Catalog catalog = enacted(running(full), DecisionKind::kPromote, day(20));
  CHECK(entry_of(catalog).promotion->holdback_old == BucketRange{0, 500});
  CHECK(entry_of(catalog).promotion->holdback_winner == BucketRange{500, 1'000});
  // Control members of the winner's half of the pair are moved at once.
  CHECK(entry_of(catalog).phases.back().ended_by_move);
}

TEST_CASE("Promotion: former control buckets of different phases are different classes") {
  ExperimentDefinition grown = checkout();
  grown.traffic = 9'600;  // [0, 4800) control since phase 2, [0, 2500) since phase 1
  const Catalog catalog = applied(start(), only(grown), day(7));
  const auto pair = cut_holdback(entry_of(catalog), 1, 1'200);
  REQUIRE(pair);
  CHECK(pair->old_range == BucketRange{0, 1'200});
  CHECK(pair->winner_range == BucketRange{1'200, 2'400});
  const auto none = cut_holdback(entry_of(catalog), 1, 1'300);
  REQUIRE(!none);
  CHECK(none.error().code == Errc::kConflict);
}

TEST_CASE("Promotion: a bucket that once had the winner is never in the pair") {
  ExperimentDefinition less = checkout();
  less.traffic = 1'000;
  const Catalog catalog = applied(start(), only(less), day(7));
  const auto pair = cut_holdback(entry_of(catalog), 1, 2'000);
  REQUIRE(pair);
  for (const BucketRange& range : {pair->old_range, pair->winner_range}) {
    for (const BucketRange& had : entry_of(catalog).phases[0].allocation.variants[1]) {
      CHECK((range.hi <= had.lo || range.lo >= had.hi));
    }
  }
}

TEST_CASE("Promotion: finishing gives everyone the winner and concludes the pair") {
  const Catalog done = enacted(watching(), DecisionKind::kFinish, day(60));
  CHECK(entry_of(done).state == ExperimentState::kPromoted);
  CHECK(winner_share(entry_of(done)) == kBuckets);
  CHECK(pair_of(done).state == ExperimentState::kConcluded);
  CHECK(pair_of(done).phases[0].end == day(60));
  CHECK(pair_of(done).phases[0].ended_by_move);
}

TEST_CASE("Promotion: without a holdback the last step is the end") {
  ExperimentDefinition bare = checkout();
  bare.decision->on_ship = {ShipAction::kPromote, {10'000}, Duration{}, 0, 0};
  const Catalog catalog = enacted(running(bare), DecisionKind::kPromote, day(20));
  CHECK(entry_of(catalog).state == ExperimentState::kPromoted);
  CHECK(catalog.find(ExperimentKey("checkout--holdback")) == nullptr);
}

TEST_CASE("Promotion: people may promote where no rule was written") {
  ExperimentDefinition bare = checkout();
  bare.decision.reset();
  CHECK(entry_of(acted(running(bare), ActionKind::kPromote, day(20))).state ==
        ExperimentState::kPromoted);
}

TEST_CASE("Rollback: from every state that serves a variant, the control for everyone") {
  const int from_state = GENERATE(0, 1, 2);
  const Catalog from = from_state == 0 ? start() : from_state == 1 ? ramping() : watching();
  const Catalog rolled = enacted(from, DecisionKind::kRollBack, day(40));
  CHECK(entry_of(rolled).state == ExperimentState::kRolledBack);
  CHECK_FALSE(entry_of(rolled).promotion);
  CHECK(entry_of(rolled).phases.back().ended_by_move);
  CHECK(entry_of(rolled).current_phase() == nullptr);
  if (rolled.find(ExperimentKey("checkout--holdback")) != nullptr) {
    CHECK(pair_of(rolled).state == ExperimentState::kConcluded);
    CHECK(pair_of(rolled).phases.back().ended_by_move);
  }
}

TEST_CASE("Expiry: keep_control ends by a move, discuss goes on assigning") {
  const Catalog ended = enacted(start(), DecisionKind::kInconclusive, day(42));
  CHECK(entry_of(ended).state == ExperimentState::kInconclusive);
  CHECK(entry_of(ended).phases.back().ended_by_move);

  ExperimentDefinition discuss = checkout();
  discuss.decision->on_expiry = ExpiryAction::kDiscuss;
  const Catalog open = enacted(running(discuss), DecisionKind::kInconclusive, day(42));
  CHECK(entry_of(open).state == ExperimentState::kInconclusive);
  CHECK(entry_of(open).current_phase() != nullptr);
  const Catalog extended = acted(open, ActionKind::kExtend, day(43));
  CHECK(entry_of(extended).state == ExperimentState::kRunning);
  CHECK(entry_of(extended).extended_days == 7);
  CHECK(entry_of(acted(open, ActionKind::kPromote, day(43))).state == ExperimentState::kRamping);
}

TEST_CASE("Kill and conclude end the pair too") {
  const ActionKind kind = GENERATE(ActionKind::kKill, ActionKind::kConclude);
  const Catalog ended = acted(watching(), kind, day(40));
  CHECK(entry_of(ended).state ==
        (kind == ActionKind::kKill ? ExperimentState::kStopped : ExperimentState::kConcluded));
  CHECK(pair_of(ended).state == ExperimentState::kConcluded);
}

TEST_CASE("External assignment: Converge promotes nothing, and no end is a move") {
  ExperimentDefinition external = checkout();
  external.assignment = AssignmentSource::kExternal;
  const Catalog catalog = running(external);
  const auto refused =
      enact(catalog, ExperimentKey("checkout"), decision(DecisionKind::kPromote), day(20));
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::kConflict);
  CHECK_FALSE(entry_of(acted(catalog, ActionKind::kKill, day(20))).phases.back().ended_by_move);
}

TEST_CASE("Transitions that the present state forbids are conflicts and say what it is") {
  const Catalog done = enacted(watching(), DecisionKind::kFinish, day(60));
  const std::vector<std::pair<Catalog, DecisionKind>> decisions = {
      {ramping(), DecisionKind::kPromote},   {watching(), DecisionKind::kNextStep},
      {ramping(), DecisionKind::kFinish},    {ramping(), DecisionKind::kInconclusive},
      {start(), DecisionKind::kNextStep},    {done, DecisionKind::kRollBack},
      {start(), DecisionKind::kKeepRunning}, {start(), DecisionKind::kBlocked}};
  for (const auto& [catalog, kind] : decisions) {
    CAPTURE(name_of(kind));
    const auto refused = enact(catalog, ExperimentKey("checkout"), decision(kind), day(70));
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::kConflict);
  }
  const Catalog killed = acted(start(), ActionKind::kKill, day(1));
  const std::vector<std::pair<Catalog, ActionKind>> actions = {
      {start(), ActionKind::kStart},
      {ramping(), ActionKind::kPromote},
      {killed, ActionKind::kPromote},
      {killed, ActionKind::kKill},
      {killed, ActionKind::kRollback},
      {ramping(), ActionKind::kExtend},
      {acted(killed, ActionKind::kConclude, day(2)), ActionKind::kConclude}};
  for (const auto& [catalog, kind] : actions) {
    CAPTURE(name_of(kind));
    const auto refused = act(catalog, action(kind), day(70));
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::kConflict);
    CHECK(refused.error().message.find(name_of(entry_of(catalog).state)) != std::string::npos);
  }
}

TEST_CASE("Actions with a missing or senseless argument are refused by name") {
  Action promote = action(ActionKind::kPromote);
  promote.variant = VariantKey("control");
  CHECK(act(start(), promote, day(1)).error().code == Errc::kInvalidArgument);
  promote.variant.reset();
  CHECK(act(start(), promote, day(1)).error().code == Errc::kInvalidArgument);
  Action extend = action(ActionKind::kExtend);
  extend.days = 0;
  CHECK(act(start(), extend, day(1)).error().code == Errc::kInvalidArgument);
  Action unknown = action(ActionKind::kKill);
  unknown.experiment = ExperimentKey("nothing");
  CHECK(act(start(), unknown, day(1)).error().code == Errc::kNotFound);
  unknown.experiment = ExperimentKey("checkout--holdback");
  CHECK(act(ramping(), unknown, day(21)).error().code == Errc::kConflict);
}

}  // namespace
}  // namespace converge
