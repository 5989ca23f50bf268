#include "engine/ledger/unit_fold.h"

#include <catch2/catch.hpp>

#include "engine/assign/hash.h"
#include "fixture.h"

namespace converge::test {
namespace {

const std::string kUnitA = unit_in("exp", 0, 2000);      // a, enrolled in every split used here
const std::string kUnitB = unit_in("exp", 8000, 10000);  // b

/// One 24-hour conversion and the sum of `amount`.
ExperimentEntry with_metrics() {
  ExperimentEntry entry = experiment();
  entry.metrics = {conversion("conversion", "buy", 24), sum("revenue", "amount", 24)};
  return entry;
}

UnitFold fold_a(const std::vector<std::string>& bodies) {
  return fold(with_metrics(), kUnitA, bodies, at(1000));
}

std::string buy(int hour, int us, const std::string& amount) {
  static int id = 0;
  return outcome(kUnitA, "o" + std::to_string(++id), at(hour, us),
                 R"("properties":{"amount":)" + amount + "}");
}

TEST_CASE("Window: the exposure's own microsecond is in, the window's end is out") {
  const std::string met = exposure(kUnitA, at(10), "a");
  CHECK(fold_a({met, buy(10, -1, "1")}).metrics[1].x == 0);
  CHECK(fold_a({met, buy(10, 0, "1")}).metrics[1].x == 1'000'000);
  CHECK(fold_a({met, buy(34, -1, "1")}).metrics[1].x == 1'000'000);
  CHECK(fold_a({met, buy(34, 0, "1")}).metrics[1].x == 0);
  CHECK(fold_a({met}).metrics[1].window_end == at(34));
}

TEST_CASE("Window: a metric without one counts everything from the exposure on") {
  ExperimentEntry entry = with_metrics();
  entry.metrics = {sum("revenue", "amount", 0)};
  const UnitFold result = fold(
      entry, kUnitA, {exposure(kUnitA, at(10), "a"), buy(9, 0, "1"), buy(900, 0, "2")}, at(1000));
  CHECK(result.metrics[0].x == 2'000'000);
  CHECK_FALSE(result.metrics[0].window_end);
}

TEST_CASE("Look: records at the look time are not in evidence, those a microsecond earlier are") {
  const std::vector<std::string> bodies = {exposure(kUnitA, at(10), "a"), buy(12, 0, "1")};
  CHECK(fold(with_metrics(), kUnitA, bodies, at(10)).standing == Standing::kNotExposed);
  CHECK(fold(with_metrics(), kUnitA, bodies, at(10, 1)).standing == Standing::kAnalysed);
  CHECK(fold(with_metrics(), kUnitA, bodies, at(12)).metrics[0].x == 0);
  CHECK(fold(with_metrics(), kUnitA, bodies, at(12, 1)).metrics[0].x == 1);
}

TEST_CASE("First exposure: the smallest ts, then the smallest canonical bytes") {
  const auto browser = [](int hour, const std::string& name) {
    return exposure(kUnitA, at(hour), "a", R"("attributes":{"browser":")" + name + "\"}");
  };
  ExperimentEntry entry = with_metrics();
  entry.definition.segments = {"browser"};
  const auto first = [&entry](const std::vector<std::string>& bodies) {
    return fold(entry, kUnitA, bodies, at(1000)).segments.at(0);
  };
  CHECK(first({browser(11, "A"), browser(10, "B")}) == "B");
  CHECK(first({browser(10, "B"), browser(10, "A")}) == "A");
  CHECK(first({browser(10, "A"), browser(10, "B")}) == "A");
}

TEST_CASE("Identity: a record sent twice counts once and is no conflict") {
  const std::string bought = outcome(kUnitA, "o", at(11), R"("properties":{"amount":5})");
  const UnitFold result = fold_a({exposure(kUnitA, at(10), "a"), bought, bought});
  CHECK(result.metrics[1].x == 5'000'000);
  CHECK(result.conflicts_outcome == 0);
}

TEST_CASE(
    "Identity: of several contents the smallest canonical bytes win, one conflict per identity") {
  const auto bought = [](const std::string& amount) {
    return outcome(kUnitA, "o", at(11), R"("properties":{"amount":)" + amount + "}");
  };
  const std::string met = exposure(kUnitA, at(10), "a");
  for (const auto& order : {std::vector<std::string>{"30", "7", "200"}, {"200", "30", "7"}}) {
    const UnitFold result = fold_a({met, bought(order[0]), bought(order[1]), bought(order[2])});
    CHECK(result.metrics[1].x == 200'000'000);  // "200" < "30" < "7" as bytes
    CHECK(result.conflicts_outcome == 1);
  }
}

TEST_CASE("Identity: exposures with an id can conflict, those without never do") {
  const auto with_id = [](int hour, const std::string& id) {
    return exposure(kUnitA, at(hour), "a", id.empty() ? "" : R"("id":")" + id + "\"");
  };
  const UnitFold conflict = fold_a({with_id(10, "x"), with_id(11, "x")});
  CHECK(conflict.conflicts_exposure == 1);
  CHECK(conflict.exposed_at == at(10));
  CHECK(fold_a({with_id(10, ""), with_id(11, "")}).conflicts_exposure == 0);
}

