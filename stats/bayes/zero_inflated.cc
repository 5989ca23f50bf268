#include "stats/bayes/zero_inflated.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <string>
#include <vector>

#include "stats/bayes/log_concave_shapes.h"
#include "stats/bayes/quadrature.h"
#include "stats/bayes/tabulated_posterior.h"
#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr double kLogDensityDrop = 40;

/// A probability and its complement, each from its own tail.
struct Chance {
  double above = 0;
  double below = 0;
};

/// P(m_b / m_a > exp(u)) in the posterior, and weighted by m_b and by m_a (their means then leave).
struct RatioChances {
  Chance plain;
  Chance weighted_by_b;
  Chance weighted_by_a;
};

/// ln(m_b / m_a) is normal; weighting by exp of a normal moves its mean by the variance.
class LognormalRatio {
 public:
  LognormalRatio(const LognormalPosterior& a, const LognormalPosterior& b)
      : location_(b.location - a.location),
        scale_(std::hypot(a.scale, b.scale)),
        variance_a_(a.scale * a.scale),
        variance_b_(b.scale * b.scale) {}

  RatioChances at(double u) const {
    return {beyond(u - location_), beyond(u - location_ - variance_b_),
            beyond(u - location_ + variance_a_)};
  }

 private:
  Chance beyond(double distance) const {
    return {normal_upper(distance / scale_), normal_cdf(distance / scale_)};
  }

  double location_;
  double scale_;
  double variance_a_;
  double variance_b_;
};

/// With X_a, X_b Gamma of these shapes, X_a / (X_a + X_b) is Beta(shape_a, shape_b): its logit is
/// ln X_a - ln X_b.
class LogitOfShare {
 public:
  LogitOfShare(double shape_a, double shape_b)
      : share_(LogitBeta(shape_a, shape_b), std::log(shape_a) - std::log(shape_b),
               kLogDensityDrop) {}
  PosteriorPoint at(double logit) const { return share_.at(logit); }

 private:
  TabulatedPosterior<LogitBeta> share_;
};

/// m = X / rate: m_b > exp(u) m_a where logit share < ln(rate_a / rate_b) - u. Weighting by m adds
/// 1 to its shape.
class GammaRatio {
 public:
  GammaRatio(const GammaPosterior& a, const GammaPosterior& b)
      : log_rates_(std::log(a.rate) - std::log(b.rate)),
        plain_(a.shape, b.shape),
        weighted_by_b_(a.shape, b.shape + 1),
        weighted_by_a_(a.shape + 1, b.shape) {}

  RatioChances at(double u) const {
    return {beyond(plain_, u), beyond(weighted_by_b_, u), beyond(weighted_by_a_, u)};
  }

 private:
  Chance beyond(const LogitOfShare& share, double u) const {
    const PosteriorPoint point = share.at(log_rates_ - u);
    return {point.below, point.above};
  }

  double log_rates_;
  LogitOfShare plain_;
  LogitOfShare weighted_by_b_;
  LogitOfShare weighted_by_a_;
};

/// m = scale / X: m_b > exp(u) m_a where logit share > u + ln(scale_a / scale_b). Weighting by m
/// takes 1 from its shape.
class InverseGammaRatio {
 public:
  InverseGammaRatio(const InverseGammaPosterior& a, const InverseGammaPosterior& b)
      : log_scales_(std::log(a.scale) - std::log(b.scale)),
        plain_(a.shape, b.shape),
        weighted_by_b_(a.shape, b.shape - 1),
        weighted_by_a_(a.shape - 1, b.shape) {}

  RatioChances at(double u) const {
    return {beyond(plain_, u), beyond(weighted_by_b_, u), beyond(weighted_by_a_, u)};
  }

 private:
  Chance beyond(const LogitOfShare& share, double u) const {
    const PosteriorPoint point = share.at(u + log_scales_);
    return {point.above, point.below};
  }

