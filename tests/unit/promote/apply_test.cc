#include <catch2/catch.hpp>

#include "engine/assign/ranges.h"
#include "tests/unit/promote/catalog_fixture.h"

namespace converge {
namespace {

TEST_CASE("Apply: a draft becomes a first phase with GrowthBook's allocation") {
  ExperimentDefinition draft = checkout();
  draft.status = DeclaredStatus::kDraft;
  const Catalog first = applied(Catalog{}, only(draft), day(0));
  CHECK(raw(first.version) == 1);
  CHECK(entry_of(first).state == ExperimentState::kDraft);
  CHECK(entry_of(first).phases.empty());

  const Catalog second = applied(first, only(checkout()), day(1));
  const ExperimentEntry& entry = entry_of(second);
  CHECK(entry.state == ExperimentState::kRunning);
  REQUIRE(entry.phases.size() == 1);
  CHECK(entry.phases[0].start == day(1));
  CHECK(entry.started_at == day(1));
  CHECK(entry.phases[0].effective_seed == "checkout");
  const std::vector<double> weights = {0.5, 0.5};
  CHECK(entry.phases[0].allocation == first_allocation(weights, 5'000));
  CHECK(second.content_hash != first.content_hash);
}

TEST_CASE("Apply: the method is resolved at the start") {
  CHECK(entry_of(running(checkout())).resolved_method == Method::kConfidenceSequence);
}

TEST_CASE("Apply: a start in the future waits as a draft") {
  ExperimentDefinition later = checkout();
  later.start_at = day(3);
  const Catalog waiting = applied(Catalog{}, only(later), day(0));
  CHECK(entry_of(waiting).state == ExperimentState::kDraft);
  const Catalog started = acted(waiting, ActionKind::kStart, day(3) + std::chrono::seconds(2));
  CHECK(entry_of(started).phases[0].start == day(3));
}

TEST_CASE("Apply: only external assignment starts in the past") {
  ExperimentDefinition past = checkout();
  past.start_at = day(-20);
  const auto refused = plan_definitions(Catalog{}, only(past), day(0));
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::kInvalidArgument);
  CHECK(refused.error().message.find("start_at") != std::string::npos);

  past.assignment = AssignmentSource::kExternal;
  const ExperimentEntry entry = entry_of(running(past));
  CHECK(entry.phases[0].start == day(-20));
  CHECK(entry.phases[0].declared_weights == std::vector<double>{0.5, 0.5});
  CHECK(entry.phases[0].allocation.buckets_of(0) == 0);
}

TEST_CASE("Apply: the same files change nothing") {
  const Catalog catalog = running(checkout());
  const auto plan = plan_definitions(catalog, only(checkout()), day(5));
  REQUIRE(plan);
  CHECK(plan->changes.empty());
  CHECK(plan->next == catalog);
}

TEST_CASE("Apply: more traffic opens a phase and moves nobody") {
  ExperimentDefinition more = checkout();
  more.traffic = 8'000;
  const auto plan = plan_definitions(running(checkout()), only(more), day(5));
  REQUIRE(plan);
  REQUIRE(plan->changes.size() == 1);
  CHECK(plan->changes[0].kind == PlannedChange::Kind::kNewPhase);
  CHECK(plan->changes[0].moved_share == 0);
  const ExperimentEntry& entry = entry_of(plan->next);
  REQUIRE(entry.phases.size() == 2);
  CHECK(entry.phases[0].end == day(5));
  CHECK_FALSE(entry.phases[0].ended_by_move);
  CHECK(entry.phases[1].start == day(5));
  CHECK(entry.phases[1].number == 2);
  CHECK(entry.phases[1].randomisation == 1);
  CHECK(entry.phases[1].allocation.buckets_of(1) == 4'000);
}

TEST_CASE("Apply: less traffic, other weights and a dropped variant end the phase by a move") {
  ExperimentDefinition edited = checkout();
  SECTION("less traffic") {
    edited.traffic = 1'000;
  }
  SECTION("weights") {
    edited.traffic = 10'000;
    edited.variants[0].weight = 0.2;
    edited.variants[1].weight = 0.8;
  }
  SECTION("a dropped variant") {
    edited.variants[0].weight = 1;
    edited.variants[1].weight = 0;
  }
  ExperimentDefinition start = checkout();
  if (edited.traffic == 10'000) start.traffic = 10'000;
  const auto plan = plan_definitions(running(start), only(edited), day(5));
  REQUIRE(plan);
  CHECK(plan->changes[0].moved_share > 0);
  CHECK(plan->changes[0].detail.find("% of present members move") != std::string::npos);
  CHECK(entry_of(plan->next).phases[0].ended_by_move);
}

TEST_CASE("Apply: a narrower condition is a move, one for everyone is not") {
  ExperimentDefinition narrow = checkout();
  narrow.condition = Value::object({{"country", Value::string("DE")}});
  const Catalog narrowed = applied(running(checkout()), only(narrow), day(5));
  CHECK(entry_of(narrowed).phases[0].ended_by_move);
  CHECK(entry_of(narrowed).phases[1].condition == narrow.condition);
  const Catalog widened = applied(narrowed, only(checkout()), day(6));
  CHECK_FALSE(entry_of(widened).phases[1].ended_by_move);
}

TEST_CASE("Apply: declared shares of an external experiment never move anybody") {
  ExperimentDefinition external = checkout();
  external.assignment = AssignmentSource::kExternal;
  ExperimentDefinition edited = external;
  edited.variants[0].weight = 0.2;
  edited.variants[1].weight = 0.8;
  edited.condition = Value::object({{"country", Value::string("DE")}});
  const Catalog catalog = applied(running(external), only(edited), day(5));
  REQUIRE(entry_of(catalog).phases.size() == 2);
  CHECK_FALSE(entry_of(catalog).phases[0].ended_by_move);
  CHECK(entry_of(catalog).phases[1].declared_weights == std::vector<double>{0.2, 0.8});
}

TEST_CASE("Apply: `phase: next` starts every unit anew under another seed") {
  ExperimentDefinition next = checkout();
  next.reshuffle = true;
  next.variants.push_back({VariantKey("two-page"), 0, Value::integer(2)});
  next.variants[0].weight = 0.4;
  next.variants[1].weight = 0.3;
  next.variants[2].weight = 0.3;
  next.decision->max_days = 60;
  const Catalog catalog = applied(running(checkout()), only(next), day(5));
  const ExperimentEntry& entry = entry_of(catalog);
  REQUIRE(entry.phases.size() == 2);
  CHECK(entry.phases[1].randomisation == 2);
  CHECK(entry.phases[1].effective_seed == "checkout/2");
  CHECK(entry.started_at == day(5));
  CHECK(entry.phases[1].allocation.variants.size() == 3);

  SECTION("left in the file it does not reshuffle again") {
    next.traffic = 6'000;
    const ExperimentEntry later = entry_of(applied(catalog, only(next), day(6)));
    CHECK(later.phases[2].randomisation == 2);
    CHECK(later.phases[2].effective_seed == "checkout/2");
  }
}

TEST_CASE("Apply: status stopped gives everyone the control, running again starts anew") {
  ExperimentDefinition stopped = checkout();
  stopped.status = DeclaredStatus::kStopped;
  const Catalog ended = applied(running(checkout()), only(stopped), day(5));
  CHECK(entry_of(ended).state == ExperimentState::kStopped);
  CHECK(entry_of(ended).phases[0].ended_by_move);
  CHECK(entry_of(ended).current_phase() == nullptr);

  const Catalog again = applied(ended, only(checkout()), day(6));
  CHECK(entry_of(again).state == ExperimentState::kRunning);
  CHECK(entry_of(again).phases.back().effective_seed == "checkout/2");
}

TEST_CASE("Apply: after a rollback the unchanged file does nothing and `phase: next` starts anew") {
  const Catalog rolled = enacted(running(checkout()), DecisionKind::kRollBack, day(5));
  Definitions other = only(checkout());
  other.metrics[MetricKey("extra")] = conversion("extra", "visit");
  CHECK(entry_of(applied(rolled, other, day(6))) == entry_of(rolled));
  ExperimentDefinition next = checkout();
  next.reshuffle = true;
  CHECK(entry_of(applied(rolled, only(next), day(6))).state == ExperimentState::kRunning);
}

TEST_CASE("Apply: a metric that comes after the start is post hoc") {
  ExperimentDefinition more = checkout();
  more.metrics.push_back({MetricKey("late"), MetricRole::kQuality, std::nullopt, std::nullopt});
  Definitions definitions = only(more);
  definitions.metrics[MetricKey("late")] = conversion("late", "visit");
  const ExperimentEntry entry = entry_of(applied(running(checkout()), definitions, day(2)));
  CHECK(entry.post_hoc == std::vector<bool>{false, false, true});
  CHECK(entry.metrics.size() == 3);
  CHECK(entry.phases.size() == 1);
}

TEST_CASE("Apply: words of a promoted experiment may change, its allocation stays") {
  Catalog catalog = enacted(running(checkout()), DecisionKind::kPromote, day(20));
  ExperimentDefinition edited = checkout();
  edited.hypothesis = "Fewer steps lower effort";
  edited.owner = "checkout-team";
  const Catalog next = applied(catalog, only(edited), day(21));
  CHECK(entry_of(next).definition.owner == "checkout-team");
  CHECK(entry_of(next).promotion == entry_of(catalog).promotion);
  CHECK(entry_of(next).phases == entry_of(catalog).phases);
}

TEST_CASE("Apply: a concluded experiment may leave the files and keeps its results") {
  const Catalog concluded = acted(running(checkout()), ActionKind::kConclude, day(5));
  Definitions none = only(checkout());
  none.experiments.clear();
  const Catalog next = applied(concluded, none, day(6));
  CHECK(entry_of(next) == entry_of(concluded));
}

}  // namespace
}  // namespace converge