TEST_CASE("Identity: units named beside keep records apart") {
  const auto bought = [](const std::string& visitor) {
    return R"({"type":"outcome","id":"o","name":"buy","ts":")" + text(at(11)) +
           R"(","units":{"user_id":")" + kUnitA + R"(","visitor_id":")" + visitor +
           R"("},"properties":{"amount":1}})";
  };
  const UnitFold result = fold_a({exposure(kUnitA, at(10), "a"), bought("v1"), bought("v2")});
  CHECK(result.metrics[1].x == 2'000'000);
  CHECK(result.conflicts_outcome == 0);
}

TEST_CASE("Exposures: forced, override and QA ones are counted and never analysed") {
  for (const std::string source : {"forced", "override", "qa"}) {
    const UnitFold result =
        fold_a({exposure(kUnitA, at(10), "b", R"("source":")" + source + "\"")});
    CHECK(result.standing == Standing::kNotExposed);
    CHECK(result.forced == 1);
  }
  const UnitFold both =
      fold_a({exposure(kUnitA, at(9), "b", R"("source":"qa")"), exposure(kUnitA, at(10), "a")});
  CHECK(both.standing == Standing::kAnalysed);
  CHECK(both.exposed_at == at(10));
}

TEST_CASE(
    "Exposures: an unknown variant is counted and is neither first exposure nor crossover "
    "evidence") {
  const UnitFold result = fold_a({exposure(kUnitA, at(9), "zzz"), exposure(kUnitA, at(10), "a")});
  CHECK(result.unknown_variant == 1);
  CHECK(result.standing == Standing::kAnalysed);
  CHECK(result.exposed_at == at(10));
}

TEST_CASE(
    "Exposures: one in no phase is counted and is neither first exposure nor crossover evidence") {
  ExperimentEntry entry = with_metrics();
  entry.phases[0].end = at(50);
  const UnitFold result = fold(
      entry, kUnitA,
      {exposure(kUnitA, at(-1), "b"), exposure(kUnitA, at(10), "a"), exposure(kUnitA, at(50), "b")},
      at(1000));
  CHECK(result.outside_phases == 2);
  CHECK(result.standing == Standing::kAnalysed);
  CHECK(result.exposed_at == at(10));
}

TEST_CASE("Crossover: two variants while the allocation stood still") {
  const UnitFold result =
      fold_a({exposure(kUnitA, at(10), "a"), exposure(kUnitA, at(30), "b"), buy(11, 0, "3")});
  CHECK(result.standing == Standing::kCrossover);
  CHECK(result.variant == 0);
  CHECK(result.variant_by_hash == 0);
  CHECK(result.metrics[1].x == 3'000'000);
}

TEST_CASE("Crossover: only exposures before the look count") {
  const std::vector<std::string> bodies = {exposure(kUnitA, at(10), "a"),
                                           exposure(kUnitA, at(30), "b")};
  CHECK(fold(with_metrics(), kUnitA, bodies, at(30)).standing == Standing::kAnalysed);
  CHECK(fold(with_metrics(), kUnitA, bodies, at(31)).standing == Standing::kCrossover);
}

