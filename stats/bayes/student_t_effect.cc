#include "stats/bayes/student_t_effect.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <exception>
#include <string>
#include <vector>

#include "stats/bayes/quadrature.h"
#include "stats/bayes/student_arm.h"
#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Result<EffectFigures> without_prior(const StudentPosterior& posterior,
                                    const EffectOptions& options) {
  if (posterior.dof <= 1) {
    return Error{Errc::kInsufficientData, "dof: without a prior the mean needs more than 1"};
  }
  static constexpr double kDofOfFiniteVariance = 2;
  static constexpr double kTailProbability = 1e-17;
  const double z = posterior.location / posterior.scale;
  const double half =
      student_t_upper_quantile((1 - options.level) / 2, posterior.dof) * posterior.scale;
  const StudentArm arm(posterior, kTailProbability);
  EffectFigures figures;
  figures.mean = posterior.location;
  if (posterior.dof > kDofOfFiniteVariance) {
    figures.sd = posterior.scale * std::sqrt(posterior.dof / (posterior.dof - 2));
  }
  figures.probability_positive = student_t_cdf(z, posterior.dof);
  figures.probability_negative = student_t_upper(z, posterior.dof);
  figures.expected_loss_choose_a = arm.tail_excess(0);
  figures.expected_loss_choose_b = arm.shortfall(0);
  figures.interval = {posterior.location - half, posterior.location + half, options.level};
  if (options.rope) {
    const Result<RopeProbabilities> rope = rope_probabilities(posterior, *options.rope);
    if (!rope) return rope.error();
    figures.rope = *rope;
  }
  return figures;
}

/// Student likelihood times normal prior, measured from the estimate in standard errors.
class Product {
 public:
  Product(double dof, const NormalPosterior& prior, std::vector<double> marks)
      : dof_(dof), prior_(prior) {
    march(std::move(marks));
    peak_ = breaks_.front();
    for (const double t : breaks_) {
      if (log_density(t) > log_density(peak_)) peak_ = t;
    }
    peak_log_density_ = log_density(peak_);
  }

  const std::vector<double>& breaks() const { return breaks_; }
  double peak() const { return peak_; }
  double density(double t) const { return std::exp(log_density(t) - peak_log_density_); }

 private:
  double log_density(double t) const {
    const double z = (t - prior_.mean) / prior_.sd;
    return -(dof_ + 1) / 2 * std::log1p(t * t / dof_) - z * z / 2;
  }

  /// Panels fine around estimate and prior mean, wider away from both, with ends at the marks.
  void march(std::vector<double> marks) {
    static constexpr double kReach = 38.5;  // exp(-38.5^2 / 2) is the least double
    const double last = std::max(0.0, prior_.mean) + kReach * prior_.sd;
    double t = std::min(0.0, prior_.mean) - kReach * prior_.sd;
    marks.insert(marks.end(), {0.0, prior_.mean, last});
    std::sort(marks.begin(), marks.end());
    breaks_.push_back(t);
    for (const double mark : marks) {
      while (t < std::min(mark, last)) {
        const double of_data = 1 + 0.4 * std::abs(t);
        const double of_prior = 2 * prior_.sd + 0.3 * std::abs(t - prior_.mean);
        t = std::min(mark, t + std::min(of_data, of_prior));
        breaks_.push_back(t);
      }
    }
  }

  double dof_;
  NormalPosterior prior_;
  std::vector<double> breaks_;
  double peak_ = 0;
  double peak_log_density_ = 0;
};

enum Component : std::size_t { kMass, kPositive, kNegative, kFirst, kSecond, kComponents };

PanelIntegrals integrate(const Product& product, double zero) {
  return integrate_panels(product.breaks(), kComponents, [&](double t, std::span<double> out) {
    const double density = product.density(t);
    const double from_peak = t - product.peak();
    out[kMass] = density;
    out[kPositive] = std::max(0.0, t - zero) * density;
    out[kNegative] = std::max(0.0, zero - t) * density;
    out[kFirst] = from_peak * density;
    out[kSecond] = from_peak * from_peak * density;
  });
}

/// Mass on the panels whose middle lies between the two marks, which are ends of panels.
double mass_between(const PanelIntegrals& integrals, double lower, double upper) {
  double sum = 0;
  for (std::size_t i = 0; i < integrals.panels.size(); ++i) {
    const Panel& panel = integrals.panels[i];
    const double middle = panel.lower + (panel.upper - panel.lower) / 2;
    if (lower < middle && middle < upper) sum += integrals.value(i, kMass);
  }
  return sum;
}

