#include "stats/planning/equivalence_power.h"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_design(const EquivalenceDesign& design, double alpha) {
  if (const Status valid =
          first_failure({require_open_unit("alpha", alpha), require_finite("effect", design.effect),
                         require_positive("margin_lower, negated,", -design.margin_lower),
                         require_positive("margin_upper", design.margin_upper),
                         require_not_negative("variance_a", design.variance_a),
                         require_not_negative("variance_b", design.variance_b)});
      !valid) {
    return valid.error();
  }
  if (alpha >= 0.5) {
    return Error{Errc::kInvalidArgument,
                 "alpha: expected a number between 0 and 0.5, both excluded"};
  }
  if (design.effect <= design.margin_lower || design.effect >= design.margin_upper) {
    return Error{Errc::kInsufficientData,
                 "effect: on a margin or beyond it, no size shows equivalence"};
  }
  if (design.variance_a == 0 && design.variance_b == 0) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms, the test is undefined"};
  }
  return {};
}

/// Distances of the margins from the effect, in standard errors.
struct Distances {
  double lower;  ///< below 0
  double upper;
};

Distances distances_of(const EquivalenceDesign& design, const ArmSizes& sizes) {
  const double se = std::sqrt(design.variance_a / sizes.n_a + design.variance_b / sizes.n_b);
  return {.lower = (design.margin_lower - design.effect) / se,
          .upper = (design.margin_upper - design.effect) / se};
}

/// P(both one-sided tests reject) with the critical value, in true standard errors.
double power_beyond(const Distances& distances, double critical) {
  const double low = distances.lower + critical;
  const double high = distances.upper - critical;
  if (!(low < high)) return 0;
  // The difference of two upper tails or of two lower ones, whichever are small.
  return low > 0 ? normal_upper(low) - normal_upper(high) : normal_cdf(high) - normal_cdf(low);
}

/// ln of the density of sqrt(chi^2_dof / dof) at 1 + u, by Stirling's series from 20 dof on.
double log_density_of_sd(double u, double dof) {
  static constexpr double kHalfLogTwoPi = 0.918938533204672741780329736406;
  static constexpr double kStirlingFrom = 20;
  const double half = dof / 2;
  const double inverse = 1 / half;
  const double log_constant =
      dof < kStirlingFrom
          ? half * std::log(half) - half - std::lgamma(half)
          : 0.5 * std::log(half) - kHalfLogTwoPi -
                inverse / 12 * (1 - inverse * inverse / 30 * (1 - inverse * inverse * 2 / 7));
  return std::log(2.0) + log_constant - std::log1p(u) + dof * (std::log1p(u) - u - 0.5 * u * u);
}

double student_power(const Distances& distances, double critical, double dof) {
  using Quadrature = boost::math::quadrature::gauss_kronrod<double, 31>;
  static constexpr double kSpread = 14;  // standard deviations of the sd; beyond them lies 1e-40
  static constexpr unsigned kDepth = 8;
  static constexpr double kTolerance = 1e-11;
  const double spread = kSpread / std::sqrt(2 * dof);
  const double widest = (distances.upper - distances.lower) / (2 * critical);
  const double low = std::max(-1.0, -spread);
  const double high = std::min(widest - 1, spread);
  if (!(low < high)) return 0;
  const auto weighted = [&](double u) {
    if (u <= -1) return 0.0;
    return std::exp(log_density_of_sd(u, dof)) * power_beyond(distances, critical * (1 + u));
  };
  return std::clamp(Quadrature::integrate(weighted, low, high, kDepth, kTolerance), 0.0, 1.0);
}

}  // namespace

Result<PowerFunction> equivalence_power_normal(const EquivalenceDesign& design, double alpha) {
  if (const Status valid = check_design(design, alpha); !valid) return valid.error();
  const double critical = normal_upper_quantile(alpha);
  return PowerFunction([design, critical](const ArmSizes& sizes) {
    return power_beyond(distances_of(design, sizes), critical);
  });
}

Result<PowerFunction> equivalence_power_student(const EquivalenceDesign& design, double alpha) {
  if (const Status valid = check_design(design, alpha); !valid) return valid.error();
  if (design.variance_a != design.variance_b) {
    return Error{Errc::kInvalidArgument, "variance_b: expected the same as variance_a"};
  }
  return PowerFunction([design, alpha](const ArmSizes& sizes) {
    const double dof = sizes.n_a + sizes.n_b - 2;
    if (!(dof > 0)) return 0.0;
    const double critical = student_t_upper_quantile(alpha, dof);
    if (!std::isfinite(critical)) return 0.0;
    return student_power(distances_of(design, sizes), critical, dof);
  });
}

}  // namespace converge::stats
