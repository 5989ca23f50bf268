#include "stats/group_sequential/spending_bounds.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

SpendingPlan obrien_fleming(double alpha, Sides sides) {
  return {.function = {SpendingFamily::kObrienFleming, 0}, .alpha = alpha, .sides = sides};
}

SpentLook next(const SpendingPlan& plan, const std::vector<SpentLook>& past, const NextLook& look) {
  const auto result = next_bound(plan, past, look);
  REQUIRE(result);
  return *result;
}

NextLook interim(double information, double planned) {
  return {.information = information, .planned_information = planned, .kind = LookKind::kInterim};
}

}  // namespace

TEST_CASE("Spending bounds: a look whose information has not grown spends and bounds nothing") {
  const SpendingPlan plan = obrien_fleming(0.05, Sides::kTwo);
  std::vector<SpentLook> past = {next(plan, {}, interim(500, 1000))};
  for (const double information : {500.0, 400.0, 500.0 * (1 + 1e-9)}) {
    const SpentLook again = next(plan, past, interim(information, 1000));
    CHECK(again.bound == kInfinity);
    CHECK(again.spent == past.back().spent);
  }
  // Once more units are in than ever before, the schedule goes on as if there had been no such
  // look.
  const SpentLook without = next(plan, past, interim(750, 1000));
  past.push_back(next(plan, past, interim(400, 1000)));
  CHECK(next(plan, past, interim(450, 1000)).bound == kInfinity);
  CHECK(next(plan, past, interim(750, 1000)) == without);
}

TEST_CASE("Spending bounds: an over-run spends the rest with the information reached") {
  const SpendingPlan plan = obrien_fleming(0.05, Sides::kTwo);
  const std::vector<SpentLook> past = {next(plan, {}, interim(500, 1000))};
  const SpentLook planned = next(plan, past, interim(1000, 1000));
  const SpentLook over = next(plan, past, interim(1300, 1000));
  CHECK(planned.spent == 0.05);
  CHECK(over.spent == 0.05);
  // rpact 3.3.4; Simpson in numpy 1.24.2: looks less alike cross more often, the bound is higher.
  CHECK(planned.bound == Approx(1.96859564632177).epsilon(1e-6));
  CHECK(over.bound == Approx(1.9726507200740977).epsilon(1e-7));
  CHECK(over.bound > planned.bound);
  CHECK(next(plan, {past[0], over}, interim(2000, 1000)).bound == kInfinity);
}

TEST_CASE("Spending bounds: the look declared last spends the rest early") {
  const SpendingPlan plan = obrien_fleming(0.05, Sides::kTwo);
  const std::vector<SpentLook> past = {next(plan, {}, interim(500, 1000))};
  const SpentLook last = next(plan, past, {600, 1000, LookKind::kLast});
  CHECK(last.spent == 0.05);
  CHECK(last.bound < next(plan, past, interim(600, 1000)).bound);
}

TEST_CASE("Spending bounds: after the plan is extended spent error stays spent") {
  const SpendingPlan plan = obrien_fleming(0.05, Sides::kTwo);
  std::vector<SpentLook> past = {next(plan, {}, interim(800, 1000))};
  const double spent = past[0].spent;
  past.push_back(next(plan, past, interim(900, 2000)));
  CHECK(past[1].bound == kInfinity);
  CHECK(past[1].spent == spent);
  const SpentLook later = next(plan, past, interim(1900, 2000));
  CHECK(later.spent == Approx(alpha_spent(plan, 0.95)));
  CHECK(later.bound < kLargestBound);
}

TEST_CASE("Spending bounds: very early looks have no bound and cost nothing") {
  const SpendingPlan plan = obrien_fleming(0.05, Sides::kTwo);
  // z = 2.24 / sqrt(0.01) = 22: 1e-110 to spend.
  const SpentLook first = next(plan, {}, interim(0.01, 1));
  CHECK(first.bound == kInfinity);
  CHECK(first.spent == 0);
  const SpentLook after = next(plan, {first}, interim(0.5, 1));
  CHECK(after == next(plan, {}, interim(0.5, 1)));
  std::vector<double> daily;
  for (int day = 1; day <= 100; ++day) daily.push_back(day / 100.0);
  const auto looks = spending_bounds(plan, daily);
  REQUIRE(looks);
  CHECK(looks->front().bound == kInfinity);
  CHECK(looks->back().bound == Approx(2.185421457982248).epsilon(1e-7));
  CHECK(looks->back().spent == 0.05);
}

