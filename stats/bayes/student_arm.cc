#include "stats/bayes/student_arm.h"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

/// A distance beyond which less than the tail probability lies; Boost's quantile fails below
/// 1e-280.
double reach_of_tail(double tail_probability, double dof) {
  static constexpr double kReachMax = 1e100;  // squares stay in range
  double reach = 4;
  while (reach < kReachMax && student_t_upper(reach, dof) > tail_probability) reach *= 1.25;
  return reach;
}

}  // namespace

StudentArm::StudentArm(const StudentPosterior& posterior, double tail_probability)
    : posterior_(posterior), reach_(reach_of_tail(tail_probability, posterior.dof)) {
  static constexpr double kPi = 3.14159265358979323846;
  // Gamma((dof + 1) / 2) / Gamma(dof / 2), which stays exact where dof is large.
  peak_density_ =
      1 / boost::math::tgamma_delta_ratio(posterior.dof / 2, 0.5) / std::sqrt(posterior.dof * kPi);
}

Zone StudentArm::zone() const {
  return {posterior_.location - reach_ * posterior_.scale,
          posterior_.location + reach_ * posterior_.scale};
}

double StudentArm::step(double t) const {
  static constexpr double kScales = 1.5;
  static constexpr double kGrowth = 0.4;
  return kScales * posterior_.scale + kGrowth * std::abs(t - posterior_.location);
}

PosteriorPoint StudentArm::at(double t) const {
  const double z = standard(t);
  const double tail = student_t_upper(std::abs(z), posterior_.dof);
  return {standard_density(z) / posterior_.scale, z < 0 ? tail : 1 - tail, z < 0 ? 1 - tail : tail};
}

double StudentArm::standard_density(double z) const {
  return peak_density_ * std::exp(-(posterior_.dof + 1) / 2 * std::log1p(z * z / posterior_.dof));
}

double StudentArm::standard_excess(double z) const {
  const double dof = posterior_.dof;
  // int_z^inf t f(t) dt = f(z) (dof + z^2) / (dof - 1).
  const double beyond = standard_density(z) * (dof + z * z) / (dof - 1);
  const double excess = beyond - z * student_t_upper(z, dof);
  return excess > 0 ? excess : 0;
}

}  // namespace converge::stats