  double log_scales_;
  LogitOfShare plain_;
  LogitOfShare weighted_by_b_;
  LogitOfShare weighted_by_a_;
};

LognormalRatio ratio_of(const LognormalPosterior& a, const LognormalPosterior& b) {
  return {a, b};
}
GammaRatio ratio_of(const GammaPosterior& a, const GammaPosterior& b) {
  return {a, b};
}
InverseGammaRatio ratio_of(const InverseGammaPosterior& a, const InverseGammaPosterior& b) {
  return {a, b};
}

double log_mean(const LognormalPosterior& value) {
  return value.location + value.scale * value.scale / 2;
}
double log_mean(const GammaPosterior& value) {
  return std::log(value.shape) - std::log(value.rate);
}
double log_mean(const InverseGammaPosterior& value) {
  return std::log(value.scale) - std::log(value.shape - 1);
}

Status require_mean(const InverseGammaPosterior& value) {
  if (value.shape - 1 >= kShapeMin) return {};
  return Error{Errc::kInsufficientData, "value.shape: a mean needs more than 1.01"};
}
Status require_mean(const LognormalPosterior&) {
  return {};
}
Status require_mean(const GammaPosterior&) {
  return {};
}

std::vector<double> panels_of(const LogitBeta& shape) {
  static constexpr double kWidths = 2.5;
  static constexpr double kGrowth = 0.3;
  std::vector<double> ends{0};
  while (shape.log_density(ends.back()) > -kLogDensityDrop) {
    ends.push_back(ends.back() + kWidths * shape.width() + kGrowth * ends.back());
  }
  std::reverse(ends.begin(), ends.end());
  ends.push_back(-kWidths * shape.width());
  while (shape.log_density(ends.back()) > -kLogDensityDrop) {
    ends.push_back(ends.back() - kWidths * shape.width() + kGrowth * ends.back());
  }
  std::reverse(ends.begin(), ends.end());
  return ends;
}

enum Component : std::size_t { kMass, kBeats, kLoses, kLossA, kLossB, kComponents };

/// Averages over both conversion rates. Means are in units of the larger one.
template <class Ratio>
std::array<double, kComponents> average(const LogitBeta& conversion_a,
                                        const LogitBeta& conversion_b, const Ratio& ratio,
                                        double mean_a, double mean_b) {
  const std::vector<double> panels_b = panels_of(conversion_b);
  const auto inner = [&](double rate_a, std::span<double> sums) {
    const PanelIntegrals integrals =
        integrate_panels(panels_b, kComponents, [&](double t, std::span<double> out) {
          const double density = std::exp(conversion_b.log_density(t));
          const double rate_b = conversion_b.value(t);
          const RatioChances chances = ratio.at(std::log(rate_a) - std::log(rate_b));
          const double value_a = rate_a * mean_a;
          const double value_b = rate_b * mean_b;
          out[kMass] = density;
          out[kBeats] = density * chances.plain.above;
          out[kLoses] = density * chances.plain.below;
          out[kLossA] = density * std::max(0.0, value_b * chances.weighted_by_b.above -
                                                    value_a * chances.weighted_by_a.above);
          out[kLossB] = density * std::max(0.0, value_a * chances.weighted_by_a.below -
                                                    value_b * chances.weighted_by_b.below);
        });
    for (std::size_t c = 0; c < kComponents; ++c) sums[c] = integrals.total(c);
  };
  const PanelIntegrals outer =
      integrate_panels(panels_of(conversion_a), kComponents, [&](double t, std::span<double> out) {
        inner(conversion_a.value(t), out);
        const double density = std::exp(conversion_a.log_density(t));
        for (double& component : out) component *= density;
      });
  std::array<double, kComponents> figures{};
  for (std::size_t c = 0; c < kComponents; ++c) figures[c] = outer.total(c) / outer.total(kMass);
  return figures;
}

