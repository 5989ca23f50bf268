#include <catch2/catch.hpp>
#include <vector>

#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/binomial_limit.h"
#include "tests/calibration/cuped_scenario.h"
#include "tests/calibration/guarded_methods.h"
#include "tests/calibration/maturing.h"
#include "tests/calibration/ramp.h"
#include "tests/calibration/ratio.h"
#include "tests/calibration/scenario.h"
#include "tests/calibration/simulate.h"

/// A/A experiments read at every look. A claim "errs with probability at most alpha" fails where
/// the count lies beyond the exact binomial limit; the negative controls must lie beyond it.
namespace {

using namespace converge::calibration;

constexpr int kRuns = 400;

std::vector<Method> guarded_methods() {
  std::vector<Method> methods;
  for (const Mixture mixture : {Mixture::kNormal, Mixture::kPlannedEffect}) {
    for (const Side side : {Side::kTwoSided, Side::kUp, Side::kDown}) {
      methods.push_back(asymptotic_sequence(mixture, side, Guard::kOn));
    }
    methods.push_back(relative_sequence(mixture, Guard::kOn));
  }
  for (const Side side : {Side::kTwoSided, Side::kUp, Side::kDown}) {
    methods.push_back(guarded_rule(side));
  }
  methods.push_back(guarded_mixture_sprt());
  return methods;
}

std::vector<Method> exact_methods() {
  std::vector<Method> methods;
  for (const Side side : {Side::kTwoSided, Side::kUp, Side::kDown}) {
    methods.push_back(guarded_rule(side));
    methods.push_back(exact_e_process(side));
  }
  return methods;
}

void check_within_alpha(const Scenario& scenario, const std::vector<Method>& methods) {
  const std::vector<Tally> tallies = simulate(scenario, kRuns, methods);
  for (std::size_t i = 0; i < methods.size(); ++i) {
    INFO(scenario.name << ": " << methods[i].name << ": " << tallies[i].either);
    CHECK(tallies[i].either <= most_errors(kRuns, kAlpha));
    CHECK(tallies[i].misses_truth <= most_errors(kRuns, kAlpha));
  }
}

void check_beyond_alpha(const Scenario& scenario, const Method& method) {
  const Tally tally = simulate(scenario, kRuns, {&method, 1}).front();
  INFO(scenario.name << ": " << method.name << ": " << tally.either);
  CHECK(tally.either > most_errors(kRuns, kAlpha));
}

}  // namespace

TEST_CASE("calibration: the mixture SPRT at equal splits stays within alpha") {
  const std::vector<Scenario> scenarios = peeking_scenarios(kEqual);
  const std::vector<Method> methods = mixture_sprt_of_peeking_scenarios();
  REQUIRE(methods.size() == scenarios.size());
  for (std::size_t i = 0; i < scenarios.size(); ++i) check_within_alpha(scenarios[i], {methods[i]});
}

TEST_CASE("calibration: the limits are the exact binomial ones") {
  // scipy 1.10: binom.isf(1e-6, n, p), and n - binom.isf(1e-6, n, 1 - p).
  CHECK(most_errors(400, 0.05) == 44);
  CHECK(most_errors(2000, 0.05) == 149);
  CHECK(fewest_successes(2000, 0.70) == 1301);
}

TEST_CASE("calibration: peeking at the six A/A scenarios stays within alpha at 50/50") {
  for (const Scenario& scenario : peeking_scenarios(kEqual)) {
    check_within_alpha(scenario, guarded_methods());
  }
}

TEST_CASE("calibration: peeking at the six A/A scenarios stays within alpha at 95/5 and 99/1") {
  for (const Split& split : {kNineteenToOne, kNinetyNineToOne}) {
    for (const Scenario& scenario : peeking_scenarios(split)) {
      check_within_alpha(scenario, guarded_methods());
    }
  }
}

TEST_CASE("calibration: with capped values the exact e-process errs no more than alpha") {
  for (const Split& split : {kEqual, kNineteenToOne, kNinetyNineToOne}) {
    for (const Scenario& scenario : capped_peeking_scenarios(split)) {
      check_within_alpha(scenario, exact_methods());
    }
    check_within_alpha(plain(bernoulli(0.005), kEarlyRare, split, 0), exact_methods());
  }
}

TEST_CASE("calibration: means adjusted by CUPED stay within alpha") {
  for (const Split& split : {kEqual, kNineteenToOne, kNinetyNineToOne}) {
    check_within_alpha(spend_with_covariate(kEarly, split), guarded_methods());
  }
}

TEST_CASE("calibration: ratio metrics stay within alpha") {
  for (const Split& split : {kEqual, kNineteenToOne, kNinetyNineToOne}) {
    check_within_alpha(clicks_per_view(kEarlyRare, split), guarded_methods());
  }
}

TEST_CASE("calibration: a treatment that only delays is not seen in matured units") {
  for (const Split& split : {kEqual, kNineteenToOne}) {
    check_within_alpha(delayed_conversions(0.1, kMain, split, Counting::kMatured),
                       guarded_methods());
  }
}

TEST_CASE("calibration: a ramp under a drifting base rate stays within alpha with phases apart") {
  for (const Population& population : {bernoulli(0.1), lognormal(1), zero_inflated_revenue()}) {
    for (const std::vector<double>& shares :
         {std::vector<double>{0.1, 0.5}, std::vector<double>{0.01, 0.05, 0.2, 0.5}}) {
      check_within_alpha(
          ramp(population, kMain, {.shares = shares, .drift = 0.2, .phases = Phases::kApart}),
          guarded_methods());
    }
  }
}

TEST_CASE("calibration: negative control: a peeking test is refuted in every scenario") {
  for (const Scenario& scenario : peeking_scenarios(kEqual)) {
    check_beyond_alpha(scenario, normal_test_at_every_look());
  }
}

TEST_CASE("calibration: negative control: without its guard the sequence is refuted at 99/1") {
  for (const Scenario& scenario : peeking_scenarios(kNinetyNineToOne)) {
    check_beyond_alpha(scenario, asymptotic_sequence(Mixture::kNormal, Side::kDown, Guard::kOff));
  }
}

TEST_CASE("calibration: negative control: the delta method's relative lift is refuted early") {
  const std::vector<Scenario> scenarios = peeking_scenarios(kEqual);
  for (std::size_t i = 3; i < scenarios.size(); ++i) {
    check_beyond_alpha(scenarios[i], relative_sequence_by_delta_method());
  }
}

TEST_CASE("calibration: negative control: pooled phases of a ramp are refuted") {
  check_beyond_alpha(
      ramp(bernoulli(0.1), kMain, {.shares = {0.1, 0.5}, .drift = 0.2, .phases = Phases::kPooled}),
      asymptotic_sequence(Mixture::kNormal, Side::kTwoSided, Guard::kOn));
}

TEST_CASE("calibration: negative control: counting immature units is refuted") {
  check_beyond_alpha(delayed_conversions(0.1, kMain, kEqual, Counting::kAllExposed),
                     asymptotic_sequence(Mixture::kNormal, Side::kTwoSided, Guard::kOn));
}
