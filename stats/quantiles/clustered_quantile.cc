#include "stats/quantiles/clustered_quantile.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

#include "stats/domain.h"

namespace converge::stats {
namespace {

using Integer = boost::multiprecision::cpp_int;

Status check_counts(const ClusterCounts& counts) {
  const Status valid = first_failure({require_not_negative("clusters", counts.clusters),
                                      require_not_negative("below", counts.below),
                                      require_not_negative("below_squares", counts.below_squares),
                                      require_not_negative("all", counts.all),
                                      require_not_negative("all_squares", counts.all_squares),
                                      require_not_negative("products", counts.products)});
  if (!valid) return valid.error();
  if (counts.clusters < 2) {
    return Error{Errc::kInsufficientData, "clusters: the variance needs at least 2"};
  }
  if (counts.all == 0) return Error{Errc::kInsufficientData, "all: 0 values have no quantile"};
  return {};
}

/// Delta method: the sum of squares of below - R all over clusters, R the ratio of the sums, times
/// all^2 is an integer.
double variance_of_share(const ClusterCounts& counts) {
  const Integer x = counts.below;
  const Integer y = counts.all;
  const Integer residuals =
      counts.below_squares * y * y - 2 * x * y * counts.products + x * x * counts.all_squares;
  const auto clusters = static_cast<double>(counts.clusters);
  const auto all = static_cast<double>(counts.all);
  return (residuals.convert_to<double>() / all / all) * (clusters / (clusters - 1)) / all / all;
}

}  // namespace

Result<QuantileEstimate> clustered_quantile_estimate(const QuantileSummary& summary,
                                                     const ClusterCounts& counts,
                                                     const QuantileDifferenceOptions& options) {
  if (const Status valid = check_counts(counts); !valid) return valid.error();
  Result<QuantileEstimate> estimate = quantile_estimate(summary, options);
  if (!estimate) return estimate.error();
  const double share_variance = variance_of_share(counts);
  if (share_variance < 0) {
    return Error{Errc::kInvalidArgument, "clusters: these sums belong to no set of clusters"};
  }
  if (share_variance == 0) {
    return Error{Errc::kInsufficientData,
                 "clusters: their shares below the quantile are all equal"};
  }
  const double independent = summary.q * (1 - summary.q) / static_cast<double>(summary.n);
  estimate->variance *= share_variance / independent;
  return estimate;
}

}  // namespace converge::stats
