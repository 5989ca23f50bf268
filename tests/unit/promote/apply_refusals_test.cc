#include <catch2/catch.hpp>

#include "engine/assign/hash.h"
#include "tests/unit/promote/catalog_fixture.h"

namespace converge {
namespace {

std::string refusal(const Catalog& present, const Definitions& definitions,
                    Errc expected = Errc::kConflict) {
  const auto plan = plan_definitions(present, definitions, day(9));
  REQUIRE(!plan);
  CHECK(plan.error().code == expected);
  return plan.error().message;
}

bool names(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("Refused: what reshuffles without `phase: next`") {
  ExperimentDefinition edited = checkout();
  std::string path;
  SECTION("seed") {
    edited.seed = "other";
    path = "seed";
  }
  SECTION("unit") {
    edited.unit = UnitKind("visitor_id");
    path = "unit";
  }
  SECTION("a new variant in between") {
    edited.variants.insert(edited.variants.begin() + 1,
                           {VariantKey("third"), 0, Value::integer(2)});
    path = "variants";
  }
  SECTION("a variant less") {
    edited.variants.pop_back();
    path = "variants";
  }
  SECTION("layer") {
    edited.layer = LayerKey("page");
    path = "layer";
  }
  SECTION("what a variant is") {
    edited.variants[1].value = Value::integer(2);
    path = "variants";
  }
  const std::string message = refusal(running(checkout()), only(edited));
  CHECK(names(message, "checkout: " + path));
  CHECK(names(message, "phase: next"));
}

TEST_CASE("Refused: the rule of a running experiment") {
  ExperimentDefinition edited = checkout();
  std::string path;
  SECTION("decision") {
    edited.decision->max_days = 50;
    path = "decision";
  }
  SECTION("alpha") {
    edited.analysis.alpha = 0.1;
    path = "analysis";
  }
  SECTION("margin") {
    edited.metrics[1].margin->value = 0.2;
    path = "metrics[support]";
  }
  SECTION("a guardrail taken away") {
    edited.metrics.pop_back();
    path = "metrics[support]";
  }
  SECTION("lateness") {
    edited.lateness = kDay;
    path = "lateness";
  }
  SECTION("flag") {
    edited.flag = FlagKey("other");
    path = "flag";
  }
  SECTION("assignment") {
    edited.assignment = AssignmentSource::kExternal;
    path = "assignment";
  }
  const std::string message = refusal(running(checkout()), only(edited));
  CHECK(names(message, path));
  CHECK(names(message, "before the start"));
}

TEST_CASE("Refused: a changed definition of a metric that a running rule reads") {
  Definitions edited = only(checkout());
  edited.metrics[MetricKey("conversion")].window = 3 * kDay;
  CHECK(names(refusal(running(checkout()), edited), "metrics.conversion"));
  const Catalog ramping = enacted(running(checkout()), DecisionKind::kPromote, day(5));
  CHECK(names(refusal(ramping, edited), "ramping"));

  SECTION("a quality metric begins a new series instead") {
    ExperimentDefinition relaxed = checkout();
    relaxed.metrics[0].role = MetricRole::kQuality;
    edited.experiments = {relaxed};
    CHECK(entry_of(applied(running(relaxed), edited, day(9))).metrics[0].window == 3 * kDay);
  }
  SECTION("what a finished rule read stays as it was") {
    const Catalog stopped = acted(running(checkout()), ActionKind::kKill, day(5));
    CHECK(entry_of(applied(stopped, edited, day(9))).metrics[0].window == 7 * kDay);
  }
}

TEST_CASE("Refused: edits of the allocation in states that own it, naming the state") {
  const Catalog start = running(checkout());
  const Catalog ramping = enacted(start, DecisionKind::kPromote, day(1));
  const Catalog full =
      enacted(enacted(ramping, DecisionKind::kNextStep, day(2)), DecisionKind::kNextStep, day(3));
  const std::vector<std::pair<Catalog, std::string>> cases = {
      {ramping, "ramping"},
      {full, "watching"},
      {enacted(full, DecisionKind::kFinish, day(4)), "promoted"},
      {enacted(start, DecisionKind::kRollBack, day(4)), "rolled_back"},
      {acted(start, ActionKind::kKill, day(4)), "stopped"},
      {acted(start, ActionKind::kConclude, day(4)), "concluded"}};
  for (const auto& [catalog, state] : cases) {
    CAPTURE(state);
    REQUIRE(name_of(entry_of(catalog).state) == state);
    ExperimentDefinition edited = checkout();
    edited.traffic = 9'000;
    CHECK(names(refusal(catalog, only(edited)), "is " + state));
    edited = checkout();
    edited.condition = Value::object({{"country", Value::string("DE")}});
    CHECK(names(refusal(catalog, only(edited)), "is " + state));
  }
}

TEST_CASE("Refused: stopping or restarting what a promotion owns by file") {
  ExperimentDefinition stopped = checkout();
  stopped.status = DeclaredStatus::kStopped;
  const Catalog ramping = enacted(running(checkout()), DecisionKind::kPromote, day(1));
  CHECK(names(refusal(ramping, only(stopped)), "rollback"));
  const Catalog concluded = acted(running(stopped), ActionKind::kConclude, day(1));
  CHECK(names(refusal(concluded, only(checkout())), "new key"));
}

TEST_CASE("Refused: a running experiment that becomes a draft or disappears") {
  ExperimentDefinition draft = checkout();
  draft.status = DeclaredStatus::kDraft;
  CHECK(names(refusal(running(checkout()), only(draft)), "status"));
  Definitions none = only(checkout());
  none.experiments.clear();
  CHECK(names(refusal(running(checkout()), none), "missing from the files"));
}

TEST_CASE("Refused: two experiments that split the units of one flag, until the first has ended") {
  ExperimentDefinition other = checkout();
  other.key = ExperimentKey("other");
  other.seed = "other";
  Definitions both = only(checkout());
  both.experiments.push_back(other);
  CHECK(names(refusal(running(checkout()), both), "split by the running experiment 'checkout'"));

  const auto ended = act(running(checkout()), action(ActionKind::kKill), day(3));
  REQUIRE(ended.has_value());
  CHECK(plan_definitions(ended->next, both, day(4)).has_value());
}

TEST_CASE("Refused: two live seeds with one hash state") {
  // Different texts of one 32-bit state, found by search.
  std::string twin;
  ExperimentDefinition other = checkout();
  other.key = ExperimentKey("other");
  other.flag = FlagKey("other");
  SECTION("the same text") {
    other.seed = "checkout";
  }
  SECTION("another text") {
    other.seed = "costarring";
    ExperimentDefinition first = checkout();
    first.seed = "liquid";
    REQUIRE(fnv1a32("costarring") == fnv1a32("liquid"));
    Definitions both = only(first);
    both.experiments.push_back(other);
    CHECK(names(refusal(running(first), both), "same bucket"));
    return;
  }
  Definitions both = only(checkout());
  both.experiments.push_back(other);
  CHECK(names(refusal(running(checkout()), both), "same bucket"));
  SECTION("a draft is no live one") {
    both.experiments[1].status = DeclaredStatus::kDraft;
    Catalog catalog = applied(running(checkout()), both, day(9));
    Action start = action(ActionKind::kStart);
    start.experiment = ExperimentKey("other");
    CHECK(!act(catalog, start, day(10)));
  }
}

TEST_CASE("Refused: settings under a live experiment") {
  Definitions edited = only(checkout());
  SECTION("time zone") {
    edited.timezone = "Europe/Berlin";
    CHECK(names(refusal(running(checkout()), edited), "timezone"));
  }
  SECTION("hashed attribute") {
    edited.units = {{UnitKind("user_id"), "uid"}};
    CHECK(names(refusal(running(checkout()), edited), "units.user_id"));
  }
  SECTION("default unit kind") {
    edited.units = {{UnitKind("visitor_id"), "id"}, {UnitKind("user_id"), "id"}};
    CHECK(names(refusal(running(checkout()), edited), "bare unit"));
  }
}

TEST_CASE("Refused: reserved keys and metrics that do not exist") {
  ExperimentDefinition reserved = checkout();
  reserved.key = ExperimentKey("checkout--holdback");
  CHECK(names(refusal(Catalog{}, only(reserved), Errc::kInvalidArgument), "reserved"));
  Definitions without = only(checkout());
  without.metrics.clear();
  CHECK(names(refusal(Catalog{}, without, Errc::kInvalidArgument), "conversion"));
}

TEST_CASE("Refused: all findings in one answer, and nothing is applied") {
  Definitions edited = only(checkout());
  edited.experiments[0].seed = "other";
  edited.experiments[0].analysis.alpha = 0.1;
  edited.metrics[MetricKey("support")].window = kDay;
  edited.timezone = "Europe/Berlin";
  const std::string message = refusal(running(checkout()), edited);
  for (const char* part : {"seed", "analysis", "metrics.support", "timezone"}) {
    CAPTURE(part);
    CHECK(names(message, part));
  }
}

}  // namespace
}  // namespace converge