TEST_CASE("Crossover: a variant that changed because we moved the bucket is none") {
  ExperimentEntry entry = with_metrics();
  next_phase(entry, 20, true, split(0, 0, 10000));
  const auto standing = [&entry](const std::string& later) {
    return fold(entry, kUnitA, {exposure(kUnitA, at(10), "a"), exposure(kUnitA, at(30), later)},
                at(100))
        .standing;
  };
  CHECK(standing("b") == Standing::kAnalysed);
  CHECK(standing("a") == Standing::kAnalysed);
  // A second phase that left this bucket alone excuses nothing.
  entry.phases[1].allocation = split(0, 3000, 10000);
  CHECK(standing("b") == Standing::kCrossover);
}

TEST_CASE("Crossover: with external assignment any two variants are one") {
  ExperimentEntry entry = with_metrics();
  entry.definition.assignment = AssignmentSource::kExternal;
  next_phase(entry, 20, true, split(0, 0, 10000));
  const UnitFold result =
      fold(entry, kUnitA, {exposure(kUnitA, at(10), "a"), exposure(kUnitA, at(30), "b")}, at(100));
  CHECK(result.standing == Standing::kCrossover);
  CHECK_FALSE(result.mismatch);
}

TEST_CASE("Mismatch: the reported variant is the truth, the allocation is compared at that time") {
  const UnitFold result = fold_a({exposure(kUnitA, at(10), "b")});
  CHECK(result.mismatch);
  CHECK(result.standing == Standing::kAnalysed);
  CHECK(result.variant == 1);
  CHECK(result.variant_by_hash == 0);
  CHECK_FALSE(fold_a({exposure(kUnitA, at(10), "a")}).mismatch);

  ExperimentEntry entry = with_metrics();
  next_phase(entry, 20, true, split(0, 0, 10000));
  CHECK_FALSE(fold(entry, kUnitA, {exposure(kUnitA, at(20), "b")}, at(100)).mismatch);
  CHECK(fold(entry, kUnitA, {exposure(kUnitA, at(20, -1), "b")}, at(100)).mismatch);
}

TEST_CASE(
    "Mismatch: a unit of a bucket that is not enrolled is analysed as reported, in no class") {
  ExperimentEntry entry = with_metrics();
  entry.phases[0].allocation = split(0, 1000, 2000);
  const UnitFold result = fold(entry, kUnitB, {exposure(kUnitB, at(10), "b")}, at(100));
  CHECK(result.standing == Standing::kAnalysed);
  CHECK(result.enrolment_class == -1);
  CHECK(result.variant_by_hash == kNoVariant);
  CHECK(result.mismatch);
}

TEST_CASE("Moves: a unit counts only if its window closed before the move") {
  ExperimentEntry entry = with_metrics();
  next_phase(entry, 40, true, split(0, 4000, 10000));
  const auto censored = [&entry](Time exposed) {
    return fold(entry, kUnitA, {exposure(kUnitA, exposed, "a")}, at(100)).metrics[0].censored;
  };
  CHECK_FALSE(censored(at(16)));
  CHECK(censored(at(16, 1)));
  CHECK_FALSE(censored(at(40)));
  entry.phases[0].ended_by_move = false;
  CHECK_FALSE(censored(at(39)));
}

TEST_CASE("Moves: a later move cuts the windows of earlier phases too") {
  ExperimentEntry entry = with_metrics();
  next_phase(entry, 20, false, split(0, 5000, 10000));
  next_phase(entry, 30, true, split(0, 4000, 10000));
  CHECK(fold(entry, kUnitA, {exposure(kUnitA, at(10), "a")}, at(100)).metrics[0].censored);
  // Not yet, as seen from before the move.
  CHECK_FALSE(fold(entry, kUnitA, {exposure(kUnitA, at(10), "a")}, at(30)).metrics[0].censored);
}