TEST_CASE("Spending bounds: one look is the fixed-sample test, for any alpha") {
  for (const double alpha : {0.999, 0.5, 0.05, 1e-6, 1e-12}) {
    const auto one = spending_bounds(obrien_fleming(alpha, Sides::kOne), {1});
    const auto two = spending_bounds(obrien_fleming(alpha, Sides::kTwo), {1});
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->front().bound == Approx(normal_upper_quantile(alpha)).margin(1e-12));
    CHECK(two->front().bound == Approx(normal_upper_quantile(alpha / 2)).margin(1e-12));
  }
}

TEST_CASE("Spending functions: limits, overflow and the cap at the planned information") {
  const auto spent = [](SpendingFamily family, double parameter, double t) {
    return alpha_spent({{family, parameter}, 0.05, Sides::kTwo}, t);
  };
  for (const SpendingFamily family :
       {SpendingFamily::kObrienFleming, SpendingFamily::kPocock, SpendingFamily::kKimDeMets}) {
    CHECK(spent(family, 3, 0) == 0);
    CHECK(spent(family, 3, 1) == 0.05);
    CHECK(spent(family, 3, 7) == 0.05);
  }
  CHECK(spent(SpendingFamily::kKimDeMets, 3, 0.5) == Approx(0.05 / 8));
  CHECK(spent(SpendingFamily::kHwangShihDeCani, 0, 0.3) == Approx(0.015));
  CHECK(spent(SpendingFamily::kHwangShihDeCani, 1e-12, 0.3) == Approx(0.015));
  CHECK(spent(SpendingFamily::kHwangShihDeCani, -1e4, 0.5) == 0);
  CHECK(spent(SpendingFamily::kHwangShihDeCani, 1e4, 0.5) == 0.05);
  CHECK(spent(SpendingFamily::kHwangShihDeCani, -2, 0.5) ==
        Approx(0.05 * (1 - std::exp(1.0)) / (1 - std::exp(2.0))));
}

TEST_CASE("Spending bounds: bad arguments are named") {
  const auto refused = [](const SpendingPlan& plan, const std::vector<SpentLook>& past,
                          const NextLook& look, const char* name) {
    const auto result = next_bound(plan, past, look);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::kInvalidArgument);
    CHECK_THAT(result.error().message, Catch::Matchers::StartsWith(name));
  };
  const SpendingPlan plan = obrien_fleming(0.05, Sides::kTwo);
  const double nan = std::nan("");
  refused(obrien_fleming(0, Sides::kTwo), {}, interim(1, 2), "alpha");
  refused(obrien_fleming(nan, Sides::kTwo), {}, interim(1, 2), "alpha");
  refused({{SpendingFamily::kKimDeMets, 0}, 0.05, Sides::kOne}, {}, interim(1, 2), "rho");
  refused({{SpendingFamily::kHwangShihDeCani, kInfinity}, 0.05, Sides::kOne}, {}, interim(1, 2),
          "gamma");
  refused(plan, {}, interim(0, 2), "information");
  refused(plan, {}, interim(1, nan), "planned_information");
  refused(plan, {{1, 2, 0.06}}, interim(2, 2), "past[0]");
  refused(plan, {{1, 3, 0.01}, {1, 3, 0.02}}, interim(2, 2), "past[1]");
  refused(plan, {{1, 3, 0.02}, {1.5, 3, 0.01}}, interim(2, 2), "past[1]");
  refused(plan, {{1, nan, 0.01}}, interim(2, 2), "past[0]");
  // A bound of 0.001 lets hardly anybody pass, whatever "spent" says.
  refused(plan, {{1, 0.001, 0.01}}, interim(2, 2), "past");
  CHECK_FALSE(spending_bounds(plan, {0.5, 0.5}));
  CHECK_FALSE(spending_bounds(plan, {}));
}

}  // namespace converge::stats
