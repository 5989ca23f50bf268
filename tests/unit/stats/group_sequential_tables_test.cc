// Published tables of group sequential designs.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <vector>

#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/design_power.h"
#include "stats/group_sequential/sample_size.h"
#include "stats/group_sequential/spending_bounds.h"
#include "stats/group_sequential/wang_tsiatis.h"

namespace converge::stats {
namespace {

std::vector<double> equal_looks(std::size_t looks) {
  std::vector<double> information;
  for (std::size_t k = 1; k <= looks; ++k) information.push_back(static_cast<double>(k));
  return information;
}

struct Row {
  std::size_t looks;
  double constant;  ///< bound at the last look
  double inflation;
  double expected_h1;
};

void check_table(double shape, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const std::vector<double> information = equal_looks(row.looks);
    const auto bounds = wang_tsiatis_bounds(
        {.information = information, .alpha = 0.05, .sides = Sides::kTwo, .shape = shape});
    REQUIRE(bounds);
    CAPTURE(row.looks);
    CHECK(bounds->back() == Approx(row.constant).margin(0.0006));
    const double first =
        bounds->back() * std::pow(1.0 / static_cast<double>(row.looks), shape - 0.5);
    CHECK(bounds->front() == Approx(first));
    const auto power = design_power(design_of(information, *bounds, Sides::kTwo), 0.05, 0.2);
    REQUIRE(power);
    CHECK(power->inflation_factor == Approx(row.inflation).margin(0.0006));
    CHECK(power->expected_ratio_h1 == Approx(row.expected_h1).margin(0.0006));
    CHECK(power->under_h1.power == Approx(0.8));
    CHECK(power->expected_ratio_h1 < power->expected_ratio_half);
    CHECK(power->expected_ratio_half < power->expected_ratio_h0);
    CHECK(power->expected_ratio_h0 < power->inflation_factor);
  }
}

void check_bounds(const SpendingPlan& plan, const std::vector<double>& published) {
  std::vector<double> fractions = equal_looks(published.size());
  for (double& fraction : fractions) fraction /= static_cast<double>(published.size());
  const auto looks = spending_bounds(plan, fractions);
  REQUIRE(looks);
  for (std::size_t k = 0; k < published.size(); ++k) {
    CAPTURE(k);
    CHECK((*looks)[k].bound == Approx(published[k]).margin(0.00011));
  }
}

}  // namespace

// Jennison, Turnbull (2000) tables 2.1, 2.2, 2.7: constants, inflation and expected sample sizes,
// two-sided 0.05, power 0.8; three decimals.
TEST_CASE("Tables: Pocock's constants, inflation factors and expected sample sizes") {
  check_table(0.5, {{2, 2.178, 1.110, .853},
                    {3, 2.289, 1.166, .819},
                    {4, 2.361, 1.202, .805},
                    {5, 2.413, 1.229, .799},
                    {10, 2.555, 1.301, .795}});
}

// Jennison, Turnbull (2000) tables 2.3, 2.4, 2.8.
TEST_CASE("Tables: O'Brien and Fleming's constants, inflation factors, expected sample sizes") {
  check_table(0, {{2, 1.977, 1.008, .902},
                  {3, 2.004, 1.017, .856},
                  {4, 2.024, 1.024, .831},
                  {5, 2.040, 1.028, .818},
                  {10, 2.087, 1.040, .791}});
}

// DeMets, Lan (1994) Stat. Med. 13:1341-1352; four decimals.
TEST_CASE("Tables: Lan and DeMets' bounds") {
  const SpendingPlan obrien_fleming{{SpendingFamily::kObrienFleming, 0}, 0.05, Sides::kTwo};
  const SpendingPlan pocock{{SpendingFamily::kPocock, 0}, 0.05, Sides::kTwo};
  check_bounds(obrien_fleming, {3.7103, 2.5114, 1.9930});
  check_bounds(obrien_fleming, {4.8769, 3.3570, 2.6803, 2.2898, 2.0310});
  check_bounds(pocock, {2.4380, 2.4268, 2.4102, 2.3966, 2.3860});
  // The first one is given as computed with a coarse grid; the rest to four decimals.
  check_bounds(obrien_fleming,
               {6.9914, 4.8769, 3.9297, 3.3671, 2.9893, 2.7148, 2.5041, 2.3358, 2.1975, 2.0812});
}