TEST_CASE("Moves: a metric without window is censored by any move") {
  ExperimentEntry entry = with_metrics();
  entry.metrics = {sum("revenue", "amount", 0)};
  next_phase(entry, 400, true, split(0, 4000, 10000));
  CHECK(fold(entry, kUnitA, {exposure(kUnitA, at(10), "a")}, at(500)).metrics[0].censored);
  CHECK_FALSE(fold(entry, kUnitA, {exposure(kUnitA, at(410), "a")}, at(500)).metrics[0].censored);
}

TEST_CASE(
    "Randomisation: after a restart every unit starts anew, with its previous variant as a "
    "stratum") {
  ExperimentEntry entry = with_metrics();
  entry.phases[0].end = at(50);
  entry.phases.push_back(phase(2, 2, 50, split(0, 5000, 10000)));
  const UnitFold back = fold(entry, kUnitA,
                             {exposure(kUnitA, at(10), "b"), exposure(kUnitA, at(20), "a"),
                              buy(11, 0, "1"), exposure(kUnitA, at(60), "a"), buy(61, 0, "2")},
                             at(100));
  CHECK(back.standing == Standing::kAnalysed);
  CHECK(back.exposed_at == at(60));
  CHECK(back.previous_variant == "b");
  CHECK(back.metrics[1].x == 2'000'000);
  CHECK(back.outside_phases == 0);
  CHECK(fold(entry, kUnitA, {exposure(kUnitA, at(60), "a")}, at(100)).previous_variant == "none");
  CHECK_FALSE(fold(entry, kUnitA, {exposure(kUnitA, at(10), "a")}, at(40)).previous_variant);
}

TEST_CASE("Values: half to even at the metric's quantum, never through double") {
  const auto revenue = [](const std::string& amount) {
    return fold_a({exposure(kUnitA, at(10), "a"), buy(11, 0, amount)}).metrics[1].x;
  };
  CHECK(revenue("0.0000005") == 0);
  CHECK(revenue("0.0000015") == 2);
  CHECK(revenue("0.0000025") == 2);
  CHECK(revenue("-0.0000015") == -2);
  CHECK(revenue("0.00000050000000000000000001") == 1);
  CHECK(revenue("9007199254.740991") == 9007199254740991);
}

TEST_CASE(
    "Values: one event of 2^53 quanta puts unit and metric into overflow, other metrics stand") {
  const UnitFold result =
      fold_a({exposure(kUnitA, at(10), "a"), buy(11, 0, "9007199254.740992"), buy(12, 0, "1")});
  CHECK(result.metrics[1].overflow);
  CHECK_FALSE(result.metrics[0].overflow);
  CHECK(result.metrics[0].x == 1);
  CHECK(fold_a({exposure(kUnitA, at(10), "a"), buy(11, 0, "9007199254.7409915")})
            .metrics[1]
            .overflow);
}

TEST_CASE("Values: a total outside int64 is overflow, a sum that only passes through is none") {
  const auto total = [](int plus, int minus) {
    std::vector<std::string> bodies = {exposure(kUnitA, at(10), "a")};
    for (int i = 0; i < plus; ++i) bodies.push_back(buy(11, i, "9007199254.740991"));
    for (int i = 0; i < minus; ++i) bodies.push_back(buy(12, i, "-9007199254.740991"));
    return fold_a(bodies).metrics[1];
  };
  CHECK_FALSE(total(1024, 0).overflow);
  CHECK(total(1025, 0).overflow);
  CHECK(total(0, 1025).overflow);
  CHECK_FALSE(total(1100, 1090).overflow);
  CHECK(total(1100, 1090).x == 10 * 9007199254740991);
}

TEST_CASE(
    "Values: an outcome without the property is no_value, still an outcome, texts are never "
    "numbers") {
  const std::string met = exposure(kUnitA, at(10), "a");
  for (const std::string amount : {"null", "\"12\"", "true", "[1]"}) {
    INFO(amount);
    const UnitFold result = fold_a({met, buy(11, 0, amount)});
    CHECK(result.metrics[0].x == 1);
    CHECK(result.metrics[1].x == 0);
    CHECK(result.metrics[1].no_value == 1);
    CHECK(result.metrics[0].no_value == 0);
  }
  CHECK(fold_a({met, outcome(kUnitA, "bare", at(11), R"("value":5)")}).metrics[1].no_value == 1);
}

