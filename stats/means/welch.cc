#include "stats/means/welch.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <exception>
#include <string>

namespace converge::stats {
namespace {

Status check_inputs(const Sample& a, const Sample& b, const WelchOptions& options) {
  if (!(options.alpha > 0 && options.alpha < 1)) {
    return Error{Errc::kInvalidArgument, "alpha: expected a number between 0 and 1"};
  }
  for (const Sample* sample : {&a, &b}) {
    const std::string arm = sample == &a ? "a" : "b";
    if (sample->n < 2) {
      return Error{Errc::kInsufficientData, arm + ".n: " + std::to_string(sample->n) +
                                                " units, the variance needs at least 2"};
    }
    if (!std::isfinite(sample->mean) || !std::isfinite(sample->variance)) {
      return Error{Errc::kInvalidArgument, arm + ": expected finite numbers"};
    }
    if (sample->variance < 0) {
      return Error{Errc::kInvalidArgument, arm + ".variance: expected 0 or more"};
    }
  }
  if (a.variance == 0 && b.variance == 0) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms, the test is undefined"};
  }
  return {};
}

}  // namespace

Result<WelchResult> welch(const Sample& a, const Sample& b, const WelchOptions& options) {
  if (const Status valid = check_inputs(a, b, options); !valid) return valid.error();
  const auto n_a = static_cast<double>(a.n);
  const auto n_b = static_cast<double>(b.n);
  const double variance = a.variance / n_a + b.variance / n_b;
  WelchResult result;
  result.estimate = b.mean - a.mean;
  result.standard_error = std::sqrt(variance);
  result.t = result.estimate / result.standard_error;
  // Satterthwaite, by the share of a in the variance: its square cannot overflow.
  const double share = (a.variance / n_a) / variance;
  result.dof = 1 / (share * share / (n_a - 1) + (1 - share) * (1 - share) / (n_b - 1));
  if (!std::isfinite(result.t) || !std::isfinite(result.dof)) {
    return Error{Errc::kInvalidArgument, "the statistic exceeds the range of double"};
  }
  try {
    const boost::math::students_t distribution(result.dof);
    result.p_greater = cdf(complement(distribution, result.t));
    result.p_less = cdf(distribution, result.t);
    result.p_two_sided = 2 * cdf(complement(distribution, std::abs(result.t)));
    const double half =
        quantile(complement(distribution, options.alpha / 2)) * result.standard_error;
    result.interval = {result.estimate - half, result.estimate + half, 1 - options.alpha};
  } catch (const std::exception& problem) {
    return Error{Errc::kInvalidArgument,
                 std::string("alpha: no finite quantile exists (") + problem.what() + ")"};
  }
  return result;
}

}  // namespace converge::stats
