#include <catch2/catch.hpp>

#include "evidence_fixture.h"

using namespace converge;
using namespace converge::decide_fixture;

namespace {

DecisionContext promoted(ExperimentState state) {
  DecisionContext context;
  context.state = state;
  context.look = LookKind::kTick;
  context.winner = VariantKey("new");
  return context;
}

Evidence with_breach() {
  Evidence evidence = ready_to_ship();
  evidence.metrics[kGuardrail].comparisons[0].breach = HarmVerdict::kBreach;
  evidence.metrics[kGuardrail].comparisons[0].bound_breach = -0.01;
  return evidence;
}

}  // namespace

TEST_CASE("decide: a step is held until its hold is over") {
  DecisionContext context = promoted(ExperimentState::kRamping);
  CHECK(decide(ready_to_ship(), definition(), context).kind == DecisionKind::kKeepRunning);
  context.calendar.hold_over = true;
  const Decision decision = decide(ready_to_ship(), definition(), context);
  CHECK(decision.kind == DecisionKind::kNextStep);
  CHECK(decision.rule == "decision.on_ship.hold");
  CHECK(says(decision, "load_time of new"));
}

TEST_CASE("decide: watching ends when holdback_days are over, and not before") {
  DecisionContext context = promoted(ExperimentState::kWatching);
  context.calendar.hold_over = true;
  CHECK(decide(ready_to_ship(), definition(), context).kind == DecisionKind::kKeepRunning);
  context.calendar.holdback_over = true;
  CHECK(decide(ready_to_ship(), definition(), context).kind == DecisionKind::kFinish);
}

TEST_CASE("decide: a breach on the holdback pair demotes, whatever the calendar says") {
  for (const ExperimentState state : {ExperimentState::kRamping, ExperimentState::kWatching}) {
    DecisionContext context = promoted(state);
    for (const bool over : {false, true}) {
      context.calendar.hold_over = over;
      context.calendar.holdback_over = over;
      const Decision decision = decide(with_breach(), definition(), context);
      CHECK(decision.kind == DecisionKind::kRollBack);
      CHECK(decision.rule == "decision.on_guardrail_breach");
      CHECK(says(decision, "on the holdback pair: load_time of new"));
    }
  }
}

TEST_CASE("decide: only the winner's figures demote") {
  DecisionContext context = promoted(ExperimentState::kWatching);
  context.winner = VariantKey("other");
  context.calendar.holdback_over = true;
  CHECK(decide(with_breach(), definition(), context).kind == DecisionKind::kFinish);
}

TEST_CASE("decide: broken data hold the next step and the end") {
  Evidence evidence = with_breach();
  evidence.health.blocks = {{BlockReason::kNoData, "no unit was exposed yet"}};
  DecisionContext context = promoted(ExperimentState::kRamping);
  context.calendar.hold_over = true;
  const Decision decision = decide(evidence, definition(), context);
  CHECK(decision.kind == DecisionKind::kBlocked);
  CHECK(says(decision, "no_data"));
}

TEST_CASE(
    "decide: a proven loss without a guardrail stops the ramp for people and undoes nothing") {
  Evidence evidence = ready_to_ship();
  evidence.metrics[kSuccess].comparisons[0].verdict = Verdict::kWorse;
  for (const ExperimentState state : {ExperimentState::kRamping, ExperimentState::kWatching}) {
    DecisionContext context = promoted(state);
    context.calendar.hold_over = true;
    context.calendar.holdback_over = true;
    const Decision decision = decide(evidence, definition(), context);
    CHECK(decision.kind == DecisionKind::kKeepRunning);
    CHECK(says(decision, "people must decide"));
  }
}