TEST_CASE("Values: without a property the top-level value is summed") {
  ExperimentEntry entry = with_metrics();
  entry.metrics = {sum("revenue", "", 24)};
  entry.metrics[0].numerator.scale_exponent = -2;
  const UnitFold result = fold(
      entry, kUnitA,
      {exposure(kUnitA, at(10), "a"), outcome(kUnitA, "o", at(11), R"("value":12.345)")}, at(100));
  CHECK(result.metrics[0].x == 1234);
}

TEST_CASE("Ratio: parts have their own event, scale and filter; one lacking part is one no_value") {
  ExperimentEntry entry = with_metrics();
  MetricDefinition ratio = sum("aov", "amount", 24);
  ratio.type = MetricType::kRatio;
  ratio.numerator.scale_exponent = -2;
  ratio.denominator = sum("items", "items", 24).numerator;
  ratio.denominator->scale_exponent = 0;
  entry.metrics = {ratio};
  const auto bought = [](const std::string& id, const std::string& properties) {
    return outcome(kUnitA, id, at(11), R"("properties":{)" + properties + "}");
  };
  const UnitFold result =
      fold(entry, kUnitA,
           {exposure(kUnitA, at(10), "a"), bought("1", R"("amount":1.5,"items":2)"),
            bought("2", R"("amount":1)"), bought("3", "")},
           at(100));
  CHECK(result.metrics[0].x == 250);
  CHECK(result.metrics[0].y == 2);
  CHECK(result.metrics[0].no_value == 2);
  const UnitFold huge =
      fold(entry, kUnitA,
           {exposure(kUnitA, at(10), "a"), bought("1", R"("amount":1,"items":9007199254740992)")},
           at(100));
  CHECK(huge.metrics[0].overflow);
}

TEST_CASE("Filters: same JSON type, numbers by exact value, texts by bytes, all must hold") {
  const auto passes = [](const PropertyFilter& filter, const std::string& properties) {
    ExperimentEntry entry = with_metrics();
    entry.metrics[0].numerator.where = {filter};
    return fold(entry, kUnitA,
                {exposure(kUnitA, at(10), "a"),
                 outcome(kUnitA, "o", at(11), R"("properties":{)" + properties + "}")},
                at(100))
               .metrics[0]
               .x == 1;
  };
  const PropertyFilter one{"level", Value::number("1", 1)};
  CHECK(passes(one, R"("level":1)"));
  CHECK(passes(one, R"("level":1.0)"));
  CHECK(passes(one, R"("level":10e-1)"));
  CHECK_FALSE(passes(one, R"("level":1.00000000000000000000000001)"));
  CHECK_FALSE(passes(one, R"("level":"1")"));
  CHECK_FALSE(passes(one, R"("level":true)"));
  CHECK_FALSE(passes(one, R"("deep":{"level":1})"));
  const PropertyFilter chairs{"category", Value::string("chairs")};
  CHECK(passes(chairs, R"("category":"chairs")"));
  CHECK_FALSE(passes(chairs, R"("category":"Chairs")"));
  CHECK_FALSE(passes(chairs, ""));
  CHECK_FALSE(passes({"gone", Value()}, R"("gone":null)"));
}

TEST_CASE(
    "Segments: texts as they are, numbers and booleans as JSON text, everything else (missing)") {
  ExperimentEntry entry = with_metrics();
  entry.definition.segments = {"browser"};
  const auto segment = [&entry](const std::string& attributes) {
    return fold(entry, kUnitA, {exposure(kUnitA, at(10), "a", attributes)}, at(100)).segments[0];
  };
  CHECK(segment(R"("attributes":{"browser":"Chrome"})") == "Chrome");
  CHECK(segment(R"("attributes":{"browser":1.50})") == "1.50");
  CHECK(segment(R"("attributes":{"browser":true})") == "true");
  CHECK(segment(R"("attributes":{"browser":null})") == "(missing)");
  CHECK(segment(R"("attributes":{"browser":["x"]})") == "(missing)");
  CHECK(segment(R"("attributes":{})") == "(missing)");
  CHECK(segment("") == "(missing)");
}

