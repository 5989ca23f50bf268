#include <algorithm>
#include <catch2/catch.hpp>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

namespace {

Fixture healthy() {
  Fixture fixture;
  fixture.moments.units = {{5000, 5050}};
  fixture.moments.mismatches = {0};
  fixture.moments.phase_units = {10'050};
  fixture.add(conversion("conversion"), MetricRole::kSuccess,
              {{bernoulli(200, 2000), bernoulli(200, 2000)}});
  return fixture;
}

std::vector<Block> blocks(const Fixture& fixture) {
  return fixture.look().health.blocks;
}

void check_only(const Fixture& fixture, BlockReason reason, const std::string& detail) {
  const std::vector<Block> found = blocks(fixture);
  REQUIRE(found.size() == 1);
  CHECK(found[0].reason == reason);
  INFO(found[0].detail);
  CHECK(found[0].detail.find(detail) != std::string::npos);
}

}  // namespace

TEST_CASE("analyse: healthy data have no block") {
  CHECK(blocks(healthy()).empty());
}

TEST_CASE("analyse: a sample ratio mismatch blocks with counts, shares and e-value") {
  Fixture fixture = healthy();
  fixture.moments.units = {{5000, 5600}};
  check_only(fixture, BlockReason::kSampleRatioMismatch,
             "5000 : 5600 units, expected shares 50.00 %");
  const HealthFigures health = fixture.look().health;
  REQUIRE(health.srm.size() == 1);
  CHECK(health.srm_log_e > 6.9);
  CHECK(number(health.srm[0].p_chi_square_one_look) < 1e-6);
  CHECK(health.units == 10'600);
}

TEST_CASE("analyse: SRM is tested within strata: their sum may be lopsided") {
  Fixture fixture = healthy();
  fixture.moments.strata[0].expected_shares = {0.9, 0.1};
  fixture.moments.units = {{9000, 1000}};
  fixture.stratum(2, {0.5, 0.5});
  fixture.moments.units[1] = {5000, 5000};
  fixture.moments.metrics[0].matured.push_back({cell({}), cell({})});
  fixture.moments.metrics[0].exposed.push_back({cell({}), cell({})});
  CHECK(blocks(fixture).empty());
  SECTION("and a clean old stratum does not hide a broken new one") {
    fixture.moments.units[0] = {9'000'000, 1'000'000};
    fixture.moments.units[1] = {5000, 5560};
    const HealthFigures health = fixture.look().health;
    REQUIRE(health.srm[1].log_e > 6.91);
    REQUIRE(health.srm_log_e < 6.90);
    REQUIRE(health.srm[0].log_e + health.srm[1].log_e == health.srm_log_e);
    REQUIRE(health.srm_log_e < health.srm[1].log_e);
    check_only(fixture, BlockReason::kSampleRatioMismatch, "5000 : 5560");
  }
}

TEST_CASE("analyse: units in a variant without buckets block beyond the limit of mismatches") {
  Fixture fixture = healthy();
  fixture.moments.strata[0].expected_shares = {1, 0};
  fixture.moments.units = {{10'000, 90}};
  CHECK(blocks(fixture).empty());
  CHECK(reason(fixture.look().health.srm[0].p_chi_square_one_look) == Undefined::kNotForThisMetric);
  fixture.moments.units = {{10'000, 200}};
  check_only(fixture, BlockReason::kSampleRatioMismatch, "variant without buckets");
}

TEST_CASE("analyse: crossovers block above 1 % of all units, themselves included") {
  Fixture fixture = healthy();
  fixture.moments.units = {{4950, 4950}};
  fixture.moments.crossovers = 100;
  CHECK(blocks(fixture).empty());
  fixture.moments.crossovers = 101;
  check_only(fixture, BlockReason::kCrossovers,
             "101 of 10001 units met two variants (1.01 %), limit 1.00 %");
}

TEST_CASE("analyse: mismatches block by phase, not on average") {
  Fixture fixture = healthy();
  fixture.moments.mismatches = {0, 3};
  fixture.moments.phase_units = {10'000, 200};
  PlanPhase first, second;
  second.number = 2;
  fixture.moments.plan.phases = {first, second};
  check_only(fixture, BlockReason::kAssignmentMismatches, "phase 2: 3 of 200 units");
  CHECK(fixture.look().health.mismatches == 3);
}

TEST_CASE("analyse: overflow blocks above 0.1 % of any arm") {
  Fixture fixture = healthy();
  fixture.moments.metrics[0].matured[0][1].overflow = 2;
  CHECK(blocks(fixture).empty());
  fixture.moments.metrics[0].matured[0][1].overflow = 3;
  check_only(fixture, BlockReason::kOverflow, "of new: 3 of 2003 units");
}

TEST_CASE("analyse: no event at all, no unit and silence are three different blocks") {
  Fixture fixture = healthy();
  SECTION("no event") {
    fixture.moments.last_received_at.reset();
    check_only(fixture, BlockReason::kNoData, "no event was ever accepted");
  }
  SECTION("no unit") {
    fixture.moments.units = {{0, 0}};
    check_only(fixture, BlockReason::kNoData, "no unit was exposed yet");
    CHECK(reason(fixture.look().health.srm[0].p_chi_square_one_look) == Undefined::kNoUnits);
  }
  SECTION("silence") {
    fixture.moments.last_received_at = look_at() - std::chrono::hours(25);
    fixture.moments.metrics[0].watermark = look_at() - std::chrono::hours(25);
    check_only(fixture, BlockReason::kStaleData, "more than 1d before the look");
  }
  SECTION("silence after data that were declared complete") {
    fixture.moments.last_received_at = look_at() - std::chrono::hours(25);
    CHECK(blocks(fixture).empty());
  }
}

TEST_CASE("analyse: counters of the ledger arrive in the evidence") {
  Fixture fixture = healthy();
  fixture.moments.conflicts_exposure = 1;
  fixture.moments.conflicts_outcome = 2;
  fixture.moments.outside_phases = 3;
  fixture.moments.unknown_variant = 4;
  fixture.moments.wrong_unit_kind = 5;
  fixture.moments.forced = 6;
  fixture.moments.metrics[0].matured[0][0].censored = 8;
  const HealthFigures health = fixture.look().health;
  CHECK(health.conflicts_exposure == 1);
  CHECK(health.conflicts_outcome == 2);
  CHECK(health.outside_phases == 3);
  CHECK(health.unknown_variant == 4);
  CHECK(health.wrong_unit_kind == 5);
  CHECK(health.forced == 6);
  CHECK(health.censored == 8);
}

TEST_CASE("analyse: crossovers left in are shown both ways") {
  Fixture fixture = healthy();
  CHECK(fixture.look().crossover_sensitivity.empty());
  fixture.moments.crossovers = 20;
  fixture.moments.metrics[0].crossovers_by_hash = {{bernoulli(0, 10), bernoulli(10, 10)}};
  fixture.moments.metrics[0].crossovers_by_first_shown = {{bernoulli(10, 10), bernoulli(0, 10)}};
  const Evidence evidence = fixture.look();
  REQUIRE(evidence.crossover_sensitivity.size() == 1);
  const CrossoverSensitivity& shown = evidence.crossover_sensitivity[0];
  CHECK(shown.excluded == compared(evidence, "conversion").absolute);
  CHECK(number(shown.by_hash.value) == Approx(10.0 / 2010));
  CHECK(number(shown.by_first_shown.value) == Approx(-10.0 / 2010));
}
