#include "stats/bayes/normal_inverse_gamma.h"

#include <cmath>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_prior(const NormalInverseGamma& prior) {
  static constexpr double kShapeOfReference = -0.5;
  if (!(prior.variance_shape >= kShapeOfReference && std::isfinite(prior.variance_shape))) {
    return Error{Errc::kInvalidArgument, "prior.variance_shape: expected -1/2 or more"};
  }
  return first_failure({require_finite("prior.location", prior.location),
                        require_not_negative("prior.mean_weight", prior.mean_weight),
                        require_not_negative("prior.variance_scale", prior.variance_scale)});
}

Status check_sample(const NormalSample& sample) {
  if (sample.n == 0) return {};
  const Status variance =
      sample.n < 2 ? Status() : require_not_negative("sample.variance", sample.variance);
  return first_failure({require_not_negative("sample.n", sample.n),
                        require_finite("sample.mean", sample.mean), variance});
}

}  // namespace

Result<NormalInverseGamma> normal_inverse_gamma_posterior(const NormalInverseGamma& prior,
                                                          const NormalSample& sample) {
  const Status valid = first_failure({check_prior(prior), check_sample(sample)});
  if (!valid) return valid.error();
  if (sample.n == 0) return prior;
  const auto n = static_cast<double>(sample.n);
  const double weight = prior.mean_weight + n;
  const double shift = sample.mean - prior.location;
  const double squares = sample.n < 2 ? 0 : (n - 1) * sample.variance;
  // Without a prior weight its location is of no account, however far away.
  const double between =
      prior.mean_weight == 0 ? 0 : prior.mean_weight * (n / weight) * shift * shift;
  NormalInverseGamma posterior;
  posterior.location = prior.mean_weight == 0 ? sample.mean : prior.location + shift * (n / weight);
  posterior.mean_weight = weight;
  posterior.variance_shape = prior.variance_shape + n / 2;
  posterior.variance_scale = prior.variance_scale + (squares + between) / 2;
  if (!std::isfinite(posterior.location) || !std::isfinite(posterior.variance_scale)) {
    return Error{Errc::kInvalidArgument, "sample: the posterior exceeds the range of double"};
  }
  return posterior;
}

Result<StudentPosterior> marginal_of_mean(const NormalInverseGamma& posterior) {
  if (!(posterior.mean_weight > 0 && posterior.variance_shape > 0)) {
    return Error{Errc::kInsufficientData, "n: too few units for this prior, the mean is undefined"};
  }
  if (!(posterior.variance_scale > 0)) {
    return Error{Errc::kInsufficientData, "variance: 0, the posterior of the mean is a point"};
  }
  return StudentPosterior{.location = posterior.location,
                          .scale = std::sqrt(posterior.variance_scale / posterior.variance_shape) /
                                   std::sqrt(posterior.mean_weight),
                          .dof = 2 * posterior.variance_shape};
}

}  // namespace converge::stats