TEST_CASE("Fold: records of another unit that shares the chain are not read") {
  const UnitFold result = fold_a({exposure(kUnitA, at(10), "a"), exposure(kUnitB, at(9), "b"),
                                  outcome(kUnitB, "o", at(11), R"("properties":{"amount":5})")});
  CHECK(result.variant == 0);
  CHECK(result.metrics[1].x == 0);
}

TEST_CASE("Fold: exposures of other experiments are nothing to this one") {
  const std::string other = R"({"type":"exposure","experiment":"other","unit":")" + kUnitA +
                            R"(","ts":")" + text(at(5)) + R"(","variant":"b"})";
  CHECK(fold_a({other}) == UnitFold{});
  CHECK(fold_a({other, exposure(kUnitA, at(10), "a")}).exposed_at == at(10));
}

TEST_CASE("Fold: an exposure that is not in evidence yet makes no conflict of the unit ours") {
  const auto bought = [](const std::string& amount) {
    return outcome(kUnitA, "o", at(5), R"("properties":{"amount":)" + amount + "}");
  };
  const std::vector<std::string> bodies = {bought("1"), bought("2"), exposure(kUnitA, at(50), "a")};
  CHECK(fold(with_metrics(), kUnitA, bodies, at(50)) == UnitFold{});
  CHECK(fold(with_metrics(), kUnitA, bodies, at(51)).conflicts_outcome == 1);
}

TEST_CASE("Unit fold: a sticky member keeps its variant when its bucket is given to another") {
  ExperimentEntry entry = experiment();
  entry.definition.sticky = true;
  next_phase(entry, 10, false, split(0, 2000, 10000));
  const std::string unit = unit_in("exp", 2000, 5000);
  const UnitFold kept = fold(entry, unit, {exposure(unit, at(12), "a")}, at(20));
  CHECK(kept.standing == Standing::kAnalysed);
  CHECK_FALSE(kept.mismatch);
  // Whether it has a or b depends on when it first came: compared with nobody.
  CHECK(kept.enrolment_class == kKeptOf);
  const UnitFold late = fold(entry, unit, {exposure(unit, at(12), "b")}, at(20));
  CHECK_FALSE(late.mismatch);
  CHECK(late.enrolment_class == kKeptOf - 1);
  const UnitFold both =
      fold(entry, unit, {exposure(unit, at(5), "a"), exposure(unit, at(12), "b")}, at(20));
  CHECK(both.standing == Standing::kCrossover);
}

TEST_CASE(
    "Unit fold: without stickiness the same unit was moved by us, and keeping is a mismatch") {
  ExperimentEntry entry = experiment();
  next_phase(entry, 10, true, split(0, 2000, 10000));
  const std::string unit = unit_in("exp", 2000, 5000);
  CHECK(fold(entry, unit, {exposure(unit, at(12), "a")}, at(20)).mismatch);
  const UnitFold both =
      fold(entry, unit, {exposure(unit, at(5), "a"), exposure(unit, at(12), "b")}, at(20));
  CHECK(both.standing == Standing::kAnalysed);
}

TEST_CASE("Unit fold: a unit outside the segments of its layer is a mismatch when it is exposed") {
  ExperimentEntry entry = experiment();
  entry.phases[0].filters = {{"layer", {{0, 5000}}}};
  const std::string inside = unit_in("layer", 0, 5000);
  const std::string outside = unit_in("layer", 5000, 10000);
  const std::string has = bucket_of("exp", inside) < 5000 ? "a" : "b";
  CHECK_FALSE(fold(entry, inside, {exposure(inside, at(1), has)}, at(20)).mismatch);
  const UnitFold stray = fold(entry, outside, {exposure(outside, at(1), "a")}, at(20));
  CHECK(stray.mismatch);
  CHECK(stray.enrolment_class == kNotEnrolled);
}

}  // namespace
}  // namespace converge::test
