#include "stats/sequential/safe_z.h"

#include <cmath>

#include "stats/domain.h"

namespace converge::stats {
namespace {

/// sqrt(n_eff) phi / sigma with 1 / n_eff = 1 / n_a + 1 / n_b.
Result<double> noncentrality(const SafeZInputs& inputs, const SafeZOptions& options) {
  const Status valid =
      first_failure({require_finite("z", inputs.z), require_positive("phi", options.phi),
                     require_positive("sigma", options.sigma)});
  if (!valid) return valid.error();
  if (inputs.n_a < 1 || inputs.n_b < 1) {
    return Error{Errc::kInvalidArgument, "n_a, n_b: expected 1 or more"};
  }
  const auto n_a = static_cast<double>(inputs.n_a);
  const auto n_b = static_cast<double>(inputs.n_b);
  const double shift = std::sqrt(n_a * (n_b / (n_a + n_b))) * (options.phi / options.sigma);
  if (std::isfinite(shift * shift) && std::isfinite(shift * inputs.z)) return shift;
  return Error{Errc::kInvalidArgument, "phi: too large for sigma"};
}

}  // namespace

Result<double> safe_z_two_sided(const SafeZInputs& inputs, const SafeZOptions& options) {
  const Result<double> shift = noncentrality(inputs, options);
  if (!shift) return shift.error();
  const double x = std::abs(*shift * inputs.z);
  // ln(exp(-shift^2 / 2) cosh(shift z))
  return x + std::log1p(std::exp(-2 * x)) - std::log(2.0) - *shift * *shift / 2;
}

Result<double> safe_z_greater(const SafeZInputs& inputs, const SafeZOptions& options) {
  const Result<double> shift = noncentrality(inputs, options);
  if (!shift) return shift.error();
  return *shift * inputs.z - *shift * *shift / 2;
}

}  // namespace converge::stats
