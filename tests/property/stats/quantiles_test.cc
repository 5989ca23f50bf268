// What must hold for every sample and every set of bandit probabilities.
#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "samples.h"
#include "stats/bandits/bandit_weights.h"
#include "stats/quantiles/grid_quantile.h"
#include "stats/quantiles/order_statistic.h"
#include "stats/quantiles/quantile_difference.h"

namespace converge::stats {
namespace {

std::vector<double> any_sorted() {
  auto values = *rc::gen::container<std::vector<double>>(
      static_cast<std::size_t>(*rc::gen::inRange(120, 200)),
      rc::gen::map(rc::gen::inRange(0, 1'000'000), [](int value) { return value / 1000.0; }));
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<double> changed(std::vector<double> values, double unit, double shift) {
  for (double& value : values) value = value * unit + shift;
  return values;
}

Result<QuantileDifference> compared(const std::vector<double>& a, const std::vector<double>& b,
                                    double q, TieRule ties,
                                    const QuantileDifferenceOptions& options) {
  const auto summary_a = quantile_summary(a, q, ties, options);
  const auto summary_b = quantile_summary(b, q, ties, options);
  RC_ASSERT(summary_a.has_value() && summary_b.has_value());
  const auto estimate_a = quantile_estimate(*summary_a, options);
  const auto estimate_b = quantile_estimate(*summary_b, options);
  if (!estimate_a) return estimate_a.error();
  if (!estimate_b) return estimate_b.error();
  return quantile_difference(*estimate_a, *estimate_b, options);
}

}  // namespace

TEST_CASE("Quantile difference: mirror, units, origin, one verdict") {
  rc::prop("two arms", [] {
    const std::vector<double> a = any_sorted();
    const std::vector<double> b = any_sorted();
    const double q = *rc::gen::element(0.1, 0.5, 0.9);
    const QuantileDifferenceOptions options{.alpha = *rc::gen::element(0.2, 0.05, 0.01)};
    const TieRule ties = *rc::gen::element(TieRule::kOrderStatistics, TieRule::kMidRank);
    const double unit = *rc::gen::element(1e-9, 1e9);
    const auto here = compared(a, b, q, ties, options);
    RC_PRE(here.has_value());
    const auto there = compared(b, a, q, ties, options);
    const auto scaled = compared(changed(a, unit, 0), changed(b, unit, 0), q, ties, options);
    const auto moved = compared(changed(a, 1, 500), changed(b, 1, 500), q, ties, options);
    RC_ASSERT(there.has_value() && scaled.has_value() && moved.has_value());
    RC_ASSERT(here->estimate == -there->estimate);
    RC_ASSERT(close(here->p_two_sided, there->p_two_sided, 1e-10));
    RC_ASSERT(close(here->interval.lower, -there->interval.upper, 1e-10));
    RC_ASSERT(close(here->standard_error, scaled->standard_error / unit, 1e-10));
    RC_ASSERT(std::abs(here->estimate - moved->estimate) < 1e-9);
    RC_ASSERT(close(here->standard_error, moved->standard_error, 1e-9));
    if (!close(here->p_two_sided, options.alpha, 1e-9)) {
      RC_ASSERT(!here->interval.contains(0) == (here->p_two_sided < options.alpha));
    }
  });
}

TEST_CASE("Order statistics: negating the values mirrors the interval") {
  rc::prop("one arm", [] {
    const std::vector<double> values = any_sorted();
    std::vector<double> negated;
    for (auto value = values.rbegin(); value != values.rend(); ++value) negated.push_back(-*value);
    const double q = *rc::gen::element(0.25, 0.5, 0.75);  // 1 - q exactly
    const auto here = order_statistic_interval(values, {.q = q, .level = 0.95});
    const auto there = order_statistic_interval(negated, {.q = 1 - q, .level = 0.95});
    RC_ASSERT(here.has_value() && there.has_value());
    RC_ASSERT(here->interval.lower == -there->interval.upper);
    RC_ASSERT(here->interval.upper == -there->interval.lower);
    RC_ASSERT(here->ranks.coverage >= 0.95);
    RC_ASSERT(here->interval.contains(here->estimate));
  });
}

TEST_CASE(
    "Grid quantile: the sample's own quantile lies within the bin, its rank within the error") {
  rc::prop("grid", [] {
    const std::vector<double> values = any_sorted();
    const double width = *rc::gen::element(1.0, 10.0, 200.0);
    std::vector<double> edges;
    const int bins = static_cast<int>(1000 / width) + 1;
    edges.reserve(static_cast<std::size_t>(bins) + 1);
    for (int i = 0; i <= bins; ++i) edges.push_back(i * width);
    std::vector<std::int64_t> counts(edges.size() - 1, 0);
    for (const double value : values) counts[static_cast<std::size_t>(value / width)] += 1;
    const double q = *rc::gen::inRange(1, 100) / 100.0;
    const auto quantile = grid_quantile({edges, counts}, q);
    RC_ASSERT(quantile.has_value());
    RC_ASSERT(quantile->lower <= quantile->value && quantile->value <= quantile->upper);
    const auto n = static_cast<double>(values.size());
    const auto rank = [&](double value) {
      return static_cast<double>(std::upper_bound(values.begin(), values.end(), value) -
                                 values.begin()) /
             n;
    };
    RC_ASSERT(rank(quantile->upper) >= q - 1e-12);
    RC_ASSERT(std::abs(rank(quantile->value) - q) <= quantile->rank_error + 1e-12);
  });
}

TEST_CASE("Bandit weights: sum to 1, no arm below the floor, the better arm never has less") {
  rc::prop("weights", [] {
    auto probabilities = *rc::gen::container<std::vector<double>>(
        static_cast<std::size_t>(*rc::gen::inRange(2, 12)),
        rc::gen::map(rc::gen::inRange(0, 300), [](int drop) { return std::pow(10.0, -drop); }));
    double sum = 0;
    for (const double probability : probabilities) sum += probability;
    for (double& probability : probabilities) probability /= sum;
    const double floor = *rc::gen::element(0.0, 0.01, 0.05);
    const double beta = *rc::gen::element(0.5, 0.8, 1.0);
    const auto thompson = thompson_weights(probabilities, floor);
    const auto top_two = top_two_weights(probabilities, {.beta = beta, .floor = floor});
    RC_ASSERT(thompson.has_value() && top_two.has_value());
    for (const std::vector<double>* weights : {&*thompson, &*top_two}) {
      double total = 0;
      for (std::size_t i = 0; i < weights->size(); ++i) {
        total += (*weights)[i];
        RC_ASSERT((*weights)[i] >= floor * (1 - 1e-12));
        for (std::size_t j = 0; j < weights->size(); ++j) {
          if (probabilities[i] < probabilities[j]) continue;
          RC_ASSERT((*weights)[i] >= (*weights)[j] * (1 - 1e-12));
        }
      }
      RC_ASSERT(std::abs(total - 1) < 1e-12);
    }
  });
}

}  // namespace converge::stats
