#include "stats/quantiles/quantile_difference.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/distributions.h"
#include "stats/quantiles/clustered_quantile.h"
#include "stats/quantiles/grid_quantile.h"
#include "stats/quantiles/order_statistic.h"

namespace converge::stats {
namespace {

constexpr QuantileDifferenceOptions kOptions{.alpha = 0.05};

std::vector<double> rising(int n, double start) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(start + i);
  return values;
}

QuantileEstimate estimate_of(const std::vector<double>& sorted, double q, TieRule ties) {
  const auto summary = quantile_summary(sorted, q, ties, kOptions);
  REQUIRE(summary);
  const auto estimate = quantile_estimate(*summary, kOptions);
  REQUIRE(estimate);
  return *estimate;
}

}  // namespace

TEST_CASE("Sample quantile: type 7 and mid-rank by hand") {
  const std::vector<double> values{1, 2, 2, 2, 10};
  CHECK(sample_quantile(values, 0.5, TieRule::kOrderStatistics).value() == 2);
  CHECK(sample_quantile(values, 0.9, TieRule::kOrderStatistics).value() == Approx(6.8));
  // Mid-ranks 0.5, 2.5, 4.5 of 5: 0.6 is target 3, a quarter of the way from 2 to 10.
  CHECK(sample_quantile(values, 0.5, TieRule::kMidRank).value() == 2);
  CHECK(sample_quantile(values, 0.6, TieRule::kMidRank).value() == Approx(4));
  CHECK(sample_quantile(values, 0.01, TieRule::kMidRank).value() == 1);
  CHECK(sample_quantile(values, 0.99, TieRule::kMidRank).value() == 10);
}