TEST_CASE("Design power: what cannot be had is named") {
  const GroupSequentialDesign design = design_of({1, 2}, {2.5, 2}, Sides::kOne);
  CHECK_FALSE(drift_for_power(design, 0.01));  // below the size
  CHECK_FALSE(drift_for_power(design, 1));
  CHECK_FALSE(design_power(design, 0, 0.2));
  CHECK_FALSE(design_power(design, 0.025, 1));
  CHECK_FALSE(design_power(design_of({2, 1}, {2.5, 2}, Sides::kOne), 0.025, 0.2));
  GroupSequentialDesign futile = design;
  futile.lower = {2.5, 2};  // nobody goes on, and the first look has power enough
  CHECK(drift_for_power(futile, 0.9));
  const auto wrong = wang_tsiatis_bounds({{1, 2}, 0.05, Sides::kTwo, 3});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "shape: expected a number from -10 to 1");
}

TEST_CASE("Wang-Tsiatis: one look, uneven looks and 100 looks") {
  const auto one = wang_tsiatis_bounds({{7}, 0.05, Sides::kTwo, 0});
  REQUIRE(one);
  CHECK(one->front() == Approx(1.959963984540054));
  // Simpson in numpy: see crossing_probabilities_test.cc.
  const auto uneven = wang_tsiatis_bounds({{0.2, 0.7, 1}, 0.025, Sides::kOne, 0.25});
  REQUIRE(uneven);
  CHECK(uneven->back() == Approx(2.069546155913495).epsilon(1e-7));
  const auto many = wang_tsiatis_bounds({equal_looks(100), 0.05, Sides::kTwo, 0.5});
  REQUIRE(many);
  std::vector<double> lower(*many);
  for (double& bound : lower) bound = -bound;
  const auto crossing = crossing_probabilities(equal_looks(100), lower, *many, 0);
  REQUIRE(crossing);
  double size = 0;
  for (std::size_t k = 0; k < 100; ++k) size += crossing->upper[k] + crossing->lower[k];
  CHECK(size == Approx(0.05).epsilon(1e-8));
}

TEST_CASE("Group sequential sample sizes: mirror, allocation, errors") {
  const ErrorRates rates{.alpha = 0.05, .sides = Sides::kTwo, .power = 0.8};
  const auto plus = sample_size_means({0.1, 1, 2}, rates, 1.1);
  const auto minus = sample_size_means({-0.1, 1, 2}, rates, 1.1);
  const auto swapped = sample_size_means({0.1, 1, 0.5}, rates, 1.1);
  REQUIRE((plus && minus && swapped));
  CHECK(plus->total() == minus->total());
  CHECK(plus->n_b == Approx(2 * plus->n_a));
  CHECK(swapped->n_a == Approx(plus->n_b));
  const auto there = sample_size_rates({0.02, 0.03, 3}, rates, 1);
  const auto back = sample_size_rates({0.03, 0.02, 1.0 / 3}, rates, 1);
  REQUIRE((there && back));
  CHECK(there->n_a == Approx(back->n_b));
  CHECK_FALSE(sample_size_means({0, 1, 1}, rates, 1));
  CHECK_FALSE(sample_size_means({0.1, 0, 1}, rates, 1));
  CHECK_FALSE(sample_size_means({0.1, 1, 0}, rates, 1));
  CHECK_FALSE(sample_size_means({0.1, 1, 1}, rates, 0));
  CHECK_FALSE(sample_size_means({0.1, 1, 1}, {0.5, Sides::kOne, 0.3}, 1));
  CHECK_FALSE(sample_size_rates({0.1, 0.1, 1}, rates, 1));
  CHECK_FALSE(sample_size_rates({0, 0.1, 1}, rates, 1));
}

}  // namespace converge::stats
