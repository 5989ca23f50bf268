#include <catch2/catch.hpp>
#include <functional>

#include "evidence_fixture.h"

using namespace converge;
using namespace converge::decide_fixture;

namespace {

/// One line of the table: what is changed from "ready to ship", and what must come of it.
struct Case {
  std::string name;
  std::function<void(Evidence&, ExperimentDefinition&, DecisionContext&)> spoil;
  DecisionKind kind;
  std::string rule;
  std::string reason_has;
};

void breach(Comparison& comparison) {
  comparison.breach = HarmVerdict::kBreach;
  comparison.non_inferiority = HarmVerdict::kUndecided;
  comparison.bound_breach = -0.007;
}

std::vector<Case> cases() {
  using E = Evidence&;
  using D = ExperimentDefinition&;
  using C = DecisionContext&;
  const auto first = [](Evidence& e, std::size_t metric) -> Comparison& {
    return e.metrics[metric].comparisons.front();
  };
  return {
      {"all clauses hold", [](E, D, C) {}, DecisionKind::kPromote, "decision.ship_when",
       "conversion of new +20.00 % [+5.00 %, +35.00 %]: better, p 0.002 over all success metrics "
       "and "
       "variants <= alpha 0.05"},
      {"a late scheduled look ships too", [](E, D, C c) { c.look = LookKind::kScheduledLate; },
       DecisionKind::kPromote, "decision.ship_when", "new ships"},
      {"recommending is the engine's business",
       [](E, D d, C) { d.decision->on_ship.action = ShipAction::kRecommend; },
       DecisionKind::kPromote, "decision.ship_when", "new ships"},
      {"between looks nothing ships", [](E, D, C c) { c.look = LookKind::kTick; },
       DecisionKind::kKeepRunning, "analysis.looks", "only harm is read"},
      {"before min_days nothing ships", [](E, D, C c) { c.calendar.min_days_passed = false; },
       DecisionKind::kKeepRunning, "decision.min_days", "14 days"},
      {"p above alpha after Holm waits",
       [first](E e, D, C) { first(e, kSuccess).p_adjusted = 0.0501; }, DecisionKind::kKeepRunning,
       "decision.ship_when", "p 0.0501"},
      {"p equal to alpha ships", [first](E e, D, C) { first(e, kSuccess).p_adjusted = 0.05; },
       DecisionKind::kPromote, "decision.ship_when", "new ships"},
      {"an undefined p does not ship",
       [first](E e, D, C) { first(e, kSuccess).p_adjusted = Undefined::kNotEnoughData; },
       DecisionKind::kKeepRunning, "decision.ship_when", "no p value"},
      {"the guard keeps success from acting",
       [first](E e, D, C) {
         first(e, kSuccess).verdict = Verdict::kNotEnoughData;
         first(e, kSuccess).guard = "12 units in the smaller arm, at least 30 are needed";
       },
       DecisionKind::kKeepRunning, "decision.ship_when", "12 units in the smaller arm"},
      {"no difference yet waits",
       [first](E e, D, C) { first(e, kSuccess).verdict = Verdict::kNoDifferenceYet; },
       DecisionKind::kKeepRunning, "decision.ship_when", "the interval holds zero"},
      {"not non-inferior yet waits, it is no breach",
       [first](E e, D, C) {
         first(e, kGuardrail).non_inferiority = HarmVerdict::kUndecided;
         first(e, kGuardrail).bound_non_inferiority = -0.002;
       },
       DecisionKind::kKeepRunning, "decision.ship_when",
       "load_time of new +1.00 % [-4.00 %, +6.00 %]: not non-inferior yet, lower bound -0.002"},
      {"a guardrail that cannot be read waits",
       [first](E e, D, C) { first(e, kGuardrail).non_inferiority = HarmVerdict::kNotEnoughData; },
       DecisionKind::kKeepRunning, "decision.ship_when", "not enough data for non-inferiority"},
      {"proven deterioration keeps it from shipping and rolls nothing back",
       [first](E e, D, C) { breach(first(e, kDeterioration)); }, DecisionKind::kKeepRunning,
       "decision.ship_when", "deterioration: none does not hold: support_calls of new"},
      {"deterioration that cannot be read is not none",
       [first](E e, D, C) { first(e, kDeterioration).breach = HarmVerdict::kNotEnoughData; },
       DecisionKind::kKeepRunning, "decision.ship_when", "cannot be read yet"},
      {"a breach rolls back", [first](E e, D, C) { breach(first(e, kGuardrail)); },
       DecisionKind::kRollBack, "decision.on_guardrail_breach", "upper bound -0.007"},
      {"a breach rolls back between looks",
       [first](E e, D, C c) {
         breach(first(e, kGuardrail));
         c.look = LookKind::kTick;
       },
       DecisionKind::kRollBack, "decision.on_guardrail_breach", "harm beyond the margin is proven"},
      {"a breach rolls back before min_days",
       [first](E e, D, C c) {
         breach(first(e, kGuardrail));
         c.calendar.min_days_passed = false;
       },
       DecisionKind::kRollBack, "decision.on_guardrail_breach", "load_time of new"},
      {"a recommended rollback is decided all the same",
       [first](E e, D d, C) {
         breach(first(e, kGuardrail));
         d.decision->on_guardrail_breach = BreachAction::kRecommend;
       },
       DecisionKind::kRollBack, "decision.on_guardrail_breach", "recommend a rollback"},
      {"blocked data block promotion",
       [](E e, D, C) {
         e.health.blocks = {{BlockReason::kSampleRatioMismatch, "e-value 4000, limit 1000"}};
       },
       DecisionKind::kBlocked, "data health", "sample_ratio_mismatch: e-value 4000, limit 1000"},
      {"blocked data block rollback and expiry",
       [first](E e, D, C c) {
         e.health.blocks = {{BlockReason::kStaleData, "silence"}};
         breach(first(e, kGuardrail));
         c.calendar.max_days_reached = true;
       },
       DecisionKind::kBlocked, "data health", "stale_data"},
      {"no rule: people decide", [](E, D d, C) { d.decision.reset(); }, DecisionKind::kKeepRunning,
       "decision", "people decide"},
      {"expiry without a winner",
       [first](E e, D, C c) {
         first(e, kSuccess).verdict = Verdict::kNoDifferenceYet;
         c.calendar.max_days_reached = true;
       },
       DecisionKind::kInconclusive, "decision.on_expiry", "keep_control"},
      {"expiry to be discussed",
       [first](E e, D d, C c) {
         first(e, kSuccess).verdict = Verdict::kNoDifferenceYet;
         c.calendar.max_days_reached = true;
         d.decision->on_expiry = ExpiryAction::kDiscuss;
       },
       DecisionKind::kInconclusive, "decision.on_expiry", "discuss"},
      {"the last look may still ship", [](E, D, C c) { c.calendar.max_days_reached = true; },
       DecisionKind::kPromote, "decision.ship_when", "new ships"},
      {"expiry waits for the last look",
       [first](E e, D, C c) {
         first(e, kSuccess).verdict = Verdict::kNoDifferenceYet;
         c.calendar.max_days_reached = true;
         c.look = LookKind::kTick;
       },
       DecisionKind::kKeepRunning, "analysis.looks", "between looks"},
      {"post-hoc success never ships", [](E e, D, C) { e.metrics[kSuccess].post_hoc = true; },
       DecisionKind::kKeepRunning, "decision.ship_when", "no success metric"},
      {"exposed so far never ships",
       [](E e, D, C) { e.metrics[kSuccess].population = Population::kExposedSoFar; },
       DecisionKind::kKeepRunning, "decision.ship_when", "no success metric"},
      {"a segment never ships",
       [](E e, D, C) {
         e.metrics[kSuccess].segment = SegmentName{"browser", "\"firefox\""};
       },
       DecisionKind::kKeepRunning, "decision.ship_when", "no success metric"},
      {"a breach in a segment rolls nothing back",
       [](E e, D, C) {
         e.metrics.push_back(e.metrics[kGuardrail]);
         e.metrics.back().segment = SegmentName{"browser", "\"firefox\""};
         breach(e.metrics.back().comparisons.front());
       },
       DecisionKind::kPromote, "decision.ship_when", "new ships"},
      {"a post-hoc guardrail never decides",
       [first](E e, D, C) {
         breach(first(e, kGuardrail));
         e.metrics[kGuardrail].post_hoc = true;
       },
       DecisionKind::kPromote, "decision.ship_when", "new ships"},
      {"quality metrics decide nothing",
       [first](E e, D, C) {
         breach(first(e, kGuardrail));
         e.metrics[kGuardrail].role = MetricRole::kQuality;
       },
       DecisionKind::kPromote, "decision.ship_when", "new ships"},
      {"any: one of two success metrics is enough",
       [](E e, D, C) {
         e.metrics.push_back(metric("revenue", MetricRole::kSuccess, {safe("new")}));
       },
       DecisionKind::kPromote, "decision.ship_when", "success: any holds: conversion of new"},
      {"all: one of two success metrics is not enough",
       [](E e, D d, C) {
         d.decision->success = SuccessRule::kAll;
         e.metrics.push_back(metric("revenue", MetricRole::kSuccess, {safe("new")}));
       },
       DecisionKind::kKeepRunning, "decision.ship_when", "success: all does not hold yet: revenue"},
      {"all: both ship",
       [](E e, D d, C) {
         d.decision->success = SuccessRule::kAll;
         e.metrics.push_back(metric("revenue", MetricRole::kSuccess, {better("new")}));
       },
       DecisionKind::kPromote, "decision.ship_when", "revenue of new"},
      {"any: another success metric proven worse is a deterioration",
       [](E e, D, C) {
         Comparison worse = better("new");
         worse.verdict = Verdict::kWorse;
         worse.absolute = {-0.02, IntervalFigure{-0.035, -0.005, 0.95}};
         e.metrics.push_back(metric("revenue", MetricRole::kSuccess, {worse}));
       },
       DecisionKind::kKeepRunning, "decision.ship_when",
       "deterioration: none does not hold: revenue"},
      {"a rolled back experiment decides nothing",
       [](E, D, C c) { c.state = ExperimentState::kRolledBack; }, DecisionKind::kKeepRunning,
       "state", "rolled_back"},
  };
}

}  // namespace

