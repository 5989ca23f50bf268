#include "stats/effects/random_effects.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/effects/brent_root.h"

namespace converge::stats {
namespace {

Status check_effects(std::span<const MeasuredEffect> effects, std::size_t least) {
  if (effects.size() < least) {
    return Error{Errc::kInsufficientData,
                 "effects: at least " + std::to_string(least) + " are needed"};
  }
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const std::string name = "effects[" + std::to_string(i) + "]";
    if (Status valid = first_failure({require_finite(name + ".effect", effects[i].effect),
                                      require_positive(name + ".variance", effects[i].variance)});
        !valid) {
      return valid;
    }
  }
  return {};
}

/// Sums over weights 1 / (variance + tau^2), relative to the largest weight: any unit is safe.
struct Weighted {
  double mean = 0;
  double weight = 0;    ///< sum w
  double weight_2 = 0;  ///< sum w^2 / sum w
  double q = 0;         ///< sum w (y - mean)^2
};

Weighted weighted(std::span<const MeasuredEffect> effects, double tau_squared) {
  Weighted sums;
  for (const MeasuredEffect& one : effects) sums.weight += 1 / (one.variance + tau_squared);
  for (const MeasuredEffect& one : effects) {
    const double share = 1 / (one.variance + tau_squared) / sums.weight;
    sums.mean += share * one.effect;
    sums.weight_2 += share / (one.variance + tau_squared);
  }
  for (const MeasuredEffect& one : effects) {
    const double z = (one.effect - sums.mean) / std::sqrt(one.variance + tau_squared);
    sums.q += z * z;
  }
  return sums;
}

double dof_of(std::span<const MeasuredEffect> effects) {
  return static_cast<double>(effects.size()) - 1;
}

double dersimonian_laird(std::span<const MeasuredEffect> effects) {
  const Weighted fixed = weighted(effects, 0);
  return std::max(0.0, (fixed.q - dof_of(effects)) / (fixed.weight - fixed.weight_2));
}

/// Hedges and Olkin's estimate, from where Fisher scoring starts.
double unweighted(std::span<const MeasuredEffect> effects) {
  const auto k = static_cast<double>(effects.size());
  double mean = 0;
  double variance = 0;
  for (const MeasuredEffect& one : effects) {
    mean += one.effect / k;
    variance += one.variance / k;
  }
  double spread = 0;
  for (const MeasuredEffect& one : effects) {
    spread += (one.effect - mean) * ((one.effect - mean) / (k - 1));
  }
  return std::max(0.0, spread - variance);
}

double paule_mandel(std::span<const MeasuredEffect> effects,
                    const BetweenVarianceTolerance& tolerance) {
  const auto excess = [&](double tau_squared) {
    return weighted(effects, tau_squared).q - dof_of(effects);
  };
  if (excess(0) <= 0) return 0;
  double most = tolerance.tau_squared_most;
  if (most == 0 || excess(most) > 0) {
    most = std::max(most, dersimonian_laird(effects));
    for (const MeasuredEffect& one : effects) most = std::max(most, one.variance);
    while (excess(most) > 0) most *= 2;
  }
  return brent_root(excess, 0, most, tolerance.paule_mandel);
}

/// The restricted score and its information, times 2 (Viechtbauer 2005): with P the projection of
/// the weighted regression on a constant, y' P P y - tr P and tr (P P).
struct RestrictedScore {
  double score = 0;
  double information = 0;
};

RestrictedScore restricted_score(std::span<const MeasuredEffect> effects, double tau_squared) {
  const Weighted sums = weighted(effects, tau_squared);
  double squares = 0;      // y' P P y
  double of_weight_2 = 0;  // sum w^2
  double of_weight_3 = 0;  // sum w^3 / sum w
  for (const MeasuredEffect& one : effects) {
    const double weight = 1 / (one.variance + tau_squared);
    const double residual = weight * (one.effect - sums.mean);
    squares += residual * residual;
    of_weight_2 += weight * weight;
    of_weight_3 += weight * weight * (weight / sums.weight);
  }
  return {.score = squares - (sums.weight - sums.weight_2),
          .information = of_weight_2 - 2 * of_weight_3 + sums.weight_2 * sums.weight_2};
}

/// Fisher scoring until a step is small. With one variance far below the others it may cycle.
std::optional<double> reml_by_scoring(std::span<const MeasuredEffect> effects, double tolerance) {
  static constexpr int kMostSteps = 100;  // metafor's
  double tau_squared = unweighted(effects);
  for (int step = 0; step < kMostSteps; ++step) {
    const RestrictedScore here = restricted_score(effects, tau_squared);
    double change = here.score / here.information;
    while (tau_squared + change < 0) change /= 2;
    tau_squared += change;
    if (std::abs(change) < tolerance) return tau_squared;
  }
  return std::nullopt;
}

/// Where the restricted score falls through 0; 0 where it starts below.
double reml_by_root(std::span<const MeasuredEffect> effects) {
  const auto score = [&](double tau_squared) {
    return restricted_score(effects, tau_squared).score;
  };
  double least = 0;
  if (score(least) <= 0) {
    least = unweighted(effects);
    if (score(least) <= 0) return 0;
  }
  double most = std::max(unweighted(effects), effects[0].variance);
  for (const MeasuredEffect& one : effects) most = std::max(most, one.variance);
  while (score(most) > 0) most *= 2;
  return brent_root(score, least, most, 0);
}

double reml(std::span<const MeasuredEffect> effects, double tolerance) {
  if (tolerance == 0) return reml_by_root(effects);
  const std::optional<double> scored = reml_by_scoring(effects, tolerance);
  return scored ? *scored : reml_by_root(effects);
}

/// Higgins and Thompson's typical sampling variance.
double typical_variance(std::span<const MeasuredEffect> effects) {
  const Weighted fixed = weighted(effects, 0);
  return dof_of(effects) / (fixed.weight - fixed.weight_2);
}

}  // namespace

