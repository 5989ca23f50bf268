#include "stats/quantiles/order_statistic.h"

#include <limits>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/quantiles/sample_quantile.h"

namespace converge::stats {
namespace {

/// The smallest k in [first, last) for which `holds` is true, given that it is false and then true;
/// last if it never is.
template <class Predicate>
std::int64_t first_true(std::int64_t first, std::int64_t last, Predicate holds) {
  while (first < last) {
    const std::int64_t middle = first + (last - first) / 2;
    if (holds(middle)) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  return first;
}

}  // namespace

Result<OrderStatisticRanks> order_statistic_ranks(std::int64_t n, const QuantileOptions& options) {
  const Status valid =
      first_failure({require_not_negative("n", n), require_open_unit("q", options.q),
                     require_open_unit("level", options.level)});
  if (!valid) return valid.error();
  if (n == 0) return Error{Errc::kInsufficientData, "n: 0 values have no quantile"};
  const double tail = (1 - options.level) / 2;
  const double q = options.q;
  // The count of values at or below the quantile is Bin(n, q).
  const std::int64_t lower =
      first_true(0, n, [&](std::int64_t r) { return binomial_cdf(r, n, q) > tail; });
  const std::int64_t upper =
      first_true(1, n + 1, [&](std::int64_t r) { return binomial_upper(r - 1, n, q) <= tail; });
  OrderStatisticRanks ranks;
  if (lower > 0) ranks.lower = lower;
  if (upper <= n) ranks.upper = upper;
  const double below = lower > 0 ? binomial_cdf(lower - 1, n, q) : 0;
  const double above = upper <= n ? binomial_upper(upper - 1, n, q) : 0;
  ranks.coverage = 1 - below - above;
  return ranks;
}

Result<OrderStatisticInterval> order_statistic_interval(std::span<const double> sorted,
                                                        const QuantileOptions& options) {
  const Result<double> estimate = sample_quantile(sorted, options.q, TieRule::kOrderStatistics);
  if (!estimate) return estimate.error();
  const Result<OrderStatisticRanks> ranks =
      order_statistic_ranks(static_cast<std::int64_t>(sorted.size()), options);
  if (!ranks) return ranks.error();
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto value_at = [&](std::int64_t rank) {
    return sorted[static_cast<std::size_t>(rank - 1)];
  };
  return OrderStatisticInterval{*estimate,
                                {ranks->lower ? value_at(*ranks->lower) : -kInfinity,
                                 ranks->upper ? value_at(*ranks->upper) : kInfinity, options.level},
                                *ranks};
}

}  // namespace converge::stats
