#include "stats/means/fieller.h"

#include <algorithm>
#include <cmath>

namespace converge::stats {
namespace {

Status check_inputs(const FiellerInputs& inputs) {
  for (const double value : {inputs.mean_a, inputs.variance_of_mean_a, inputs.mean_b,
                             inputs.variance_of_mean_b, inputs.covariance, inputs.z}) {
    if (!std::isfinite(value)) {
      return Error{Errc::kInvalidArgument, "means, variances and z: expected finite numbers"};
    }
  }
  if (inputs.variance_of_mean_a < 0 || inputs.variance_of_mean_b < 0) {
    return Error{Errc::kInvalidArgument, "variance_of_mean: expected 0 or more"};
  }
  if (inputs.z < 0) return Error{Errc::kInvalidArgument, "z: expected 0 or more"};
  if (!(inputs.level > 0 && inputs.level < 1)) {
    return Error{Errc::kInvalidArgument, "level: expected a number between 0 and 1"};
  }
  static constexpr double kRounding = 1 + 1e-9;
  if (std::abs(inputs.covariance) >
      std::sqrt(inputs.variance_of_mean_a) * std::sqrt(inputs.variance_of_mean_b) * kRounding) {
    return Error{Errc::kInvalidArgument, "covariance: larger than the variances allow"};
  }
  if (inputs.mean_a == 0) {
    return Error{Errc::kInsufficientData, "mean_a: 0, a relative lift is undefined"};
  }
  return {};
}

}  // namespace

Result<RelativeLift> fieller_relative_lift(const FiellerInputs& inputs) {
  if (const Status valid = check_inputs(inputs); !valid) return valid.error();
  // All in units of the control mean, of either sign: delta = mean_b / mean_a - 1.
  const double scale = inputs.mean_a;
  const double sign = scale < 0 ? -1 : 1;
  const double difference = inputs.mean_b - inputs.mean_a;
  const double delta = difference / scale;
  const double var_a = inputs.variance_of_mean_a / scale / scale;
  const double var_b = inputs.variance_of_mean_b / scale / scale;
  const double cov = inputs.covariance / scale / scale;
  const double z2 = inputs.z * inputs.z;
  RelativeLift lift;
  lift.estimate = sign * delta;
  if (!std::isfinite(lift.estimate) || !std::isfinite(z2 * (var_a + var_b))) {
    return Error{Errc::kInsufficientData, "mean_a: too close to 0 for a relative lift"};
  }

  // (difference - L mean_a)^2 <= z^2 var(mean_b - (1 + L) mean_a), as A L^2 - 2 B L + C <= 0.
  const double a = 1 - z2 * var_a;
  if (!(a > 0)) return lift;
  const double b = delta + z2 * (var_a - cov);
  // C = (|difference| - z se)(|difference| + z se): its sign is the verdict of the absolute test.
  const double variance =
      inputs.variance_of_mean_a + inputs.variance_of_mean_b - 2 * inputs.covariance;
  const double half = inputs.z * std::sqrt(std::max(0.0, variance));
  const double c = ((std::abs(difference) - half) / std::abs(scale)) *
                   ((std::abs(difference) + half) / std::abs(scale));
  // B^2 - A C, expanded so that nothing cancels for independent arms.
  const double ratio = 1 + delta;
  const double discriminant =
      z2 * (a * var_b + ratio * ratio * var_a - 2 * ratio * cov + z2 * cov * cov);
  const double root = std::sqrt(std::max(0.0, discriminant));
  const double q = b < 0 ? b - root : b + root;
  // q / A and C / q are the roots without cancellation; the second takes its sign from C.
  const double first = q / a;
  const double second = q == 0 ? 0 : c / q;
  const double lower = sign * (scale < 0 ? std::max(first, second) : std::min(first, second));
  const double upper = sign * (scale < 0 ? std::min(first, second) : std::max(first, second));
  if (std::isfinite(lower) && std::isfinite(upper)) {
    lift.interval = Interval{lower, upper, inputs.level};
  }
  return lift;
}

}  // namespace converge::stats
