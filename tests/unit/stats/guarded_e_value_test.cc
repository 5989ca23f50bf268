#include "stats/sequential/guarded_e_value.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr GuardedOptions kOptions{.alpha = 0.05, .exact_share = 0.25};

GuardedEValue at(double exact, double asymptotic, GuardVerdict guard) {
  const auto result = guarded_e_value(
      {.log_e_exact = exact, .log_e_asymptotic = asymptotic, .guard = guard}, kOptions);
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("Guarded e-value: before the guard only the exact part counts") {
  const GuardedEValue value = at(std::log(40), 500, GuardVerdict::kTooSkewed);
  CHECK(value.log_e == Approx(std::log(10)));
  CHECK(value.p == Approx(0.1));
  CHECK_FALSE(value.is_rejected);
  CHECK(at(std::log(81), -kInfinity, GuardVerdict::kTooFewUnits).is_rejected);
  CHECK_FALSE(at(std::log(79), 500, GuardVerdict::kTooFewEvents).is_rejected);
}

TEST_CASE("Guarded e-value: once the guard is satisfied both parts add up") {
  const GuardedEValue value = at(std::log(8), std::log(24), GuardVerdict::kSatisfied);
  CHECK(value.log_e == Approx(std::log(0.25 * 8 + 0.75 * 24)));
  CHECK(value.is_rejected);
  CHECK(value.alpha_asymptotic == Approx(0.0375));
  // Either part alone would not have: 8 < 80 and 24 < 26.7.
  CHECK_FALSE(at(std::log(8), -kInfinity, GuardVerdict::kSatisfied).is_rejected);
  CHECK_FALSE(at(-kInfinity, std::log(24), GuardVerdict::kSatisfied).is_rejected);
}

TEST_CASE("Guarded e-value: what the asymptotic interval excludes is rejected") {
  // The interval at alpha_asymptotic excludes the null iff log e >= ln(1 / alpha_asymptotic).
  const double border = -std::log(0.0375);
  CHECK(at(-kInfinity, border + 1e-12, GuardVerdict::kSatisfied).is_rejected);
  CHECK_FALSE(at(-kInfinity, border - 1e-12, GuardVerdict::kSatisfied).is_rejected);
}

TEST_CASE("Guarded e-value: evidence of e-700 keeps its meaning, no evidence is p = 1") {
  CHECK(at(-5, 1000, GuardVerdict::kSatisfied).log_e == Approx(1000 + std::log(0.75)));
  CHECK(at(-5, 690, GuardVerdict::kSatisfied).p == Approx(std::exp(-690) / 0.75));
  const GuardedEValue none = at(-kInfinity, -kInfinity, GuardVerdict::kSatisfied);
  CHECK(none.log_e == -kInfinity);
  CHECK(none.p == 1);
  CHECK_FALSE(none.is_rejected);
}

TEST_CASE("Guarded e-value: bad arguments are named") {
  const GuardedEvidence good{
      .log_e_exact = 0, .log_e_asymptotic = 0, .guard = GuardVerdict::kSatisfied};
  CHECK_FALSE(guarded_e_value(good, {.alpha = 0, .exact_share = 0.25}));
  CHECK_FALSE(guarded_e_value(good, {.alpha = 0.05, .exact_share = 1}));
  CHECK(guarded_e_value(good, {.alpha = 0.05, .exact_share = 0}));
  GuardedEvidence bad = good;
  bad.log_e_exact = std::nan("");
  CHECK(guarded_e_value(bad, kOptions).error().message.find("log_e") == 0);
  bad.log_e_exact = kInfinity;
  CHECK_FALSE(guarded_e_value(bad, kOptions));
}

}  // namespace converge::stats