TEST_CASE("Order statistics: ranks by hand, none where the sample is too small") {
  // Median of 6: P(Bin(6, 1/2) = 0) = 1/64 <= 0.025 < 7/64.
  const auto six = order_statistic_ranks(6, {.q = 0.5, .level = 0.95});
  REQUIRE(six);
  CHECK(six->lower.value() == 1);
  CHECK(six->upper.value() == 6);
  CHECK(six->coverage == Approx(1 - 2.0 / 64));
  const auto one = order_statistic_ranks(1, {.q = 0.5, .level = 0.95});
  REQUIRE(one);
  CHECK(!one->lower.has_value());
  CHECK(!one->upper.has_value());
  CHECK(one->coverage == 1);
  const auto many = order_statistic_ranks(1'000'000'000, {.q = 0.5, .level = 0.95});
  REQUIRE(many);
  CHECK(static_cast<double>(many->upper.value() - 500'000'000) ==
        Approx(1.959964 * std::sqrt(2.5e8)).epsilon(1e-4));
}

TEST_CASE("Quantile difference: the variance of an even spread is known") {
  // n values at distance 1 have density 1 / n: the variance of the quantile is q (1 - q) n.
  const QuantileEstimate estimate = estimate_of(rising(10'000, 0), 0.75, TieRule::kOrderStatistics);
  CHECK(estimate.variance == Approx(0.75 * 0.25 * 10'000).epsilon(1e-3));
  const auto difference = quantile_difference(
      estimate, estimate_of(rising(10'000, 100), 0.75, TieRule::kOrderStatistics), kOptions);
  REQUIRE(difference);
  CHECK(difference->estimate == Approx(100).epsilon(1e-12));
}

TEST_CASE("Quantile difference: an atom has a name, mid-ranks see past it") {
  std::vector<double> zeros(400, 0.0);
  for (int i = 0; i < 200; ++i) zeros.push_back(i + 1);
  const auto summary = quantile_summary(zeros, 0.5, TieRule::kOrderStatistics, kOptions);
  REQUIRE(summary);
  CHECK(quantile_estimate(*summary, kOptions).error().code == Errc::kInsufficientData);
  CHECK(estimate_of(zeros, 0.5, TieRule::kMidRank).variance > 0);
}

TEST_CASE("Quantile difference: too few values for the quantile have a name") {
  // z^2 * 99 = 380.3.
  CHECK(require_enough_for_quantile(380, 0.99, kOptions).error().code == Errc::kInsufficientData);
  CHECK(require_enough_for_quantile(381, 0.99, kOptions).has_value());
  CHECK(require_enough_for_quantile(381, 0.01, kOptions).has_value());
  for (const std::int64_t n : {0, 1, 2}) {
    CHECK(require_enough_for_quantile(n, 0.5, kOptions).error().code == Errc::kInsufficientData);
  }
  CHECK(require_enough_for_quantile(1, 0.5, {.alpha = 0.9}).error().code ==
        Errc::kInsufficientData);
  CHECK(require_enough_for_quantile(100, 1, kOptions).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Quantile difference: bad input has a name") {
  const QuantileEstimate good{.n = 100, .value = 1, .variance = 0.01};
  const auto code = [&](const QuantileEstimate& a) {
    return relative_quantile_difference(a, good, kOptions).error().code;
  };
  CHECK(code({.n = 100, .value = 0, .variance = 1}) == Errc::kInsufficientData);
  CHECK(code({.n = 100, .value = 1, .variance = 0}) == Errc::kInsufficientData);
  CHECK(code({.n = 1, .value = 1, .variance = 1}) == Errc::kInsufficientData);
  CHECK(code({.n = 100, .value = NAN, .variance = 1}) == Errc::kInvalidArgument);
  CHECK(sample_quantile(std::vector<double>{2, 1}, 0.5, TieRule::kMidRank).error().code ==
        Errc::kInvalidArgument);
  CHECK(sample_quantile({}, 0.5, TieRule::kMidRank).error().code == Errc::kInsufficientData);
  CHECK(order_statistic_ranks(0, {.q = 0.5, .level = 0.95}).error().code ==
        Errc::kInsufficientData);
}

TEST_CASE("Clustered quantile: clusters of one value are independent values") {
  // Each cluster is one value: sums of squares equal the sums, var(share) = R (1 - R) / (n - 1).
  const QuantileSummary summary{
      .n = 1000, .n_star = 1000, .q = 0.5, .value = 1, .lower = 0.9, .upper = 1.1};
  const auto clustered = clustered_quantile_estimate(summary,
                                                     {.clusters = 1000,
                                                      .below = 500,
                                                      .below_squares = 500,
                                                      .all = 1000,
                                                      .all_squares = 1000,
                                                      .products = 500},
                                                     kOptions);
  const auto plain = quantile_estimate(summary, kOptions);
  REQUIRE(clustered);
  REQUIRE(plain);
  CHECK(clustered->variance == Approx(plain->variance * 1000 / 999).epsilon(1e-13));
  CHECK(clustered_quantile_estimate(summary, {.clusters = 1}, kOptions).error().code ==
        Errc::kInsufficientData);
  CHECK(clustered_quantile_estimate(summary, {.clusters = 5}, kOptions).error().code ==
        Errc::kInsufficientData);
}

TEST_CASE("Grid quantile: interpolation, bin and rank error by hand") {
  const std::vector<double> edges{0, 1, 2, 4};
  const std::vector<std::int64_t> counts{10, 0, 30};
  const auto median = grid_quantile({edges, counts}, 0.5);
  REQUIRE(median);
  CHECK(median->value == Approx(2 + 2 * 10.0 / 30));
  CHECK(median->lower == 2);
  CHECK(median->upper == 4);
  CHECK(median->rank_error == Approx(20.0 / 40));
  CHECK(grid_quantile({edges, counts}, 0.25)->value == 1);
  const std::vector<std::int64_t> none{0, 0, 0};
  CHECK(grid_quantile({edges, none}, 0.5).error().code == Errc::kInsufficientData);
  const std::vector<std::int64_t> negative{1, -1, 3};
  CHECK(grid_quantile({edges, negative}, 0.5).error().code == Errc::kInvalidArgument);
  CHECK(grid_quantile({edges, {}}, 0.5).error().code == Errc::kInvalidArgument);
  const std::vector<double> falling{0, 2, 1, 4};
  CHECK(grid_quantile({falling, counts}, 0.5).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Grid quantile: a fine grid is as good as the values") {
  std::vector<double> edges;
  std::vector<std::int64_t> counts;
  for (int i = 0; i <= 10'000; ++i) edges.push_back(i - 0.5);
  counts.assign(10'000, 1);
  const auto grid = grid_quantile_estimate({edges, counts}, 0.75, kOptions);
  REQUIRE(grid);
  const QuantileEstimate values = estimate_of(rising(10'000, 0), 0.75, TieRule::kOrderStatistics);
  CHECK(grid->estimate.value == Approx(values.value).epsilon(1e-4));
  CHECK(grid->estimate.variance == Approx(values.variance).epsilon(2e-3));
}

}  // namespace converge::stats
