#include "stats/sequential/quantile_test.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace converge::stats {
namespace {

constexpr QuantileTestOptions kMedian{.quantile = 0.5, .t_opt = 100, .alpha_opt = 0.05};

// Drawn with numpy's default_rng(5), exponential with means 1 and 2.6, rounded so that there are
// ties.
const std::vector<double> kA = {2.0, 0.8, 1.3, 0.5, 0.0, 0.4, 0.6, 0.1, 0.1, 1.0, 1.1, 1.2,
                                0.2, 2.2, 1.4, 2.0, 0.5, 0.1, 0.4, 0.6, 2.1, 0.0, 0.1, 0.9,
                                0.4, 0.7, 1.2, 0.0, 1.8, 0.0, 2.1, 0.9, 0.3, 0.7, 1.3, 0.5,
                                0.4, 1.1, 1.5, 0.4, 0.4, 0.3, 2.1, 1.3, 0.0, 0.6, 0.1, 1.2,
                                1.0, 0.8, 0.6, 1.4, 0.3, 0.4, 2.6, 1.3, 1.3, 0.1, 0.8, 0.4};
const std::vector<double> kB = {0.3, 3.9, 5.6, 2.4, 6.4, 0.3, 2.3, 5.7, 0.5, 7.6,
                                1.6, 2.2, 5.9, 8.6, 4.2, 0.3, 4.3, 9.6, 2.1, 2.3,
                                1.8, 4.3, 4.7, 2.5, 0.0, 2.5, 1.1, 8.6, 1.8, 2.1,
                                2.2, 4.6, 0.4, 1.6, 0.3, 3.0, 8.1, 0.7, 2.1, 2.1};

std::vector<std::int64_t> units(std::size_t events, std::int64_t per_unit) {
  std::vector<std::int64_t> result(events);
  std::iota(result.begin(), result.end(), 0);
  for (std::int64_t& unit : result) unit /= per_unit;
  return result;
}

}  // namespace

// Values of an own script in Python: the smallest sum over a grid of quantiles and shares.
TEST_CASE("Quantile test: agrees with a search over all quantiles, with ties") {
  const auto test = quantile_test(kA, kB, kMedian);
  REQUIRE(test);
  CHECK(test->log_e == Approx(4.235006935174358).epsilon(1e-7));
  CHECK(test->p == Approx(std::exp(-4.235006935174358)).epsilon(1e-7));
}

TEST_CASE("Quantile test: events within units count by unit") {
  const std::vector<std::int64_t> units_a = units(kA.size(), 3);
  const std::vector<std::int64_t> units_b = units(kB.size(), 2);
  const auto test = quantile_test_clustered({.values = kA, .units = units_a},
                                            {.values = kB, .units = units_b}, kMedian);
  REQUIRE(test);
  CHECK(test->log_e == Approx(1.3869133086748384).epsilon(1e-6));
  // A unit with an event of its own is the plain test.
  const std::vector<std::int64_t> alone_a = units(kA.size(), 1);
  const std::vector<std::int64_t> alone_b = units(kB.size(), 1);
  const auto alone = quantile_test_clustered({.values = kA, .units = alone_a},
                                             {.values = kB, .units = alone_b}, kMedian);
  REQUIRE(alone);
  CHECK(alone->log_e == Approx(quantile_test(kA, kB, kMedian)->log_e).epsilon(1e-9));
  // A thousand copies of one unit's event are no evidence.
  std::vector<double> repeated(1000, 99.0);
  std::vector<std::int64_t> one_unit(1000, 7);
  const auto heavy = quantile_test_clustered({.values = kA, .units = alone_a},
                                             {.values = repeated, .units = one_unit}, kMedian);
  REQUIRE(heavy);
  CHECK(heavy->p == 1);
}

TEST_CASE("Quantile test: arms that do not overlap give ever more evidence; single values none") {
  const std::vector<double> low(900, 1.0);
  const std::vector<double> high(900, 2.0);
  const auto apart = quantile_test(low, high, kMedian);
  REQUIRE(apart);
  CHECK(apart->log_e > 500);
  CHECK(apart->p > 0);
  const auto same = quantile_test(low, low, kMedian);
  REQUIRE(same);
  CHECK(same->p == 1);
  const std::vector<double> one = {1};
  const std::vector<double> two = {2};
  CHECK(quantile_test(one, two, kMedian)->p == 1);
}

TEST_CASE("Quantile test: bad arguments are named") {
  CHECK(quantile_test({}, kB, kMedian).error().code == Errc::kInsufficientData);
  const std::vector<double> nan = {std::nan("")};
  CHECK(quantile_test(kA, nan, kMedian).error().message.find("b:") == 0);
  QuantileTestOptions bad = kMedian;
  bad.quantile = 1;
  CHECK(quantile_test(kA, kB, bad).error().message.find("quantile") == 0);
  bad = kMedian;
  bad.quantile = 1e-320;
  CHECK_FALSE(quantile_test(kA, kB, bad));
  bad = kMedian;
  bad.t_opt = 0;
  CHECK_FALSE(quantile_test(kA, kB, bad));
  const std::vector<std::int64_t> few = {1, 2};
  CHECK(quantile_test_clustered({.values = kA, .units = few}, {.values = kB, .units = few}, kMedian)
            .error()
            .message.find("units") == 0);
}

}  // namespace converge::stats
