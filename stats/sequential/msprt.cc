#include "stats/sequential/msprt.h"

#include <cmath>

#include "stats/domain.h"

namespace converge::stats {

Result<Msprt> msprt_normal(const MsprtInputs& inputs, const MsprtOptions& options) {
  const Status valid = first_failure({require_open_unit("alpha", options.alpha),
                                      require_positive("tau", options.tau),
                                      require_finite("difference", inputs.difference),
                                      require_not_negative("variance", inputs.variance)});
  if (!valid) return valid.error();
  if (inputs.variance == 0) {
    return Error{Errc::kInsufficientData, "variance: 0, the test is undefined"};
  }
  const double se = std::sqrt(inputs.variance);
  const double z = inputs.difference / se;
  const double root = options.tau / se;
  const double q = root * root;                                    // tau^2 / V
  const double shrink = root > 1 ? 1 / (1 + 1 / q) : q / (1 + q);  // tau^2 / (V + tau^2)
  const double log_root = root > 1 ? std::log(root) + 0.5 * std::log1p(1 / q) : 0.5 * std::log1p(q);
  Msprt result;
  // ln sqrt(V / (V + tau^2)) + d^2 tau^2 / (2 V (V + tau^2))
  result.log_lambda = z * z * shrink / 2 - log_root;
  result.p = result.log_lambda > 0 ? std::exp(-result.log_lambda) : 1.0;
  const double half = se * std::sqrt(2 / shrink * (log_root - std::log(options.alpha)));
  result.interval = {inputs.difference - half, inputs.difference + half, 1 - options.alpha};
  if (std::isfinite(result.log_lambda) && std::isfinite(half)) return result;
  return Error{Errc::kInvalidArgument, "tau: too far from the standard error"};
}

}  // namespace converge::stats
