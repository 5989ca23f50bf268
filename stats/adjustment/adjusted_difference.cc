#include "stats/adjustment/adjusted_difference.h"

#include <cmath>
#include <string>
#include <vector>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

double weight_of(const Difference& difference, StratumWeights weights) {
  const auto a = static_cast<double>(difference.n_a);
  const auto b = static_cast<double>(difference.n_b);
  switch (weights) {
    case StratumWeights::kHarmonic:
      return a * (b / (a + b));
    case StratumWeights::kPrecision:
      return 1 / difference.variance;
    case StratumWeights::kSize:
      return a + b;
  }
  return 0;
}

Status check_stratum(const AdjustedDifference& stratum, std::size_t index) {
  const std::string name = "strata[" + std::to_string(index) + "]";
  if (!std::isfinite(stratum.difference.estimate) || !std::isfinite(stratum.difference.variance)) {
    return Error{Errc::kInvalidArgument, name + ": expected finite numbers"};
  }
  if (!(stratum.difference.variance > 0) || !(stratum.dof > 0) || stratum.difference.n_a < 1 ||
      stratum.difference.n_b < 1) {
    return Error{Errc::kInsufficientData, name + ": no variance, no test is defined"};
  }
  return {};
}

/// Third central moment of a mean, out of the skewness that Difference keeps, and back.
double third_moment(double skewness, double variance_of_mean, std::int64_t n) {
  return skewness * std::pow(variance_of_mean, 1.5) / std::sqrt(static_cast<double>(n));
}
double skewness_of(double third, double variance_of_mean, std::int64_t n) {
  if (variance_of_mean == 0) return 0;
  return third / std::pow(variance_of_mean, 1.5) * std::sqrt(static_cast<double>(n));
}

struct Accumulated {
  AdjustedDifference total;
  double dof_denominator = 0;
  double third_a = 0;
  double third_b = 0;

  void add(const AdjustedDifference& stratum, double w) {
    const Difference& in = stratum.difference;
    Difference& out = total.difference;
    const double w2 = w * w;
    out.n_a += in.n_a;
    out.n_b += in.n_b;
    out.mean_a += w * in.mean_a;
    out.mean_b += w * in.mean_b;
    out.estimate += w * in.estimate;
    out.variance_of_mean_a += w2 * in.variance_of_mean_a;
    out.variance_of_mean_b += w2 * in.variance_of_mean_b;
    out.variance += w2 * in.variance;
    third_a += w2 * w * third_moment(in.skewness_a, in.variance_of_mean_a, in.n_a);
    third_b += w2 * w * third_moment(in.skewness_b, in.variance_of_mean_b, in.n_b);
    total.variance_of_mean_a += w2 * stratum.variance_of_mean_a;
    total.variance_of_mean_b += w2 * stratum.variance_of_mean_b;
    total.covariance_of_means += w2 * stratum.covariance_of_means;
    total.unadjusted_mean_a += w * stratum.unadjusted_mean_a;
    total.unadjusted_mean_b += w * stratum.unadjusted_mean_b;
    total.variance_unadjusted += w2 * stratum.variance_unadjusted;
    total.skewness_known = total.skewness_known && stratum.skewness_known;
  }
};

}  // namespace

double satterthwaite_dof(double variance_a, double dof_a, double variance_b, double dof_b) {
  const double share = variance_a / (variance_a + variance_b);
  return 1 / (share * share / dof_a + (1 - share) * (1 - share) / dof_b);
}

Result<WelchResult> t_test(double estimate, double standard_error, double dof,
                           const WelchOptions& options) {
  if (const Status valid = first_failure({require_open_unit("alpha", options.alpha),
                                          require_finite("estimate", estimate),
                                          require_not_negative("standard_error", standard_error)});
      !valid) {
    return valid.error();
  }
  if (standard_error == 0) {
    return Error{Errc::kInsufficientData, "variance: 0, the test is undefined"};
  }
  if (!(dof > 0)) {
    return Error{Errc::kInsufficientData, "dof: no residual degree of freedom is left"};
  }
  WelchResult result;
  result.estimate = estimate;
  result.standard_error = standard_error;
  result.dof = dof;
  result.t = estimate / standard_error;
  result.p_greater = student_t_upper(result.t, dof);
  result.p_less = student_t_cdf(result.t, dof);
  result.p_two_sided = 2 * student_t_upper(std::abs(result.t), dof);
  const double half = student_t_upper_quantile(options.alpha / 2, dof) * standard_error;
  result.interval = {estimate - half, estimate + half, 1 - options.alpha};
  if (!std::isfinite(half) || std::isnan(result.p_two_sided)) {
    return Error{Errc::kInvalidArgument, "alpha: no finite quantile exists"};
  }
  return result;
}

Result<WelchResult> t_test(const AdjustedDifference& adjusted, const WelchOptions& options) {
  const double variance = adjusted.difference.variance;
  if (!(variance >= 0)) {
    return Error{Errc::kInvalidArgument, "variance: expected a finite number of 0 or more"};
  }
  return t_test(adjusted.difference.estimate, std::sqrt(variance), adjusted.dof, options);
}

FiellerInputs fieller_inputs(const AdjustedDifference& adjusted, double z, double level) {
  return {.mean_a = adjusted.difference.mean_a,
          .variance_of_mean_a = adjusted.variance_of_mean_a,
          .mean_b = adjusted.difference.mean_b,
          .variance_of_mean_b = adjusted.variance_of_mean_b,
          .covariance = adjusted.covariance_of_means,
          .z = z,
          .level = level};
}

Result<AdjustedDifference> combine_adjusted(std::span<const AdjustedDifference> strata,
                                            StratumWeights weights) {
  if (strata.empty()) return Error{Errc::kInsufficientData, "strata: none holds both arms"};
  double sum = 0;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    if (const Status valid = check_stratum(strata[i], i); !valid) return valid.error();
    sum += weight_of(strata[i].difference, weights);
  }
  if (!std::isfinite(sum) || !(sum > 0)) {
    return Error{Errc::kInvalidArgument, "strata: the weights exceed the range of double"};
  }
  Accumulated all;
  all.total.skewness_known = true;
  for (const AdjustedDifference& stratum : strata) {
    all.add(stratum, weight_of(stratum.difference, weights) / sum);
  }
  AdjustedDifference& total = all.total;
  Difference& difference = total.difference;
  for (const AdjustedDifference& stratum : strata) {
    const double w = weight_of(stratum.difference, weights) / sum;
    const double share = w * w * (stratum.difference.variance / difference.variance);
    all.dof_denominator += share * share / stratum.dof;
  }
  total.dof = 1 / all.dof_denominator;
  difference.skewness_a = skewness_of(all.third_a, difference.variance_of_mean_a, difference.n_a);
  difference.skewness_b = skewness_of(all.third_b, difference.variance_of_mean_b, difference.n_b);
  difference.skew_standardised = (all.third_b - all.third_a) / std::pow(difference.variance, 1.5);
  return total;
}

}  // namespace converge::stats
