#include <catch2/catch.hpp>

#include "engine/promote/enrolment.h"
#include "tests/unit/promote/catalog_fixture.h"

/// Layers as ledgers of segments, the global holdout, and the verbs that need stickiness.
namespace converge {
namespace {

ExperimentDefinition layered(const std::string& key, int traffic) {
  ExperimentDefinition experiment = checkout();
  experiment.key = ExperimentKey(key);
  experiment.seed = key;
  experiment.flag = FlagKey("flag-" + key);
  experiment.layer = LayerKey("shop");
  experiment.traffic = traffic;
  return experiment;
}

Definitions with(std::vector<ExperimentDefinition> experiments) {
  Definitions definitions = only(experiments.front());
  definitions.experiments = std::move(experiments);
  definitions.layers[LayerKey("shop")] = {"shop"};
  return definitions;
}

Definitions with_holdout(Definitions definitions, int share) {
  definitions.holdout = HoldoutDefinition{share, "holdout"};
  return definitions;
}

std::string refusal(const Catalog& present, const Definitions& definitions, Time now) {
  const Result<CatalogPlan> plan = plan_definitions(present, definitions, now);
  return plan ? "" : plan.error().message;
}

std::string refused(const Catalog& present, ActionKind kind, Time now) {
  const Result<Transition> transition = act(present, action(kind), now);
  return transition ? "" : transition.error().message;
}

ExperimentDefinition sticky(ExperimentDefinition experiment) {
  experiment.sticky = true;
  return experiment;
}

}  // namespace

TEST_CASE("Layers: experiments take the lowest free segments and cover their seed") {
  const Catalog catalog =
      applied(Catalog{}, with({layered("a", 3'000), layered("b", 5'000)}), day(0));
  CHECK(entry_of(catalog, "a").segments == BucketRanges{{0, 3'000}});
  CHECK(entry_of(catalog, "b").segments == BucketRanges{{3'000, 8'000}});
  const Phase& phase = entry_of(catalog, "b").phases[0];
  CHECK(phase.filters == std::vector<EnrolmentFilter>{{"shop", {{3'000, 8'000}}}});
  CHECK(phase.allocation.buckets_of(0) + phase.allocation.buckets_of(1) == kBuckets);
}

TEST_CASE("Layers: more traffic takes more segments and moves nobody") {
  const Catalog before =
      applied(Catalog{}, with({layered("a", 3'000), layered("b", 2'000)}), day(0));
  const auto plan =
      plan_definitions(before, with({layered("a", 4'000), layered("b", 2'000)}), day(3));
  REQUIRE(plan);
  const ExperimentEntry& a = entry_of(plan->next, "a");
  CHECK(a.segments == BucketRanges{{0, 3'000}, {5'000, 6'000}});
  CHECK(a.phases.size() == 2);
  CHECK_FALSE(a.phases[0].ended_by_move);
  CHECK(a.phases[0].allocation == a.phases[1].allocation);
  CHECK(plan->changes.at(0).moved_share == 0);
  CHECK(entry_of(plan->next, "b") == entry_of(before, "b"));
}

TEST_CASE("Layers: less traffic gives the highest segments back and moves their members") {
  const Catalog before = applied(Catalog{}, with({layered("a", 4'000)}), day(0));
  const auto plan = plan_definitions(before, with({layered("a", 3'000)}), day(3));
  REQUIRE(plan);
  CHECK(entry_of(plan->next, "a").segments == BucketRanges{{0, 3'000}});
  CHECK(entry_of(plan->next, "a").phases[0].ended_by_move);
  CHECK(plan->changes.at(0).moved_share == Approx(0.25));
}

TEST_CASE("Layers: a full layer refuses and says what is free") {
  const Catalog before = applied(Catalog{}, with({layered("a", 8'000)}), day(0));
  const std::string message =
      refusal(before, with({layered("a", 8'000), layered("b", 3'000)}), day(1));
  CHECK(message.find("b: traffic: 30% of the layer are wanted, 0% are held and 20% are free") !=
        std::string::npos);
}

TEST_CASE("Layers: segments are held until the experiment is concluded") {
  Catalog catalog = applied(Catalog{}, with({layered("checkout", 8'000)}), day(0));
  catalog = acted(catalog, ActionKind::kKill, day(2));
  CHECK(size_of(entry_of(catalog).segments) == 8'000);
  catalog = acted(catalog, ActionKind::kConclude, day(3));
  CHECK(entry_of(catalog).segments.empty());
  CHECK(free_segments(catalog, LayerKey("shop"), ExperimentKey("x")) ==
        BucketRanges{{0, kBuckets}});
}

TEST_CASE("Layers: concluding is undone only while its segments are free") {
  const Catalog before = applied(Catalog{}, with({layered("checkout", 8'000)}), day(0));
  const Catalog concluded = acted(before, ActionKind::kConclude, day(3));
  const auto undone = undo(concluded, before, action(ActionKind::kUndo), day(4));
  REQUIRE(undone);
  CHECK(entry_of(undone->next).segments == BucketRanges{{0, 8'000}});

  const Catalog taken =
      applied(concluded, with({layered("checkout", 8'000), layered("b", 3'000)}), day(4));
  const auto late = undo(taken, before, action(ActionKind::kUndo), day(5));
  REQUIRE_FALSE(late);
  CHECK(late.error().message.find("were given to another experiment") != std::string::npos);
}

TEST_CASE("Layers: another layer, or another seed of it, would reshuffle") {
  const Catalog before = applied(Catalog{}, with({layered("a", 4'000)}), day(0));
  Definitions reseeded = with({layered("a", 4'000)});
  reseeded.layers[LayerKey("shop")].seed = "other";
  CHECK(refusal(before, reseeded, day(1)).find("layers.shop.seed") != std::string::npos);
  Definitions moved = with({layered("a", 4'000)});
  moved.experiments[0].layer = LayerKey("page");
  moved.layers[LayerKey("page")] = {"page"};
  CHECK(refusal(before, moved, day(1)).find("a: layer") != std::string::npos);
}

TEST_CASE("Layers: an experiment may not split by the seed that filters its units") {
  // Its segments [0, 4000) would be its buckets [0, 4000): the control alone.
  const std::string by_layer = refusal(Catalog{}, with({layered("shop", 4'000)}), day(0));
  CHECK(by_layer.find("'shop' of the layer 'shop' and 'shop' of the live experiment 'shop'") !=
        std::string::npos);
  const std::string by_holdout =
      refusal(Catalog{}, with_holdout(with({layered("holdout", 4'000)}), 500), day(0));
  CHECK(by_holdout.find("of the holdout and") != std::string::npos);
}

TEST_CASE("Layers: a promotion begins outside the segments, and its pair is cut there") {
  Catalog catalog = applied(Catalog{}, with({layered("checkout", 4'000)}), day(0));
  catalog = enacted(catalog, DecisionKind::kPromote, day(20));
  const Promotion& promotion = *entry_of(catalog).promotion;
  CHECK(promotion.holdback_is_outside);
  // 5 % of all are 834 of 10,000 among the 60 % outside.
  CHECK(promotion.holdback_old == BucketRange{0, 834});
  CHECK(promotion.holdback_winner == BucketRange{834, 1'668});
  CHECK(pair_of(catalog).phases[0].filters ==
        std::vector<EnrolmentFilter>{{"shop", {{4'000, 10'000}}}});
  // 25 %: the half of the segments that has it (20 %), the pair's winners (5.004 %): enough.
  CHECK(promotion.step == 0);
  CHECK(promotion.winner_ranges == BucketRanges{{5'000, 10'000}});
  CHECK(promotion.outside_ranges.empty());

  catalog = enacted(catalog, DecisionKind::kNextStep, day(24));
  // 50 %: the rest comes from outside, nobody inside has moved.
  CHECK(entry_of(catalog).promotion->winner_ranges == BucketRanges{{5'000, 10'000}});
  CHECK(entry_of(catalog).promotion->outside_ranges == BucketRanges{{1'668, 5'834}});
  CHECK_FALSE(entry_of(catalog).phases.back().ended_by_move);

  catalog = enacted(catalog, DecisionKind::kNextStep, day(28));
  catalog = enacted(catalog, DecisionKind::kNextStep, day(32));
  CHECK(entry_of(catalog).state == ExperimentState::kWatching);
  CHECK(entry_of(catalog).promotion->winner_ranges == BucketRanges{{0, 10'000}});
  CHECK(entry_of(catalog).promotion->outside_ranges == BucketRanges{{1'668, 10'000}});
}

TEST_CASE("Holdout: it stands before the layer in every experiment") {
  const Catalog catalog =
      applied(Catalog{}, with_holdout(with({layered("a", 4'000)}), 500), day(0));
  CHECK(entry_of(catalog, "a").phases[0].filters ==
        std::vector<EnrolmentFilter>{{"holdout", {{500, 10'000}}}, {"shop", {{0, 4'000}}}});
}

TEST_CASE("Holdout: a larger one opens a phase and moves its share, a smaller one moves nobody") {
  const Catalog before = applied(Catalog{}, with_holdout(with({layered("a", 4'000)}), 500), day(0));
  const auto larger =
      plan_definitions(before, with_holdout(with({layered("a", 4'000)}), 1'450), day(2));
  REQUIRE(larger);
  CHECK(larger->changes.at(0).moved_share == Approx(0.1));
  CHECK(entry_of(larger->next, "a").phases[0].ended_by_move);
  CHECK(entry_of(larger->next, "a").phases[1].filters[0].ranges == BucketRanges{{1'450, 10'000}});

  const auto none = plan_definitions(before, with({layered("a", 4'000)}), day(2));
  REQUIRE(none);
  CHECK_FALSE(entry_of(none->next, "a").phases[0].ended_by_move);
  CHECK(entry_of(none->next, "a").phases[1].filters.size() == 1);
}

TEST_CASE("Variants: one added at the end opens a phase, in between it reshuffles") {
  ExperimentDefinition wanted = checkout();
  wanted.variants = {
      wanted.variants[0], wanted.variants[1], {VariantKey("third"), 0.2, Value::integer(2)}};
  wanted.variants[0].weight = 0.4;
  wanted.variants[1].weight = 0.4;
  const auto plan = plan_definitions(running(checkout()), only(wanted), day(2));
  REQUIRE(plan);
  const Phase& phase = *entry_of(plan->next).current_phase();
  CHECK(phase.number == 2);
  CHECK(phase.allocation.buckets_of(0) == 2'000);
  CHECK(phase.allocation.buckets_of(2) == 1'000);
  CHECK(plan->changes.at(0).moved_share == Approx(0.2).margin(0.0003));  // whole buckets
  CHECK(plan->changes.at(0).detail.find("variants added: third") != std::string::npos);

  std::swap(wanted.variants[1], wanted.variants[2]);
  CHECK(refusal(running(checkout()), only(wanted), day(2)).find("phase: next") !=
        std::string::npos);
}

TEST_CASE("Enrolment: pause and freeze need stickiness from the start") {
  CHECK(refused(running(checkout()), ActionKind::kPauseEnrolment, day(1)).find("sticky: true") !=
        std::string::npos);
  CHECK(refused(running(checkout()), ActionKind::kFreeze, day(1)).find("sticky: true") !=
        std::string::npos);
  ExperimentDefinition wanted = sticky(checkout());
  CHECK(refusal(running(checkout()), only(wanted), day(1)).find("sticky") != std::string::npos);
}

TEST_CASE("Enrolment: pause keeps the phase, resume and undo open it again") {
  const Catalog before = running(sticky(checkout()));
  const Catalog paused = acted(before, ActionKind::kPauseEnrolment, day(1));
  CHECK(entry_of(paused).enrolment == Enrolment::kPaused);
  CHECK(entry_of(paused).phases == entry_of(before).phases);
  CHECK(refused(paused, ActionKind::kPauseEnrolment, day(2)).find("paused") != std::string::npos);
  const Catalog resumed = acted(paused, ActionKind::kResumeEnrolment, day(2));
  CHECK(entry_of(resumed) == entry_of(before));
  const auto undone = undo(paused, before, action(ActionKind::kUndo), day(2));
  REQUIRE(undone);
  CHECK(entry_of(undone->next) == entry_of(before));
}

TEST_CASE("Enrolment: freeze ends what counts, undo begins a new phase") {
  const Catalog before = running(sticky(checkout()));
  const Catalog frozen = acted(before, ActionKind::kFreeze, day(1));
  CHECK(entry_of(frozen).enrolment == Enrolment::kFrozen);
  CHECK(entry_of(frozen).phases.back().frozen_at == day(1));
  CHECK_FALSE(entry_of(frozen).phases.back().end);
  const auto undone = undo(frozen, before, action(ActionKind::kUndo), day(2));
  REQUIRE(undone);
  CHECK(entry_of(undone->next).enrolment == Enrolment::kOpen);
  REQUIRE(entry_of(undone->next).phases.size() == 2);
  CHECK(entry_of(undone->next).phases[0].frozen_at == day(1));
  CHECK_FALSE(entry_of(undone->next).phases[0].ended_by_move);
  CHECK_FALSE(entry_of(undone->next).phases[1].frozen_at);
}

TEST_CASE("Restart: a new seed, and the previous randomisation stays known") {
  const Catalog restarted = acted(running(checkout()), ActionKind::kRestart, day(5));
  const ExperimentEntry& entry = entry_of(restarted);
  REQUIRE(entry.phases.size() == 2);
  CHECK(entry.phases[0].ended_by_move);
  CHECK(entry.phases[1].randomisation == 2);
  CHECK(entry.phases[1].effective_seed == "checkout/2");
  CHECK(entry.started_at == day(5));
  const Catalog killed = acted(restarted, ActionKind::kKill, day(6));
  CHECK(entry_of(acted(killed, ActionKind::kRestart, day(7))).state == ExperimentState::kRunning);
}

}  // namespace converge
