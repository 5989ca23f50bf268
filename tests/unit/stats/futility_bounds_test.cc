#include "stats/group_sequential/futility_bounds.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/spending_bounds.h"

namespace converge::stats {
namespace {

FutilityPlan default_of_gsdesign() {
  const std::vector<double> thirds = {1.0 / 3, 2.0 / 3, 1};
  const auto looks =
      spending_bounds({{SpendingFamily::kHwangShihDeCani, -4}, 0.025, Sides::kOne}, thirds);
  REQUIRE(looks);
  FutilityPlan plan{.information = thirds,
                    .upper = {},
                    .function = {SpendingFamily::kHwangShihDeCani, -2},
                    .beta = 0.1};
  for (const SpentLook& look : *looks) plan.upper.push_back(look.bound);
  return plan;
}

}  // namespace

// The default design of gsDesign (k = 3, test.type = 4, alpha = 0.025, beta = 0.1,
// Hwang-Shih-DeCani -4 and -2) as its manual prints it: -0.24, 0.94, 2.00 under 3.01, 2.55, 2.00
// and 1.070 times the fixed sample; digits by Simpson's rule and Brent's method in numpy 1.24.2 /
// SciPy 1.10.1.
TEST_CASE("Futility: gsDesign's default design") {
  const FutilityPlan plan = default_of_gsdesign();
  CHECK(plan.upper[0] == Approx(3.010739485385694).epsilon(1e-8));
  CHECK(plan.upper[1] == Approx(2.5465305576593242).epsilon(1e-7));
  CHECK(plan.upper[2] == Approx(1.9992263595309552).epsilon(1e-7));
  const auto futility = nonbinding_futility_bounds(plan);
  REQUIRE(futility);
  CHECK(futility->lower[0] == Approx(-0.2387240303163103).epsilon(1e-6));
  CHECK(futility->lower[1] == Approx(0.941067239747043).epsilon(1e-6));
  CHECK(futility->lower[2] == plan.upper[2]);
  CHECK(futility->drift == Approx(3.352866621137014).epsilon(1e-7));
}

TEST_CASE("Futility: under the drift the bounds spend beta, and alpha does not count on them") {
  const FutilityPlan plan = default_of_gsdesign();
  const auto futility = nonbinding_futility_bounds(plan);
  REQUIRE(futility);
  const auto planned =
      crossing_probabilities(plan.information, futility->lower, plan.upper, futility->drift);
  const auto null = crossing_probabilities(plan.information, futility->lower, plan.upper, 0);
  REQUIRE((planned && null));
  double beta = 0;
  double alpha = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    beta += planned->lower[k];
    alpha += null->upper[k];
    const double share = static_cast<double>(k + 1) / 3;
    CHECK(beta == Approx(alpha_spent({plan.function, 0.1, Sides::kOne}, share)).epsilon(1e-7));
  }
  CHECK(alpha < 0.025);
}

TEST_CASE(
    "Futility: looks that may spend nothing have no bound; bounds never pass the upper ones") {
  FutilityPlan plan = default_of_gsdesign();
  plan.function = {SpendingFamily::kKimDeMets, 60};
  const auto late = nonbinding_futility_bounds(plan);
  REQUIRE(late);
  CHECK(late->lower[0] == -std::numeric_limits<double>::infinity());
  plan.function = {SpendingFamily::kHwangShihDeCani, 40};
  const auto early = nonbinding_futility_bounds(plan);
  REQUIRE(early);
  for (std::size_t k = 0; k < 3; ++k) CHECK(early->lower[k] <= plan.upper[k]);
}

TEST_CASE("Futility: bad arguments are named") {
  const auto refused = [](const FutilityPlan& plan, const char* name) {
    const auto result = nonbinding_futility_bounds(plan);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::kInvalidArgument);
    CHECK_THAT(result.error().message, Catch::Matchers::StartsWith(name));
  };
  FutilityPlan plan = default_of_gsdesign();
  plan.beta = 0;
  refused(plan, "beta");
  plan.beta = 0.99;  // a power below alpha
  refused(plan, "beta");
  plan = default_of_gsdesign();
  plan.upper.pop_back();
  refused(plan, "upper");
  plan = default_of_gsdesign();
  plan.upper[2] = std::numeric_limits<double>::infinity();
  refused(plan, "upper[2]");
  plan = default_of_gsdesign();
  plan.information = {1, 3, 2};
  refused(plan, "information[2]");
  plan = default_of_gsdesign();
  plan.function = {SpendingFamily::kKimDeMets, -1};
  refused(plan, "rho");
}

}  // namespace converge::stats
