#include "stats/quantiles/quantile_difference.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

double critical_z(const QuantileDifferenceOptions& options) {
  return normal_upper_quantile(options.alpha / 2);
}

Status check_estimate(const std::string& arm, const QuantileEstimate& estimate) {
  const Status valid = first_failure({require_finite(arm + ".value", estimate.value),
                                      require_not_negative(arm + ".variance", estimate.variance)});
  if (!valid) return valid.error();
  if (estimate.n < 2) return Error{Errc::kInsufficientData, arm + ".n: expected 2 or more"};
  if (estimate.variance == 0) {
    return Error{Errc::kInsufficientData, arm + ".variance: 0, the quantile is an atom"};
  }
  return {};
}

/// The test of estimate = 0; weights of the arms in the dof are those of the absolute difference.
Result<QuantileDifference> tested(double estimate, double standard_error, const QuantileEstimate& a,
                                  const QuantileEstimate& b,
                                  const QuantileDifferenceOptions& options) {
  QuantileDifference result;
  result.estimate = estimate;
  result.standard_error = standard_error;
  const double share = a.variance / (a.variance + b.variance);
  result.dof = 1 / (share * share / static_cast<double>(a.n - 1) +
                    (1 - share) * (1 - share) / static_cast<double>(b.n - 1));
  const double half = student_t_upper_quantile(options.alpha / 2, result.dof) * standard_error;
  result.p_two_sided = 2 * student_t_upper(std::abs(estimate / standard_error), result.dof);
  result.interval = {estimate - half, estimate + half, 1 - options.alpha};
  if (std::isfinite(result.interval.lower) && std::isfinite(result.interval.upper) &&
      std::isfinite(result.p_two_sided)) {
    return result;
  }
  return Error{Errc::kInvalidArgument, "value: the difference exceeds the range of double"};
}

Status check_pair(const QuantileEstimate& a, const QuantileEstimate& b,
                  const QuantileDifferenceOptions& options) {
  return first_failure(
      {require_open_unit("alpha", options.alpha), check_estimate("a", a), check_estimate("b", b)});
}

}  // namespace

Status require_enough_for_quantile(std::int64_t n, double q,
                                   const QuantileDifferenceOptions& options) {
  const Status valid = first_failure({require_not_negative("n", n), require_open_unit("q", q),
                                      require_open_unit("alpha", options.alpha)});
  if (!valid) return valid.error();
  const double z = critical_z(options);
  const double least = z * z * std::max(q / (1 - q), (1 - q) / q);
  if (n >= 2 && static_cast<double>(n) > least) return {};
  return Error{Errc::kInsufficientData,
               "n: " + std::to_string(n) + " values, this quantile needs more than " +
                   std::to_string(static_cast<std::int64_t>(std::max(1.0, least)))};
}

Result<QuantileEstimate> quantile_estimate(const QuantileSummary& summary,
                                           const QuantileDifferenceOptions& options) {
  const Status valid = first_failure({require_enough_for_quantile(summary.n, summary.q, options),
                                      require_finite("quantile", summary.value),
                                      require_finite("lower", summary.lower),
                                      require_finite("upper", summary.upper)});
  if (!valid) return valid.error();
  if (summary.n_star < 1) return Error{Errc::kInvalidArgument, "n_star: expected 1 or more"};
  if (summary.lower > summary.upper) {
    return Error{Errc::kInvalidArgument, "lower: expected at most upper"};
  }
  if (summary.lower == summary.upper) {
    return Error{Errc::kInsufficientData, "lower: equals upper, the quantile is an atom"};
  }
  const auto n = static_cast<double>(summary.n);
  const double sd = (summary.upper - summary.lower) / (2 * critical_z(options));
  return QuantileEstimate{
      .n = summary.n,
      .value = summary.value,
      .variance = static_cast<double>(summary.n_star) / n * ((n - 1) / n) * sd * sd};
}

Result<QuantileSummary> quantile_summary(std::span<const double> sorted, double q, TieRule ties,
                                         const QuantileDifferenceOptions& options) {
  const auto n = static_cast<std::int64_t>(sorted.size());
  if (const Status enough = require_enough_for_quantile(n, q, options); !enough) {
    return enough.error();
  }
  const double reach = critical_z(options) * std::sqrt(q * (1 - q) / static_cast<double>(n));
  const Result<double> value = sample_quantile(sorted, q, ties);
  if (!value) return value.error();
  const Result<double> lower = sample_quantile(sorted, q - reach, ties);
  if (!lower) return lower.error();
  const Result<double> upper = sample_quantile(sorted, q + reach, ties);
  if (!upper) return upper.error();
  return QuantileSummary{
      .n = n, .n_star = n, .q = q, .value = *value, .lower = *lower, .upper = *upper};
}

Result<QuantileDifference> quantile_difference(const QuantileEstimate& a, const QuantileEstimate& b,
                                               const QuantileDifferenceOptions& options) {
  if (const Status valid = check_pair(a, b, options); !valid) return valid.error();
  return tested(b.value - a.value, std::sqrt(a.variance + b.variance), a, b, options);
}

Result<QuantileDifference> relative_quantile_difference(const QuantileEstimate& a,
                                                        const QuantileEstimate& b,
                                                        const QuantileDifferenceOptions& options) {
  if (const Status valid = check_pair(a, b, options); !valid) return valid.error();
  if (a.value == 0) {
    return Error{Errc::kInsufficientData, "a.value: 0, a relative difference is undefined"};
  }
  const double base = std::abs(a.value);
  // Delta method: V_b / value_a^2 + V_a value_b^2 / value_a^4.
  const double standard_error =
      std::hypot(std::sqrt(b.variance) / base, std::sqrt(a.variance) / base * (b.value / base));
  return tested((b.value - a.value) / base, standard_error, a, b, options);
}

}  // namespace converge::stats
