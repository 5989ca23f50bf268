#include "stats/bayes/behrens_fisher.h"

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <exception>
#include <string>
#include <vector>

#include "stats/bayes/best_of_quadrature.h"
#include "stats/bayes/student_arm.h"
#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// Both arms about 0, in units of the wider scale: no change of unit or of level shows.
struct Standardised {
  StudentPosterior a;
  StudentPosterior b;
  double unit = 0;
};

Standardised standardised(const BehrensFisherInputs& inputs) {
  const double unit = std::max(inputs.a.scale, inputs.b.scale);
  return {.a = {.location = 0, .scale = inputs.a.scale / unit, .dof = inputs.a.dof},
          .b = {.location = 0, .scale = inputs.b.scale / unit, .dof = inputs.b.dof},
          .unit = unit};
}

/// The comparison where b is moved up by `shift`.
BestOfK compare(const Standardised& arms, double shift, double tail_probability) {
  StudentPosterior b = arms.b;
  b.location = shift;
  const std::vector<StudentArm> both{StudentArm(arms.a, tail_probability),
                                     StudentArm(b, tail_probability)};
  const auto slope = [](double) { return 1.0; };
  return BestOfQuadrature<StudentArm, decltype(slope)>(both, slope).run();
}

/// Half the width of the interval that leaves `tail` on either side, in standard units.
double half_width(const Standardised& arms, double tail) {
  static constexpr double kNegligible = 1e-4;
  const double reach = std::min(1e-17, tail * kNegligible);
  const auto excess_of_log_tail = [&](double half) {
    return std::log(compare(arms, -half, reach).probability_best[1] / tail);
  };
  // |a| + |b| beyond the sum of their quantiles at tail / 4 is rarer than tail on each side.
  const double upper = arms.a.scale * student_t_upper_quantile(tail / 4, arms.a.dof) +
                       arms.b.scale * student_t_upper_quantile(tail / 4, arms.b.dof);
  std::uintmax_t iterations = 60;
  const boost::math::tools::eps_tolerance<double> tolerance(44);
  const auto bracket =
      boost::math::tools::toms748_solve(excess_of_log_tail, 0.0, upper, tolerance, iterations);
  return bracket.first + (bracket.second - bracket.first) / 2;
}

}  // namespace

Result<BehrensFisherResult> behrens_fisher_difference(const BehrensFisherInputs& inputs) {
  const Status valid = first_failure({require_valid("a", inputs.a), require_valid("b", inputs.b),
                                      require_open_unit("level", inputs.level)});
  if (!valid) return valid.error();
  static constexpr double kTailProbability = 1e-300;
  try {
    const Standardised arms = standardised(inputs);
    BehrensFisherResult result;
    result.estimate = inputs.b.location - inputs.a.location;
    const BestOfK best = compare(arms, result.estimate / arms.unit, kTailProbability);
    result.probability_b_beats_a = best.probability_best[1];
    if (std::min(inputs.a.dof, inputs.b.dof) > 1) {
      result.expected_loss_choose_a = best.expected_loss[0] * arms.unit;
      result.expected_loss_choose_b = best.expected_loss[1] * arms.unit;
    }
    const double half = half_width(arms, (1 - inputs.level) / 2) * arms.unit;
    result.interval = {result.estimate - half, result.estimate + half, inputs.level};
    if (std::isfinite(result.probability_b_beats_a) && std::isfinite(half) &&
        std::isfinite(result.interval.lower) && std::isfinite(result.interval.upper)) {
      return result;
    }
  } catch (const std::exception& problem) {
    return Error{Errc::kInvalidArgument, std::string("posteriors: ") + problem.what()};
  }
  return Error{Errc::kInvalidArgument, "posteriors: their figures exceed the range of double"};
}

}  // namespace converge::stats