TEST_CASE("decide: every case of the table of rules") {
  for (const Case& test : cases()) {
    Evidence evidence = ready_to_ship();
    ExperimentDefinition experiment = definition();
    DecisionContext context = scheduled_look();
    test.spoil(evidence, experiment, context);
    const Decision decision = decide(evidence, experiment, context);
    INFO(test.name << "\n" << decision.reason);
    CHECK(decision.kind == test.kind);
    CHECK(decision.rule == test.rule);
    CHECK(says(decision, test.reason_has));
    CHECK(decision.variant.has_value() == (test.kind == DecisionKind::kPromote));
    CHECK(decision == decide(evidence, experiment, context));
  }
}

TEST_CASE(
    "decide: of several variants that may ship the highest lower bound wins, not the highest "
    "estimate") {
  Evidence evidence = ready_to_ship({"bold", "steady"});
  evidence.metrics[kSuccess].comparisons[0].absolute = {0.09, IntervalFigure{0.004, 0.2, 0.95}};
  const Decision decision = decide(evidence, definition(), scheduled_look());
  REQUIRE(decision.kind == DecisionKind::kPromote);
  CHECK(decision.variant == VariantKey("steady"));
  CHECK(says(decision, "highest lower bound"));
}

TEST_CASE("decide: where less is better the lowest upper bound wins") {
  Evidence evidence = ready_to_ship({"small", "large"});
  evidence.metrics[kSuccess].direction = Direction::kDecrease;
  evidence.metrics[kSuccess].comparisons[0].absolute = {-0.02, IntervalFigure{-0.03, -0.01, 0.95}};
  evidence.metrics[kSuccess].comparisons[1].absolute = {-0.03, IntervalFigure{-0.04, -0.02, 0.95}};
  CHECK(decide(evidence, definition(), scheduled_look()).variant == VariantKey("large"));
}

