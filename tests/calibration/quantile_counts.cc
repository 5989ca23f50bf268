#include "tests/calibration/quantile_counts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "stats/quantiles/clustered_quantile.h"
#include "stats/quantiles/order_statistic.h"
#include "stats/quantiles/quantile_difference.h"
#include "stats/sequential/quantile_test.h"
#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/random.h"

namespace converge::calibration {
namespace {

constexpr double kHigh = 0.9;
constexpr double kHighOfLognormal = 3.6022244792791548;  ///< exp(1.2815515655446004)
constexpr std::int64_t kEventsPerUnit = 10;

/// Load times: a unit's level and a little noise, so that its events nearly agree.
struct Events {
  std::vector<double> values;
  std::vector<std::int64_t> units;

  void add_units(Random& random, int count) {
    for (int i = 0; i < count; ++i) {
      const std::int64_t unit = units.empty() ? 0 : units.back() + 1;
      const double level = random.normal();
      for (int event = 0; event < kEventsPerUnit; ++event) {
        values.push_back(level + 0.3 * random.normal());
        units.push_back(unit);
      }
    }
  }
};

Count order_statistics(int runs) {
  Count count{"order statistics, quantile .9 of 200 lognormal values", runs};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of(count.name.c_str(), run));
    std::vector<double> values;
    values.reserve(200);
    for (int i = 0; i < 200; ++i) values.push_back(random.lognormal(0, 1));
    std::sort(values.begin(), values.end());
    const auto result = stats::order_statistic_interval(values, {.q = kHigh, .level = 1 - kAlpha});
    if (!result || !result->interval.contains(kHighOfLognormal)) ++count.errors;
  }
  return count;
}

stats::ClusterCounts cluster_counts(const Events& events, double value) {
  stats::ClusterCounts counts;
  for (std::size_t start = 0; start < events.values.size();
       start += static_cast<std::size_t>(kEventsPerUnit)) {
    std::int64_t below = 0;
    for (std::size_t i = start; i < start + static_cast<std::size_t>(kEventsPerUnit); ++i) {
      if (events.values[i] <= value) ++below;
    }
    ++counts.clusters;
    counts.below += below;
    counts.below_squares += below * below;
    counts.all += kEventsPerUnit;
    counts.all_squares += kEventsPerUnit * kEventsPerUnit;
    counts.products += below * kEventsPerUnit;
  }
  return counts;
}

enum class Clusters { kKnown, kIgnored };

std::optional<stats::QuantileEstimate> estimate_of(const Events& events, Clusters clusters) {
  const stats::QuantileDifferenceOptions options{.alpha = kAlpha};
  std::vector<double> sorted = events.values;
  std::sort(sorted.begin(), sorted.end());
  const auto summary =
      stats::quantile_summary(sorted, kHigh, stats::TieRule::kOrderStatistics, options);
  if (!summary) return std::nullopt;
  const auto estimate = clusters == Clusters::kIgnored
                            ? stats::quantile_estimate(*summary, options)
                            : stats::clustered_quantile_estimate(
                                  *summary, cluster_counts(events, summary->value), options);
  if (!estimate) return std::nullopt;
  return *estimate;
}

Count difference_of_clustered(int runs, Clusters clusters) {
  const bool is_known = clusters == Clusters::kKnown;
  Count count{is_known ? "difference of quantiles .9, 300 units of 10 events, clustered"
                       : "the same with events as independent",
              runs, 0, kAlpha, is_known ? Expectation::kWithinLimit : Expectation::kBeyondLimit};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of("difference of clustered quantiles", run));
    Events a;
    Events b;
    a.add_units(random, 300);
    b.add_units(random, 300);
    const auto estimate_a = estimate_of(a, clusters);
    const auto estimate_b = estimate_of(b, clusters);
    if (!estimate_a || !estimate_b) {
      ++count.errors;
      continue;
    }
    const auto difference = stats::quantile_difference(*estimate_a, *estimate_b, {.alpha = kAlpha});
    if (!difference || !difference->interval.contains(0)) ++count.errors;
  }
  return count;
}

Count sequential_medians(int runs, Clusters clusters) {
  static constexpr int kLooks = 10;
  static constexpr int kUnitsPerLook = 20;
  const bool is_known = clusters == Clusters::kKnown;
  Count count{is_known ? "sequential test of medians, 10 looks, events clustered in units"
                       : "the same with events as independent",
              runs, 0, kAlpha, is_known ? Expectation::kWithinLimit : Expectation::kBeyondLimit};
  const stats::QuantileTestOptions options{
      .quantile = 0.5,
      .t_opt = kLooks * kUnitsPerLook * (is_known ? 1.0 : static_cast<double>(kEventsPerUnit)) / 2,
      .alpha_opt = kAlpha};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of("sequential medians", run));
    Events a;
    Events b;
    for (int look = 0; look < kLooks; ++look) {
      a.add_units(random, kUnitsPerLook);
      b.add_units(random, kUnitsPerLook);
      const auto test = is_known ? stats::quantile_test_clustered({a.values, a.units},
                                                                  {b.values, b.units}, options)
                                 : stats::quantile_test(a.values, b.values, options);
      if (!test || test->log_e >= -std::log(kAlpha)) {
        ++count.errors;
        break;
      }
    }
  }
  return count;
}

Count sequential_independent(int runs) {
  static constexpr int kLooks = 10;
  static constexpr int kValuesPerLook = 50;
  Count count{"sequential test of medians, 10 looks, independent values", runs};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of(count.name.c_str(), run));
    std::vector<double> a;
    std::vector<double> b;
    for (int look = 0; look < kLooks; ++look) {
      for (int i = 0; i < kValuesPerLook; ++i) {
        a.push_back(random.lognormal(0, 1));
        b.push_back(random.lognormal(0, 1));
      }
      const auto test = stats::quantile_test(
          a, b, {.quantile = 0.5, .t_opt = kLooks * kValuesPerLook / 2.0, .alpha_opt = kAlpha});
      if (!test || test->log_e >= -std::log(kAlpha)) {
        ++count.errors;
        break;
      }
    }
  }
  return count;
}

}  // namespace

std::vector<Count> quantile_counts(int runs) {
  return {order_statistics(runs),
          difference_of_clustered(runs, Clusters::kKnown),
          difference_of_clustered(runs, Clusters::kIgnored),
          sequential_independent(runs),
          sequential_medians(runs, Clusters::kKnown),
          sequential_medians(runs, Clusters::kIgnored)};
}

}  // namespace converge::calibration
