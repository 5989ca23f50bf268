#include "stats/planning/mean_power.h"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_design(const MeanDesign& design, const PowerTest& test) {
  if (const Status valid =
          first_failure({check_power_test(test), require_finite("effect", design.effect),
                         require_not_negative("variance_a", design.variance_a),
                         require_not_negative("variance_b", design.variance_b)});
      !valid) {
    return valid.error();
  }
  if (design.effect == 0) {
    return Error{Errc::kInsufficientData, "effect: 0, no size gives a test power against nothing"};
  }
  if (design.variance_a == 0 && design.variance_b == 0) {
    return Error{Errc::kInsufficientData, "variance: 0 in both arms, the test is undefined"};
  }
  return {};
}

double standard_error(const MeanDesign& design, const ArmSizes& sizes) {
  return std::sqrt(design.variance_a / sizes.n_a + design.variance_b / sizes.n_b);
}

/// P(T > threshold), and P(T < -threshold) where both sides count, of a noncentral t.
double power_beyond(double threshold, double dof, double noncentrality, const PowerTest& test) {
  // Next to 0 dof no double holds the threshold: nothing is rejected.
  if (!std::isfinite(threshold) || !std::isfinite(noncentrality)) return 0;
  const double towards = noncentral_t_upper(threshold, dof, noncentrality);
  // Sums of the series end within rounding of their limits.
  if (test.alternative != Alternative::kTwoSided) return std::clamp(towards, 0.0, 1.0);
  return std::clamp(towards + noncentral_t_cdf(-threshold, dof, noncentrality), 0.0, 1.0);
}

double t_power(double dof, double noncentrality, const PowerTest& test) {
  return power_beyond(student_t_upper_quantile(alpha_of_one_side(test), dof), dof, noncentrality,
                      test);
}

/// What Welch's test does with the variances that it estimates. `b` is the share of arm a in the
/// sum of both chi-squares; that sum is independent of it.
class WelchRejection {
 public:
  WelchRejection(const MeanDesign& design, const ArmSizes& sizes, const PowerTest& test)
      : test_(test), dof_a_(sizes.n_a - 1), dof_b_(sizes.n_b - 1) {
    const double se = standard_error(design, sizes);
    share_a_ = std::sqrt(design.variance_a / sizes.n_a) / se;
    share_a_ *= share_a_;
    noncentrality_ = effect_towards_the_test(design.effect, test) / se;
  }

  double power_given(double b) const {
    // The two terms of the estimated variance, over the true one, per unit of the sum.
    const double a_term = share_a_ * b / dof_a_;
    const double b_term = (1 - share_a_) * (1 - b) / dof_b_;
    const double estimated = a_term + b_term;
    if (!(estimated > 0)) return 1;
    const double threshold =
        student_t_upper_quantile(alpha_of_one_side(test_), satterthwaite(a_term / estimated));
    const double dof = dof_a_ + dof_b_;
    return power_beyond(threshold * std::sqrt(dof * estimated), dof, noncentrality_, test_);
  }

  double power_at_true_variances() const {
    return t_power(satterthwaite(share_a_), noncentrality_, test_);
  }

  /// Average over b ~ Beta(dof_a / 2, dof_b / 2), in the angle whose squared sine is b: its density
  /// sin^(dof_a - 1) cos^(dof_b - 1) has no pole.
  double power() const {
    using Quadrature = boost::math::quadrature::gauss<double, 20>;
    static constexpr int kPanels = 5;
    static constexpr double kSpread = 10;  // standard deviations of the angle
    const double dof = dof_a_ + dof_b_;
    const double centre = std::asin(std::sqrt(dof_a_ / dof));
    const double spread = kSpread / (2 * std::sqrt(dof / 2 + 1));
    const double low = std::max(0.0, centre - spread);
    const double high = std::min(kHalfPi, centre + spread);
    const double log_peak = log_density(centre);
    double weight = 0;
    double weighted = 0;
    for (int panel = 0; panel < kPanels; ++panel) {
      const double from = low + (high - low) * panel / kPanels;
      const double to = low + (high - low) * (panel + 1) / kPanels;
      const auto density = [&](double angle) { return std::exp(log_density(angle) - log_peak); };
      weight += Quadrature::integrate(density, from, to);
      weighted += Quadrature::integrate(
          [&](double angle) {
            const double sine = std::sin(angle);
            return density(angle) * power_given(sine * sine);
          },
          from, to);
    }
    return std::clamp(weighted / weight, 0.0, 1.0);
  }

 private:
  static constexpr double kHalfPi = 1.57079632679489661923132169164;

  double satterthwaite(double share) const {
    return 1 / (share * share / dof_a_ + (1 - share) * (1 - share) / dof_b_);
  }

  double log_density(double angle) const {
    const double sine = std::sin(angle);
    return (dof_a_ - 1) * std::log(sine) + (dof_b_ - 1) * 0.5 * std::log1p(-sine * sine);
  }

  PowerTest test_;
  double dof_a_;
  double dof_b_;
  double share_a_ = 0;  ///< of arm a in the true variance
  double noncentrality_ = 0;
};

}  // namespace

Result<PowerFunction> mean_power_normal(const MeanDesign& design, const PowerTest& test) {
  if (const Status valid = check_design(design, test); !valid) return valid.error();
  return PowerFunction([design, test](const ArmSizes& sizes) {
    const double se = standard_error(design, sizes);
    const Result<double> power = z_test_power(
        {.effect = design.effect, .standard_error_null = se, .standard_error = se}, test);
    return power ? *power : 0.0;
  });
}

Result<PowerFunction> mean_power_student(double effect, double variance, const PowerTest& test) {
  const MeanDesign design{.effect = effect, .variance_a = variance, .variance_b = variance};
  if (const Status valid = check_design(design, test); !valid) return valid.error();
  return PowerFunction([design, test](const ArmSizes& sizes) {
    const double dof = sizes.n_a + sizes.n_b - 2;
    if (!(dof > 0)) return 0.0;
    return t_power(
        dof, effect_towards_the_test(design.effect, test) / standard_error(design, sizes), test);
  });
}

Result<PowerFunction> mean_power_welch(const MeanDesign& design, const PowerTest& test) {
  if (const Status valid = check_design(design, test); !valid) return valid.error();
  return PowerFunction([design, test](const ArmSizes& sizes) {
    if (!(sizes.n_a >= 2 && sizes.n_b >= 2)) return 0.0;
    static constexpr double kManyUnits = 10'000;
    const WelchRejection rejection(design, sizes, test);
    return std::min(sizes.n_a, sizes.n_b) > kManyUnits ? rejection.power_at_true_variances()
                                                       : rejection.power();
  });
}

}  // namespace converge::stats