/// The point with `tail` (of mass 1) on the side that `from_left` names.
enum class Side { kLeft, kRight };

double quantile(const Product& product, const PanelIntegrals& integrals, double tail, Side side) {
  const std::size_t count = integrals.panels.size();
  double left_over = tail * integrals.total(kMass);
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return side == Side::kLeft ? k : count - 1 - k; };
  while (i + 1 < count && integrals.value(at(i), kMass) < left_over) {
    left_over -= integrals.value(at(i), kMass);
    ++i;
  }
  const Panel panel = integrals.panels[at(i)];
  const double start = side == Side::kLeft ? panel.lower : panel.upper;
  const auto excess = [&](double t) {
    const std::array<double, 2> part{std::min(start, t), std::max(start, t)};
    const double mass = integrate_panels(part, 1, [&](double s, std::span<double> out) {
                          out[0] = product.density(s);
                        }).total(0);
    return side == Side::kLeft ? mass - left_over : left_over - mass;
  };
  if (!(excess(panel.lower) < 0 && excess(panel.upper) > 0)) return start;
  std::uintmax_t iterations = 60;
  const boost::math::tools::eps_tolerance<double> tolerance(48);
  const auto bracket =
      boost::math::tools::toms748_solve(excess, panel.lower, panel.upper, tolerance, iterations);
  return bracket.first + (bracket.second - bracket.first) / 2;
}

EffectFigures with_prior(const EffectEstimate& estimate, double dof, const NormalPosterior& prior,
                         const EffectOptions& options) {
  const double unit = estimate.standard_error;
  const auto standard = [&](double effect) { return (effect - estimate.estimate) / unit; };
  const auto effect = [&](double t) { return estimate.estimate + unit * t; };
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double zero = standard(0);
  std::vector<double> marks{zero};
  if (options.rope)
    marks.insert(marks.end(), {standard(options.rope->lower), standard(options.rope->upper)});
  const Product product(dof, {standard(prior.mean), prior.sd / unit}, marks);
  const PanelIntegrals integrals = integrate(product, zero);
  const double mass = integrals.total(kMass);
  const double first = integrals.total(kFirst) / mass;
  const double tail = (1 - options.level) / 2;
  EffectFigures figures;
  figures.mean = effect(product.peak() + first);
  figures.sd = unit * std::sqrt(integrals.total(kSecond) / mass - first * first);
  figures.probability_positive = mass_between(integrals, zero, kInfinity) / mass;
  figures.probability_negative = mass_between(integrals, -kInfinity, zero) / mass;
  figures.expected_loss_choose_a = unit * integrals.total(kPositive) / mass;
  figures.expected_loss_choose_b = unit * integrals.total(kNegative) / mass;
  figures.interval = {effect(quantile(product, integrals, tail, Side::kLeft)),
                      effect(quantile(product, integrals, tail, Side::kRight)), options.level};
  if (options.rope) {
    const double lower = standard(options.rope->lower);
    const double upper = standard(options.rope->upper);
    figures.rope = RopeProbabilities{mass_between(integrals, -kInfinity, lower) / mass,
                                     mass_between(integrals, lower, upper) / mass,
                                     mass_between(integrals, upper, kInfinity) / mass};
  }
  return figures;
}

bool is_finite(const EffectFigures& figures) {
  return std::isfinite(figures.mean) && std::isfinite(figures.sd.value_or(0)) &&
         std::isfinite(figures.probability_positive) &&
         std::isfinite(figures.expected_loss_choose_a) &&
         std::isfinite(figures.expected_loss_choose_b) && std::isfinite(figures.interval.lower) &&
         std::isfinite(figures.interval.upper);
}

}  // namespace

Result<EffectFigures> student_t_effect(const EffectEstimate& estimate, double dof,
                                       const EffectPrior& prior, const EffectOptions& options) {
  const Status valid =
      first_failure({require_valid(estimate, prior, options), require_positive("dof", dof)});
  if (!valid) return valid.error();
  try {
    Result<EffectFigures> figures =
        prior ? Result<EffectFigures>(with_prior(estimate, dof, *prior, options))
              : without_prior({estimate.estimate, estimate.standard_error, dof}, options);
    if (!figures || is_finite(*figures)) return figures;
  } catch (const std::exception& problem) {
    return Error{Errc::kInvalidArgument, std::string("level: ") + problem.what()};
  }
  return Error{Errc::kInvalidArgument, "estimate: the posterior exceeds the range of double"};
}

}  // namespace converge::stats
