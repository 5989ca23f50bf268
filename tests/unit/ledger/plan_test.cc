#include "engine/ledger/plan.h"

#include <catch2/catch.hpp>

#include "engine/assign/hash.h"
#include "engine/ledger/placement.h"
#include "fixture.h"

namespace converge::test {
namespace {

TEST_CASE(
    "Plan: a phase that starts at the look time has not started; an end at or after it is not "
    "known") {
  ExperimentEntry entry = experiment();
  next_phase(entry, 10, true, split(0, 2000, 10000));
  CHECK(compile_plan(entry, at(10)).phases.size() == 1);
  CHECK_FALSE(compile_plan(entry, at(10)).phases[0].end);
  CHECK(compile_plan(entry, at(10, 1)).phases.size() == 2);
  CHECK(compile_plan(entry, at(10, 1)).phases[0].end == at(10));
  CHECK(compile_plan(entry, at(0)).phases.empty());
}

TEST_CASE("Plan: a phase holds its start and not its end") {
  ExperimentEntry entry = experiment();
  next_phase(entry, 10, false, split(0, 5000, 10000));
  const ExperimentPlan plan = compile_plan(entry, at(20));
  CHECK(plan.phase_at(at(0))->number == 1);
  CHECK(plan.phase_at(at(0, -1)) == nullptr);
  CHECK(plan.phase_at(at(10, -1))->number == 1);
  CHECK(plan.phase_at(at(10))->number == 2);
}

TEST_CASE("Plan: buckets with one enrolment history share a class, shares are counted buckets") {
  ExperimentEntry entry = experiment();
  entry.phases[0].allocation = split(0, 1000, 2000);
  next_phase(entry, 10, false, split(0, 1000, 4000));
  const ExperimentPlan plan = compile_plan(entry, at(20));
  CHECK(plan.phases[0].classes == std::vector<std::string>{"enrolled since phase 1"});
  CHECK(plan.phases[1].classes ==
        std::vector<std::string>{"enrolled since phase 1", "enrolled since phase 2"});
  CHECK(plan.phases[1].class_shares[0] == std::vector<double>{0.5, 0.5});
  CHECK(plan.phases[1].class_shares[1] == std::vector<double>{0, 1});
  CHECK(Placement(plan, unit_in("exp", 1999, 2000)).enrolment_class(1) == 0);
  CHECK(Placement(plan, unit_in("exp", 2000, 2001)).enrolment_class(1) == 1);
  CHECK(Placement(plan, unit_in("exp", 4000, 4001)).enrolment_class(1) == kNotEnrolled);
}

TEST_CASE("Plan: units of segments that come later are a class of their own, shares are of pairs") {
  ExperimentEntry entry = experiment();
  entry.phases[0].filters = {{"holdout", {{500, 10000}}}, {"layer", {{0, 2000}}}};
  next_phase(entry, 10, false, split(0, 2500, 10000));
  entry.phases[1].filters = {{"holdout", {{500, 10000}}}, {"layer", {{0, 3000}}}};
  const ExperimentPlan plan = compile_plan(entry, at(20));
  CHECK(plan.phases[1].classes ==
        std::vector<std::string>{"enrolled since phase 1", "enrolled since phase 2"});
  CHECK(plan.phases[1].class_shares[0] == std::vector<double>{0.25, 0.75});
  CHECK(plan.phases[1].class_shares[1] == std::vector<double>{0.25, 0.75});
  for (int i = 0; i < 200; ++i) {
    const std::string unit = "u" + std::to_string(i);
    const int layer = bucket_of("layer", unit);
    const bool is_held_out = bucket_of("holdout", unit) < 500;
    const int expected = is_held_out || layer >= 3000 ? kNotEnrolled : layer < 2000 ? 0 : 1;
    CHECK(Placement(plan, unit).enrolment_class(1) == expected);
    CHECK((Placement(plan, unit).allocated(0) == kNoVariant) == (is_held_out || layer >= 2000));
  }
}

TEST_CASE("Plan: after freeze exposures do not count, and only a later move cuts windows") {
  ExperimentEntry entry = experiment();
  entry.phases[0].frozen_at = at(5);
  next_phase(entry, 10, true, split(0, 5000, 10000));
  const ExperimentPlan plan = compile_plan(entry, at(20));
  CHECK(plan.phase_at(at(5, -1))->number == 1);
  CHECK(plan.phase_at(at(5)) == nullptr);
  CHECK(plan.phases[0].moved_at == at(10));
}

TEST_CASE("Plan: a bucket that left and came back is a class of its own") {
  ExperimentEntry entry = experiment();
  next_phase(entry, 10, true, split(0, 500, 1000));
  next_phase(entry, 20, true, split(0, 5000, 10000));
  const ExperimentPlan plan = compile_plan(entry, at(30));
  CHECK(plan.phases[2].classes ==
        std::vector<std::string>{"enrolled since phase 1",
                                 "enrolled since phase 3, before in phase 1"});
}

TEST_CASE("Plan: the first move at or after a phase cuts its windows") {
  ExperimentEntry entry = experiment();
  next_phase(entry, 10, false, split(0, 5000, 10000));
  next_phase(entry, 20, true, split(0, 4000, 10000));
  next_phase(entry, 30, true, split(0, 3000, 10000));
  const ExperimentPlan plan = compile_plan(entry, at(40));
  CHECK(plan.phases[0].moved_at == at(20));
  CHECK(plan.phases[1].moved_at == at(20));
  CHECK(plan.phases[2].moved_at == at(30));
  CHECK_FALSE(plan.phases[3].moved_at);
  CHECK_FALSE(compile_plan(entry, at(20)).phases[0].moved_at);
}

TEST_CASE("Plan: external weights are declarations: their changes move and censor nobody") {
  ExperimentEntry entry = experiment();
  entry.definition.assignment = AssignmentSource::kExternal;
  next_phase(entry, 10, true, split(0, 2000, 10000));
  entry.phases[0].declared_weights = {3, 1};
  const ExperimentPlan plan = compile_plan(entry, at(20));
  CHECK_FALSE(plan.phases[0].moved_at);
  CHECK(plan.phases[0].class_shares == std::vector<std::vector<double>>{{0.75, 0.25}});
  CHECK(plan.phases[0].classes == std::vector<std::string>{"declared"});
}

TEST_CASE("Plan: only the randomisation in force at the look is folded") {
  ExperimentEntry entry = experiment();
  next_phase(entry, 10, true, split(0, 5000, 10000));
  entry.phases[1] = phase(2, 2, 10, split(0, 5000, 10000));
  const ExperimentPlan plan = compile_plan(entry, at(20));
  CHECK(plan.randomisation == 2);
  CHECK(plan.effective_seed == "exp/2");
  CHECK(plan.phases.size() == 1);
  CHECK(plan.previous_phases.size() == 1);
  CHECK(compile_plan(entry, at(5)).randomisation == 1);
}

TEST_CASE("Plan: fingerprints are equal exactly where every unit folds alike") {
  ExperimentEntry entry = experiment();
  next_phase(entry, 10, true, split(0, 2000, 10000));
  const auto print = [](const ExperimentEntry& e, int hour) {
    return compile_plan(e, at(hour)).fingerprint;
  };
  CHECK(print(entry, 2) == print(entry, 9));
  CHECK(print(entry, 9) != print(entry, 11));
  ExperimentEntry changed = entry;
  changed.definition.owner = "somebody";
  CHECK(print(changed, 11) == print(entry, 11));
  changed.phases[1].allocation = split(0, 2001, 10000);
  CHECK(print(changed, 11) != print(entry, 11));
  changed = entry;
  changed.metrics.push_back(conversion("c", "buy", 24));
  CHECK(print(changed, 11) != print(entry, 11));
  changed = entry;
  changed.definition.segments = {"browser"};
  CHECK(print(changed, 11) != print(entry, 11));
}

TEST_CASE("Stratum: the label names phase, enrolment and previous variant") {
  CHECK(Stratum{2, "enrolled since phase 1", "control", {}}.label() ==
        "phase 2, enrolled since phase 1, before: control");
  CHECK(Stratum{1, "declared", std::nullopt, {}}.label() == "phase 1, declared");
}

}  // namespace
}  // namespace converge::test
