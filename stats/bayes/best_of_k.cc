#include "stats/bayes/best_of_k.h"

#include <cmath>
#include <exception>
#include <string>

#include "stats/bayes/best_of_quadrature.h"
#include "stats/bayes/log_concave_shapes.h"
#include "stats/bayes/normal_excess.h"
#include "stats/bayes/student_arm.h"
#include "stats/bayes/tabulated_posterior.h"
#include "stats/distributions.h"

namespace converge::stats {
namespace {

/// A normal posterior; t is the value, measured from the mean of the leading arm.
class NormalArm {
 public:
  NormalArm(double mean, double sd, double reach) : mean_(mean), sd_(sd), reach_(reach) {}

  Zone zone() const { return {mean_ - reach_ * sd_, mean_ + reach_ * sd_}; }
  double step(double) const {
    static constexpr double kDeviations = 3;
    return kDeviations * sd_;
  }
  double mean() const { return mean_; }
  PosteriorPoint at(double t) const {
    const double z = (t - mean_) / sd_;
    if (z <= -reach_) return {0, 0, 1};
    if (z >= reach_) return {0, 1, 0};
    const double tail = normal_upper(std::abs(z));
    return {normal_density(z) / sd_, z < 0 ? tail : 1 - tail, z < 0 ? 1 - tail : tail};
  }
  double shortfall(double t) const { return normal_excess(t - mean_, sd_); }
  double tail_excess(double) const { return 0; }

 private:
  double mean_;
  double sd_;
  double reach_;
};

struct Reach {
  double deviations = 0;        ///< of a normal
  double log_density_drop = 0;  ///< of what is tabulated
  double tail_probability = 0;  ///< of Student's t
};

Reach reach_of(TailPrecision precision) {
  if (precision == TailPrecision::kRelative) return {38, 700, 1e-300};
  return {8.5, 40, 1e-17};
}

template <class Posterior>
Status check_posteriors(std::span<const Posterior> posteriors) {
  if (posteriors.empty() || posteriors.size() > kBestOfMax) {
    return Error{Errc::kInvalidArgument, "posteriors: expected 1 to " + std::to_string(kBestOfMax)};
  }
  for (std::size_t i = 0; i < posteriors.size(); ++i) {
    const Status valid = require_valid("[" + std::to_string(i) + "]", posteriors[i]);
    if (!valid) return valid.error();
  }
  return {};
}

bool is_finite(const BestOfK& result) {
  bool finite = std::isfinite(result.expected_best);
  for (const double loss : result.expected_loss) finite = finite && std::isfinite(loss);
  for (const double share : result.probability_best) finite = finite && std::isfinite(share);
  return finite;
}

Result<BestOfK> checked(BestOfK result) {
  if (is_finite(result)) return result;
  return Error{Errc::kInvalidArgument, "posteriors: their figures exceed the range of double"};
}

template <class Posterior, class Slope>
Result<BestOfK> integrate(const std::vector<Posterior>& arms, Slope slope) {
  try {
    return checked(BestOfQuadrature<Posterior, Slope>(arms, slope).run());
  } catch (const std::exception& problem) {
    return Error{Errc::kInternal, std::string("posteriors: ") + problem.what()};
  }
}

/// Posteriors on the line; `origin` keeps the digits of close means far from 0.
template <class Arm>
Result<BestOfK> best_on_the_line(const std::vector<Arm>& arms, double origin, double sign) {
  Result<BestOfK> result = integrate(arms, [](double) { return 1.0; });
  if (result) result->expected_best = sign * (result->expected_best + origin);
  return result;
}

double sign_of(BestIs best_is) {
  return best_is == BestIs::kLargest ? 1 : -1;
}

/// Tabulates shapes on the scale of the one with the largest mean.
template <class Shape>
Result<BestOfK> best_of_shapes(const std::vector<Shape>& shapes, const Reach& reach) {
  const Shape* leader = &shapes.front();
  for (const Shape& shape : shapes) {
    if (shape.mean() > leader->mean()) leader = &shape;
  }
  std::vector<TabulatedPosterior<Shape>> arms;
  arms.reserve(shapes.size());
  for (const Shape& shape : shapes) {
    arms.emplace_back(shape, shape.distance_from(*leader), reach.log_density_drop);
  }
  return integrate(arms, [leader](double t) { return leader->slope(t); });
}

}  // namespace

Result<BestOfK> best_of_normals(std::span<const NormalPosterior> posteriors,
                                const BestOfKOptions& options) {
  if (const Status valid = check_posteriors(posteriors); !valid) return valid.error();
  const double sign = sign_of(options.best_is);
  double origin = sign * posteriors.front().mean;
  for (const NormalPosterior& posterior : posteriors) {
    origin = std::max(origin, sign * posterior.mean);
  }
  std::vector<NormalArm> arms;
  const double reach = reach_of(options.precision).deviations;
  for (const NormalPosterior& posterior : posteriors) {
    arms.emplace_back(sign * posterior.mean - origin, posterior.sd, reach);
  }
  return best_on_the_line(arms, origin, sign);
}

Result<BestOfK> best_of_students(std::span<const StudentPosterior> posteriors,
                                 const BestOfKOptions& options) {
  if (const Status valid = check_posteriors(posteriors); !valid) return valid.error();
  const double sign = sign_of(options.best_is);
  double origin = sign * posteriors.front().location;
  for (const StudentPosterior& posterior : posteriors) {
    if (posterior.dof <= 1) {
      return Error{Errc::kInsufficientData, "dof: a mean needs more than 1"};
    }
    origin = std::max(origin, sign * posterior.location);
  }
  std::vector<StudentArm> arms;
  const double tail = reach_of(options.precision).tail_probability;
  for (const StudentPosterior& posterior : posteriors) {
    arms.emplace_back(StudentPosterior{.location = sign * posterior.location - origin,
                                       .scale = posterior.scale,
                                       .dof = posterior.dof},
                      tail);
  }
  return best_on_the_line(arms, origin, sign);
}

Result<BestOfK> best_of_betas(std::span<const BetaPosterior> posteriors,
                              const BestOfKOptions& options) {
  if (const Status valid = check_posteriors(posteriors); !valid) return valid.error();
  const bool largest = options.best_is == BestIs::kLargest;
  std::vector<LogitBeta> shapes;
  for (const BetaPosterior& posterior : posteriors) {
    // The smallest p has the largest 1 - p.
    shapes.emplace_back(largest ? posterior.alpha : posterior.beta,
                        largest ? posterior.beta : posterior.alpha);
  }
  Result<BestOfK> result = best_of_shapes(shapes, reach_of(options.precision));
  if (result && !largest) result->expected_best = 1 - result->expected_best;
  return result;
}

Result<BestOfK> best_of_gammas(std::span<const GammaPosterior> posteriors,
                               const BestOfKOptions& options) {
  if (const Status valid = check_posteriors(posteriors); !valid) return valid.error();
  const Reach reach = reach_of(options.precision);
  if (options.best_is == BestIs::kLargest) {
    std::vector<LogGamma> shapes;
    for (const GammaPosterior& posterior : posteriors) {
      shapes.emplace_back(posterior.shape, posterior.rate);
    }
    return best_of_shapes(shapes, reach);
  }
  std::vector<NegativeLogGamma> shapes;
  for (const GammaPosterior& posterior : posteriors) {
    shapes.emplace_back(posterior.shape, posterior.rate);
  }
  Result<BestOfK> result = best_of_shapes(shapes, reach);
  if (result) result->expected_best = -result->expected_best;
  return result;
}

}  // namespace converge::stats