template <class Value>
Result<ZeroInflatedResult> compare(const BetaPosterior& beta_a, const Value& value_a,
                                   const BetaPosterior& beta_b, const Value& value_b) {
  const Status valid =
      first_failure({require_valid("a.conversion", beta_a), require_valid("b.conversion", beta_b),
                     require_valid("a.value", value_a), require_valid("b.value", value_b)});
  if (!valid) return valid.error();
  const Status has_mean = first_failure({require_mean(value_a), require_mean(value_b)});
  if (!has_mean) return has_mean.error();
  const double log_unit = std::max(log_mean(value_a), log_mean(value_b));
  const double mean_a = std::exp(log_mean(value_a) - log_unit);
  const double mean_b = std::exp(log_mean(value_b) - log_unit);
  const LogitBeta conversion_a(beta_a.alpha, beta_a.beta);
  const LogitBeta conversion_b(beta_b.alpha, beta_b.beta);
  const auto figures =
      average(conversion_a, conversion_b, ratio_of(value_a, value_b), mean_a, mean_b);
  const double unit = std::exp(log_unit);
  const ZeroInflatedResult result{
      .mean_a = unit * (conversion_a.mean() * mean_a),
      .mean_b = unit * (conversion_b.mean() * mean_b),
      .probability_b_beats_a = figures[kBeats] / (figures[kBeats] + figures[kLoses]),
      .expected_loss_choose_a = unit * figures[kLossA],
      .expected_loss_choose_b = unit * figures[kLossB]};
  if (std::isfinite(unit) && std::isfinite(result.probability_b_beats_a) &&
      std::isfinite(result.expected_loss_choose_a) &&
      std::isfinite(result.expected_loss_choose_b)) {
    return result;
  }
  return Error{Errc::kInvalidArgument, "value: its mean exceeds the range of double"};
}

}  // namespace

Result<ZeroInflatedResult> zero_inflated_comparison(const ZeroInflatedArm& a,
                                                    const ZeroInflatedArm& b) {
  if (a.value.index() != b.value.index()) {
    return Error{Errc::kInvalidArgument, "value: expected the same kind of posterior in both arms"};
  }
  try {
    return std::visit(
        [&](const auto& value_a) {
          using Value = std::decay_t<decltype(value_a)>;
          return compare(a.conversion, value_a, b.conversion, std::get<Value>(b.value));
        },
        a.value);
  } catch (const std::exception& problem) {
    return Error{Errc::kInternal, std::string("posterior: ") + problem.what()};
  }
}

Result<LognormalPosterior> lognormal_mean_posterior(std::int64_t n, double mean_of_logs,
                                                    double variance_of_logs) {
  const Status valid =
      first_failure({require_not_negative("n", n), require_finite("mean_of_logs", mean_of_logs),
                     require_not_negative("variance_of_logs", variance_of_logs)});
  if (!valid) return valid.error();
  if (n < 2 || variance_of_logs == 0) {
    return Error{Errc::kInsufficientData, "n: a posterior needs 2 values that differ"};
  }
  const auto count = static_cast<double>(n);
  const LognormalPosterior posterior{
      .location = mean_of_logs + variance_of_logs / 2,
      .scale = std::hypot(std::sqrt(variance_of_logs / count),
                          variance_of_logs / std::sqrt(2 * (count - 1)))};
  if (const Status fits = require_valid("posterior", posterior); !fits) return fits.error();
  return posterior;
}

Result<InverseGammaPosterior> exponential_mean_posterior(const GammaPosterior& prior_of_rate,
                                                         std::int64_t n, double sum) {
  const Status valid =
      first_failure({require_valid("prior", prior_of_rate), require_not_negative("n", n),
                     require_not_negative("sum", sum)});
  if (!valid) return valid.error();
  const InverseGammaPosterior posterior{.shape = prior_of_rate.shape + static_cast<double>(n),
                                        .scale = prior_of_rate.rate + sum};
  if (const Status fits = require_valid("posterior", posterior); !fits) return fits.error();
  return posterior;
}

}  // namespace converge::stats