TEST_CASE("decide: a variant that may not ship does not win by its bound") {
  Evidence evidence = ready_to_ship({"bold", "steady"});
  evidence.metrics[kSuccess].comparisons[0].absolute = {0.09, IntervalFigure{0.08, 0.1, 0.95}};
  evidence.metrics[kGuardrail].comparisons[0].non_inferiority = HarmVerdict::kUndecided;
  CHECK(decide(evidence, definition(), scheduled_look()).variant == VariantKey("steady"));
}

TEST_CASE("decide: a tie is for people") {
  const Evidence evidence = ready_to_ship({"left", "right"});
  Decision decision = decide(evidence, definition(), scheduled_look());
  CHECK(decision.kind == DecisionKind::kKeepRunning);
  CHECK(says(decision, "a tie is for people: left, right"));

  DecisionContext last = scheduled_look();
  last.calendar.max_days_reached = true;
  CHECK(decide(evidence, definition(), last).kind == DecisionKind::kInconclusive);
}

TEST_CASE("decide: the next success metric separates variants that are equal in the first") {
  Evidence evidence = ready_to_ship({"left", "right"});
  Comparison stronger = better("right");
  stronger.absolute = {0.03, IntervalFigure{0.02, 0.04, 0.95}};
  evidence.metrics.push_back(metric("revenue", MetricRole::kSuccess, {better("left"), stronger}));
  CHECK(decide(evidence, definition(), scheduled_look()).variant == VariantKey("right"));
}

TEST_CASE("decide: harm of one variant rolls back though another may ship") {
  Evidence evidence = ready_to_ship({"good", "bad"});
  breach(evidence.metrics[kGuardrail].comparisons[1]);
  const Decision decision = decide(evidence, definition(), scheduled_look());
  CHECK(decision.kind == DecisionKind::kRollBack);
  CHECK(says(decision, "load_time of bad"));
  CHECK_FALSE(says(decision, "load_time of good"));
}
