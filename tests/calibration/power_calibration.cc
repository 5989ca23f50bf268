#include <catch2/catch.hpp>
#include <vector>

#include "tests/calibration/binomial_limit.h"
#include "tests/calibration/guarded_methods.h"
#include "tests/calibration/scenario.h"
#include "tests/calibration/scheduled_methods.h"
#include "tests/calibration/simulate.h"

/// Power and mean sample against the peers' figures. "At least" fails where the count lies below
/// the exact binomial limit, "on average at most" where the mean lies 4.75 standard errors above
/// (1e-6).
namespace {

using namespace converge::calibration;

constexpr int kRuns = 1000;
constexpr double kStandardErrors = 4.75;

struct Target {
  double power;
  double units_per_arm;
};

void check_reaches(const Tally& tally, const Target& target) {
  INFO("power " << tally.percent(tally.up) << " %, " << tally.units_per_arm << " +- "
                << tally.units_per_arm_error << " units per arm");
  CHECK(tally.up >= fewest_successes(tally.runs, target.power));
  CHECK(tally.units_per_arm <= target.units_per_arm + kStandardErrors * tally.units_per_arm_error);
}

}  // namespace

TEST_CASE(
    "calibration: with an unknown horizon the guarded rule finds what the peers' best finds") {
  const Target targets[] = {{0.70, 13'856}, {0.60, 14'920}, {0.55, 15'644}};
  const std::vector<Scenario> scenarios = power_scenarios(kEqual);
  const Method method = guarded_rule(Side::kTwoSided);
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    INFO(scenarios[i].name);
    check_reaches(simulate(scenarios[i], kRuns, {&method, 1}).front(), targets[i]);
  }
}

TEST_CASE("calibration: with a known horizon daily looks cost at most two points of power") {
  const double units_per_arm[] = {12'900, 14'000, 14'300};
  const std::vector<Scenario> scenarios = power_scenarios(kEqual);
  const std::vector<Method> methods{
      normal_test_at_the_end(),
      alpha_spending({converge::stats::SpendingFamily::kKimDeMets, 3}, 100)};
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    INFO(scenarios[i].name);
    const std::vector<Tally> tallies = simulate(scenarios[i], kRuns, methods);
    const double fixed = static_cast<double>(tallies[0].up) / kRuns;
    check_reaches(tallies[1], {fixed - 0.02, units_per_arm[i]});
  }
}

TEST_CASE("calibration: where the guard refuses, the exact e-process still finds an effect") {
  // Effects that a fixed test finds in about 80 to 90 % of the runs; never the wrong direction.
  const Method method = guarded_rule(Side::kTwoSided);
  struct Refused {
    Split split;
    double factor;
  };
  for (const Refused& refused : {Refused{kNineteenToOne, 2.3}, Refused{kNinetyNineToOne, 5}}) {
    for (const Scenario& scenario : capped_power_scenarios(refused.split, refused.factor)) {
      const Tally tally = simulate(scenario, 200, {&method, 1}).front();
      INFO(scenario.name << ": " << tally.percent(tally.up) << " %, refused "
                         << tally.refused_share);
      CHECK(tally.refused_share > 0.8);
      CHECK(tally.up > 0.05 * tally.runs);
      CHECK(tally.down <= most_errors(tally.runs, kAlpha));
    }
  }
}
