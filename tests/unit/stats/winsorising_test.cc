// Quantiles from numpy 1.24 quantile(method="inverted_cdf").
#include "stats/adjustment/winsorising.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace converge::stats {
namespace {

const std::vector<double> kValues{0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100};

WinsorRule rule(double upper, double lower, CountedValues counted) {
  return {.upper_quantile = upper, .lower_quantile = lower, .counted = counted};
}

}  // namespace

TEST_CASE("Winsorising: limits are observed values at a percentile") {
  const auto non_zero = winsor_limits(kValues, rule(0.9, 0.1, CountedValues::kNonZero));
  REQUIRE(non_zero);
  CHECK(non_zero->cap == 9.0);
  CHECK(non_zero->floor == 1.0);
  const auto all = winsor_limits(kValues, rule(0.9, 0.1, CountedValues::kAll));
  REQUIRE(all);
  CHECK(all->cap == 9.0);
  CHECK(all->floor == 0.0);
  const auto none = winsor_limits(kValues, rule(1, 0, CountedValues::kAll));
  REQUIRE(none);
  CHECK_FALSE(none->cap);
  CHECK_FALSE(none->floor);
}

TEST_CASE("Winsorising: a percentile that is a whole number of units does not round up") {
  std::vector<double> values;
  for (int i = 1; i <= 1000; ++i) values.push_back(i);
  CHECK(winsor_limits(values, rule(0.999, 0, CountedValues::kAll))->cap == 999.0);
  CHECK(winsor_limits(values, rule(0.29, 0, CountedValues::kAll))->cap == 290.0);
}

TEST_CASE("Winsorising: a histogram with rare spenders caps at a spender's value") {
  const std::vector<ValueCount> histogram{{0, 999'990'000}, {5, 9'000}, {50, 990}, {5000, 10}};
  CHECK(winsor_limits(histogram, rule(0.999, 0, CountedValues::kNonZero))->cap == 50.0);
  CHECK(winsor_limits(histogram, rule(0.999, 0, CountedValues::kAll))->cap == 0.0);
  const std::vector<ValueCount> nobody{{0, 10}};
  CHECK_FALSE(winsor_limits(nobody, rule(0.999, 0, CountedValues::kNonZero))->cap);
}

TEST_CASE("Winsorising: moments of the limited values") {
  std::vector<ValueCount> histogram;
  for (const double value : kValues) histogram.push_back({value, 1});
  const auto limited = winsorised_sample(histogram, {.floor = 1, .cap = 9});
  REQUIRE(limited);
  CHECK(limited->raised == 5);
  CHECK(limited->lowered == 1);
  // 1 x 6, 2 .. 8, 9 x 2: sum 59, sum of squares 371
  CHECK(limited->sample.mean == Approx(59 / 15.0).epsilon(1e-14));
  CHECK(limited->sample.variance == Approx((371 - 59 * 59 / 15.0) / 14).epsilon(1e-13));
  CHECK(winsorised(std::int64_t{100}, {.floor = std::nullopt, .cap = 9}) == 9);
  CHECK(winsorised(std::int64_t{-3}, {.floor = std::nullopt, .cap = 9}) == -3);
  CHECK(winsorised(-3.5, {.floor = -1, .cap = 9}) == -1);
}

TEST_CASE("Winsorising: what is undefined has a name") {
  const auto code = [](const std::vector<double>& values, const WinsorRule& how) {
    return winsor_limits(values, how).error().code;
  };
  CHECK(code({2, 1}, rule(0.9, 0, CountedValues::kAll)) == Errc::kInvalidArgument);
  CHECK(code({1, NAN}, rule(0.9, 0, CountedValues::kAll)) == Errc::kInvalidArgument);
  CHECK(code({1}, rule(0, 0, CountedValues::kAll)) == Errc::kInvalidArgument);
  CHECK(code({1}, rule(0.5, 0.5, CountedValues::kAll)) == Errc::kInvalidArgument);
  const std::vector<ValueCount> negative{{1, -1}};
  CHECK(winsor_limits(negative, rule(0.9, 0, CountedValues::kAll)).error().code ==
        Errc::kInvalidArgument);
  CHECK(winsorised_sample(std::vector<ValueCount>{{1, 1}}, {}).error().code ==
        Errc::kInsufficientData);
  CHECK(winsorised_sample(std::vector<ValueCount>{{1, 9}}, {.floor = 2, .cap = 1}).error().code ==
        Errc::kInvalidArgument);
}

}  // namespace converge::stats
