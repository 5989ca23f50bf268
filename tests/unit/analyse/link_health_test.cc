#include <catch2/catch.hpp>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

namespace {

Fixture healthy() {
  Fixture fixture;
  fixture.moments.units = {{5000, 5000}};
  fixture.moments.linked_units = {{0, 0}};
  fixture.moments.linked_crossover_units = {{0, 0}};
  fixture.add(conversion("conversion"), MetricRole::kSuccess,
              {{bernoulli(200, 2000), bernoulli(200, 2000)}});
  return fixture;
}

void check_only(const Fixture& fixture, WarningReason reason, const std::string& detail) {
  const HealthFigures health = fixture.look().health;
  CHECK(health.blocks.empty());
  REQUIRE(health.warnings.size() == 1);
  CHECK(health.warnings[0].reason == reason);
  INFO(health.warnings[0].detail);
  CHECK(health.warnings[0].detail.find(detail) != std::string::npos);
}

}  // namespace

TEST_CASE("analyse: without a linked unit nothing is said about links") {
  const HealthFigures health = healthy().look().health;
  CHECK(health.links.empty());
  CHECK(health.warnings.empty());
}

TEST_CASE("analyse: a link rate that differs between arms is a warning and blocks nothing") {
  Fixture fixture = healthy();
  fixture.moments.linked_units = {{316, 400}};
  CHECK(fixture.look().health.warnings.empty());
  const HealthFigures health = fixture.look().health;
  REQUIRE(health.links.size() == 1);
  // Pearson's 2 x 2 by hand: 10000 (316 * 4600 - 400 * 4684)^2 / (716 * 9284 * 5000 * 5000).
  CHECK(number(health.links[0].p_rate_one_look) == Approx(0.001121881598090588).epsilon(1e-9));
  CHECK(health.links[0].linked.counts == std::vector<std::int64_t>{316, 400});
  CHECK(health.links[0].unlinked.counts == std::vector<std::int64_t>{4684, 4600});
  fixture.moments.linked_units = {{310, 400}};
  check_only(fixture, WarningReason::kLinkRate, "6.20 % : 8.00 % of the units are linked");
}

TEST_CASE("analyse: linked and unlinked units have sample ratios of their own") {
  Fixture fixture = healthy();
  fixture.moments.linked_units = {{1000, 1000}};
  HealthFigures health = fixture.look().health;
  REQUIRE(health.links.size() == 1);
  CHECK(health.links[0].linked.log_e < 0);
  CHECK(health.links[0].unlinked.log_e < 0);
  CHECK(number(health.links[0].linked.p_chi_square_one_look) == 1);
  const auto warned = [&fixture](std::int64_t control, std::int64_t treated) {
    fixture.moments.linked_units = {{control, treated}};
    const HealthFigures shown = fixture.look().health;
    CHECK(shown.blocks.empty());
    std::vector<WarningReason> reasons;
    for (const Warning& warning : shown.warnings) reasons.push_back(warning.reason);
    return reasons;
  };
  CHECK(warned(780, 1220) ==
        std::vector<WarningReason>{WarningReason::kLinkRate, WarningReason::kLinkedSampleRatio});
  CHECK(warned(700, 1300) == std::vector<WarningReason>{WarningReason::kLinkRate,
                                                        WarningReason::kLinkedSampleRatio,
                                                        WarningReason::kUnlinkedSampleRatio});
  fixture.moments.units = {{9000, 1000}};
  fixture.moments.strata[0].expected_shares = {0.9, 0.1};
  fixture.moments.linked_units = {{900, 100}};
  CHECK(fixture.look().health.warnings.empty());
}

TEST_CASE("analyse: linked crossovers stay in the sample ratio, or 9 : 1 would look like 81 : 1") {
  Fixture fixture = healthy();
  fixture.moments.strata[0].expected_shares = {0.9, 0.1};
  // 90000 : 10000 and 500 pairs: 405 of one variant, 90 crossed, 5 of the other.
  fixture.moments.units = {{90'000 + 810, 10'000 + 10}};
  fixture.moments.linked_crossover_units = {{90, 90}};
  fixture.moments.linked_crossovers = 180;
  fixture.moments.linked_units = {{900, 100}};
  const HealthFigures health = fixture.look().health;
  CHECK(health.blocks.empty());
  CHECK(health.warnings.empty());
  CHECK(health.units == 100'820);
  CHECK(health.srm[0].counts == std::vector<std::int64_t>{90'900, 10'100});
  CHECK(number(health.srm[0].p_chi_square_one_look) == 1);
}

TEST_CASE("analyse: linked crossovers block above 1 % of all exposed units, by their own name") {
  Fixture fixture = healthy();
  fixture.moments.units = {{4950, 4950}};
  fixture.moments.linked_crossover_units = {{50, 50}};
  fixture.moments.linked_units = {{50, 50}};
  fixture.moments.linked_crossovers = 100;
  CHECK(fixture.look().health.blocks.empty());
  fixture.moments.linked_crossovers = 101;
  const std::vector<Block> blocks = fixture.look().health.blocks;
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].reason == BlockReason::kLinkedCrossovers);
  CHECK(blocks[0].detail ==
        "101 of 10001 units are linked to a unit that met another variant (1.01 %), limit 1.00 %");
}

TEST_CASE("analyse: oversized components are a warning with the number of units") {
  Fixture fixture = healthy();
  fixture.moments.oversized_units = 3;
  check_only(fixture, WarningReason::kOversizedComponents, "3 exposed units");
  CHECK(fixture.look().health.oversized_units == 3);
}

TEST_CASE("analyse: records taken back arrive in the evidence") {
  Fixture fixture = healthy();
  fixture.moments.retracted_records = 4;
  fixture.moments.erased_records = 5;
  const HealthFigures health = fixture.look().health;
  CHECK(health.retracted_records == 4);
  CHECK(health.erased_records == 5);
}
