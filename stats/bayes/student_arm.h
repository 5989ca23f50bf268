#pragma once

#include "stats/bayes/best_of_quadrature.h"
#include "stats/bayes/posteriors.h"

namespace converge::stats {

/// A Student-t posterior as BestOfQuadrature takes it; t is the value itself. Beyond the zone its
/// tails still count towards losses, in closed form. With dof <= 1 it has no mean: losses are then
/// not finite, probabilities are.
class StudentArm {
 public:
  StudentArm(const StudentPosterior& posterior, double tail_probability);

  Zone zone() const;
  double step(double t) const;
  double mean() const { return posterior_.location; }
  PosteriorPoint at(double t) const;
  double shortfall(double t) const { return posterior_.scale * standard_excess(-standard(t)); }
  double tail_excess(double t) const { return posterior_.scale * standard_excess(standard(t)); }

 private:
  double standard(double t) const { return (t - posterior_.location) / posterior_.scale; }
  /// E max(T - z, 0) of Student's t.
  double standard_excess(double z) const;
  double standard_density(double z) const;

  StudentPosterior posterior_;
  double reach_;         ///< of the zone, in scales
  double peak_density_;  ///< of T at 0
};

}  // namespace converge::stats
