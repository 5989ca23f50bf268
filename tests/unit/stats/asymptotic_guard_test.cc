#include "stats/sequential/asymptotic_guard.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace converge::stats {
namespace {

GuardInputs inputs_of(std::int64_t n_a, std::int64_t n_b) {
  GuardInputs inputs{.difference = {}, .events_a = 10, .events_b = 10};
  inputs.difference.n_a = n_a;
  inputs.difference.n_b = n_b;
  return inputs;
}

}  // namespace

TEST_CASE("Guard: 30 units and 2 events in every arm") {
  CHECK(asymptotic_guard(inputs_of(30, 30)) == GuardVerdict::kSatisfied);
  CHECK(asymptotic_guard(inputs_of(29, 30)) == GuardVerdict::kTooFewUnits);
  CHECK(asymptotic_guard(inputs_of(30, 29)) == GuardVerdict::kTooFewUnits);
  GuardInputs inputs = inputs_of(100, 100);
  inputs.events_a = 1;
  CHECK(asymptotic_guard(inputs) == GuardVerdict::kTooFewEvents);
  inputs.events_a = 2;
  inputs.events_b = 2;
  CHECK(asymptotic_guard(inputs) == GuardVerdict::kSatisfied);
  inputs.events_b = 1;
  CHECK(asymptotic_guard(inputs) == GuardVerdict::kTooFewEvents);
}

TEST_CASE("Guard: up to a ratio of 1.5 the skew of the estimate counts, of either sign") {
  GuardInputs inputs = inputs_of(100, 150);
  inputs.difference.skewness_a = 100;  // must not matter here
  for (const double sign : {1.0, -1.0}) {
    inputs.difference.skew_standardised = sign * 0.053;
    CHECK(asymptotic_guard(inputs) == GuardVerdict::kSatisfied);
    inputs.difference.skew_standardised = sign * 0.0531;
    CHECK(asymptotic_guard(inputs) == GuardVerdict::kTooSkewed);
  }
}

TEST_CASE("Guard: beyond a ratio of 1.5 every arm needs 355 times its squared skewness") {
  for (const bool a_is_small : {true, false}) {
    GuardInputs inputs = a_is_small ? inputs_of(355, 100'000) : inputs_of(100'000, 355);
    double& small_skewness =
        a_is_small ? inputs.difference.skewness_a : inputs.difference.skewness_b;
    double& large_skewness =
        a_is_small ? inputs.difference.skewness_b : inputs.difference.skewness_a;
    inputs.difference.skew_standardised = 100;  // must not matter here
    small_skewness = -1.0;
    CHECK(asymptotic_guard(inputs) == GuardVerdict::kSatisfied);
    small_skewness = 1.001;
    CHECK(asymptotic_guard(inputs) == GuardVerdict::kTooSkewed);
    small_skewness = 0;
    large_skewness = 17;
    CHECK(asymptotic_guard(inputs) == GuardVerdict::kTooSkewed);
  }
  CHECK(asymptotic_guard(inputs_of(100, 151)) == GuardVerdict::kSatisfied);
}

TEST_CASE("Guard: a skew that is not a number is too large") {
  GuardInputs inputs = inputs_of(100, 100);
  inputs.difference.skew_standardised = NAN;
  CHECK(asymptotic_guard(inputs) == GuardVerdict::kTooSkewed);
  inputs = inputs_of(100, 1000);
  inputs.difference.skewness_b = NAN;
  CHECK(asymptotic_guard(inputs) == GuardVerdict::kTooSkewed);
}

}  // namespace converge::stats