Result<double> between_variance(std::span<const MeasuredEffect> effects, BetweenVariance method,
                                const BetweenVarianceTolerance& tolerance) {
  if (const Status valid = check_effects(effects, 2); !valid) return valid.error();
  if (const Status valid = first_failure(
          {require_not_negative("tolerance.paule_mandel", tolerance.paule_mandel),
           require_not_negative("tolerance.tau_squared_most", tolerance.tau_squared_most),
           require_not_negative("tolerance.reml", tolerance.reml)});
      !valid) {
    return valid.error();
  }
  switch (method) {
    case BetweenVariance::kNone:
      return 0.0;
    case BetweenVariance::kDerSimonianLaird:
      return dersimonian_laird(effects);
    case BetweenVariance::kPauleMandel:
      return paule_mandel(effects, tolerance);
    case BetweenVariance::kReml:
      return reml(effects, tolerance.reml);
  }
  return Error{Errc::kInvalidArgument, "method: unknown"};
}

Result<PooledEffect> pooled_effect(std::span<const MeasuredEffect> effects, double tau_squared,
                                   double alpha) {
  if (const Status valid = check_effects(effects, 1); !valid) return valid.error();
  if (const Status valid = first_failure(
          {require_not_negative("tau_squared", tau_squared), require_open_unit("alpha", alpha)});
      !valid) {
    return valid.error();
  }
  const Weighted sums = weighted(effects, tau_squared);
  PooledEffect result;
  result.estimate = sums.mean;
  result.standard_error = 1 / std::sqrt(sums.weight);
  result.tau_squared = tau_squared;
  result.q = weighted(effects, 0).q;
  result.dof = std::numeric_limits<double>::infinity();
  const double dof = dof_of(effects);
  if (dof > 0 && tau_squared > 0) {
    result.i_squared = 100 * tau_squared / (tau_squared + typical_variance(effects));
  } else if (dof > 0 && result.q > dof) {
    result.i_squared = 100 * (result.q - dof) / result.q;
  }
  result.p = 2 * normal_upper(std::abs(result.estimate) / result.standard_error);
  const double half = normal_upper_quantile(alpha / 2) * result.standard_error;
  result.interval = {result.estimate - half, result.estimate + half, 1 - alpha};
  return result;
}

Result<PooledEffect> pooled_effect_knapp_hartung(std::span<const MeasuredEffect> effects,
                                                 double tau_squared, double alpha) {
  auto result = pooled_effect(effects, tau_squared, alpha);
  if (!result) return result;
  const double dof = dof_of(effects);
  if (!(dof > 0)) return Error{Errc::kInsufficientData, "effects: at least 2 are needed"};
  const Weighted sums = weighted(effects, tau_squared);
  result->standard_error *= std::sqrt(sums.q / dof);
  if (!(result->standard_error > 0)) {
    return Error{Errc::kInsufficientData, "effects: all the same, their spread is 0"};
  }
  result->dof = dof;
  result->p = 2 * student_t_upper(std::abs(result->estimate) / result->standard_error, dof);
  const double half = student_t_upper_quantile(alpha / 2, dof) * result->standard_error;
  result->interval = {result->estimate - half, result->estimate + half, 1 - alpha};
  return result;
}

}  // namespace converge::stats
