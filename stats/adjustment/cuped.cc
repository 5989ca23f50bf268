#include "stats/adjustment/cuped.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/adjustment/correlation_cholesky.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr std::int64_t kUnitsForPerArm = 500;

double dot(const std::vector<double>& left, const std::vector<double>& right) {
  double sum = 0;
  for (std::size_t i = 0; i < left.size(); ++i) sum += left[i] * right[i];
  return sum;
}

std::vector<double> difference_of(const std::vector<double>& left,
                                  const std::vector<double>& right) {
  std::vector<double> result(left.size());
  for (std::size_t i = 0; i < left.size(); ++i) result[i] = left[i] - right[i];
  return result;
}

/// left' matrix right for a square matrix kept row by row.
double quadratic(const std::vector<double>& left, const std::vector<double>& matrix,
                 const std::vector<double>& right) {
  double sum = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t j = 0; j < right.size(); ++j) {
      sum += left[i] * matrix[i * right.size() + j] * right[j];
    }
  }
  return sum;
}

/// Covariances of the covariates (columns 1 ..) and of these with the outcome (column 0).
struct CovariateMoments {
  std::vector<double> matrix;
  std::vector<double> with_outcome;
};

CovariateMoments covariate_moments(const JointSample& sample) {
  CovariateMoments moments;
  for (std::size_t i = 1; i < sample.columns(); ++i) {
    moments.with_outcome.push_back(sample.cov(0, i));
    for (std::size_t j = 1; j < sample.columns(); ++j) moments.matrix.push_back(sample.cov(i, j));
  }
  return moments;
}

/// Within-arm covariances, pooled by degrees of freedom.
CovariateMoments pooled_moments(std::span<const JointSample> arms) {
  double dof = 0;
  for (const JointSample& arm : arms) dof += static_cast<double>(arm.n - 1);
  CovariateMoments pooled;
  for (const JointSample& arm : arms) {
    const CovariateMoments own = covariate_moments(arm);
    const double weight = static_cast<double>(arm.n - 1) / dof;
    pooled.matrix.resize(own.matrix.size());
    pooled.with_outcome.resize(own.with_outcome.size());
    for (std::size_t i = 0; i < own.matrix.size(); ++i) pooled.matrix[i] += weight * own.matrix[i];
    for (std::size_t i = 0; i < own.with_outcome.size(); ++i) {
      pooled.with_outcome[i] += weight * own.with_outcome[i];
    }
  }
  return pooled;
}

Status check_arms(std::span<const JointSample> arms, const CupedOptions& options) {
  if (Status ridge = require_not_negative("ridge", options.ridge); !ridge) return ridge;
  if (arms.size() < 2) return Error{Errc::kInsufficientData, "arms: at least two are needed"};
  const auto covariates = static_cast<std::int64_t>(arms[0].columns()) - 1;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const std::string name = "arms[" + std::to_string(i) + "]";
    if (Status valid = check_joint_sample(name, arms[i], covariates + 3); !valid) {
      return valid;
    }
    if (arms[i].columns() != arms[0].columns()) {
      return Error{Errc::kInvalidArgument, name + ": expected the covariates of the other arms"};
    }
  }
  return {};
}

/// The factors that give theta: one for all arms, or one for each. A covariate that has to be left
/// out in one of them is left out in all.
std::vector<CorrelationCholesky> factors_of(std::span<const JointSample> arms,
                                            const CupedOptions& options) {
  const std::size_t covariates = arms[0].columns() - 1;
  const CorrelationCholesky pooled(pooled_moments(arms).matrix, covariates, options.ridge);
  if (options.coefficients == CupedCoefficients::kPooled) {
    return std::vector<CorrelationCholesky>(arms.size(), pooled);
  }
  std::vector<bool> left_out = pooled.left_out();
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<CorrelationCholesky> factors;
    for (const JointSample& arm : arms) {
      factors.emplace_back(covariate_moments(arm).matrix, covariates, options.ridge, left_out);
      changed = changed || factors.back().left_out() != left_out;
      left_out = factors.back().left_out();
    }
    if (!changed) return factors;
  }
  return {};
}

double residual_third_moment(const JointSample& arm, const std::vector<double>& theta) {
  if (arm.third_moment.empty()) return 0;
  const std::size_t columns = arm.columns();
  std::vector<double> weights{1};
  for (const double value : theta) weights.push_back(-value);
  double sum = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t k = 0; k < columns; ++k) {
        sum += weights[i] * weights[j] * weights[k] *
               arm.third_moment[(i * columns + j) * columns + k];
      }
    }
  }
  return sum;
}

AdjustedArm adjusted_arm(const JointSample& sample, const CorrelationCholesky& factor,
                         const CovariateMoments& source, const std::vector<double>& grand_mean,
                         double dof_taken) {
  AdjustedArm arm;
  arm.n = sample.n;
  arm.unadjusted_mean = sample.mean[0];
  arm.unadjusted_variance = sample.cov(0, 0);
  arm.theta = factor.solve(source.with_outcome);
  const std::vector<double> means(sample.mean.begin() + 1, sample.mean.end());
  arm.covariate_gap = difference_of(means, grand_mean);
  arm.mean = sample.mean[0] - dot(arm.theta, arm.covariate_gap);
  arm.leverage = factor.solve(arm.covariate_gap);

  const CovariateMoments own = covariate_moments(sample);
  arm.covariate_covariance = own.matrix;
  const std::size_t covariates = arm.theta.size();
  arm.score = own.with_outcome;
  for (std::size_t i = 0; i < covariates; ++i) {
    for (std::size_t j = 0; j < covariates; ++j) {
      arm.score[i] -= own.matrix[i * covariates + j] * arm.theta[j];
    }
  }
  // y - theta' x: S_yy - theta' S_xy - theta' (S_xy - S_xx theta).
  const double residual =
      sample.cov(0, 0) - dot(arm.theta, own.with_outcome) - dot(arm.theta, arm.score);
  const auto n = static_cast<double>(sample.n);
  arm.variance = std::max(0.0, residual) * ((n - 1) / (n - 1 - dof_taken));
  arm.dof = n - 1 - static_cast<double>(factor.kept());
  arm.third_moment = residual_third_moment(sample, arm.theta);
  return arm;
}

/// Variance of theta's error times the imbalance of the covariates between the two arms.
double leverage_variance(const CupedResult& adjusted, const AdjustedArm& a, const AdjustedArm& b) {
  if (adjusted.coefficients == CupedCoefficients::kPerArm) {
    double sum = 0;
    for (const AdjustedArm* arm : {&a, &b}) {
      sum +=
          arm->variance * dot(arm->covariate_gap, arm->leverage) / static_cast<double>(arm->n - 1);
    }
    return sum;
  }
  // d' W^-1 [sum_h (n_h - 1) S_h v_h] W^-1 d with W = sum_h (n_h - 1) S_h; the factor holds W /
  // dof.
  double dof = 0;
  for (const AdjustedArm& arm : adjusted.arms) dof += static_cast<double>(arm.n - 1);
  const std::vector<double> direction = difference_of(b.leverage, a.leverage);
  double sum = 0;
  for (const AdjustedArm& arm : adjusted.arms) {
    sum += static_cast<double>(arm.n - 1) / dof / dof * arm.variance *
           quadratic(direction, arm.covariate_covariance, direction);
  }
  return sum;
}

/// Cov of left' grand mean and right' grand mean.
double grand_mean_covariance(const CupedResult& adjusted, const std::vector<double>& left,
                             const std::vector<double>& right) {
  double units = 0;
  for (const AdjustedArm& arm : adjusted.arms) units += static_cast<double>(arm.n);
  double sum = 0;
  for (const AdjustedArm& arm : adjusted.arms) {
    sum += static_cast<double>(arm.n) / units / units *
           quadratic(left, arm.covariate_covariance, right);
  }
  return sum;
}

/// Skewness figures of Difference, from the residuals.
void fill_skewness(const AdjustedArm& a, const AdjustedArm& b, Difference& difference) {
  const auto skewness = [](const AdjustedArm& arm) {
    return arm.variance > 0 ? arm.third_moment / std::pow(arm.variance, 1.5) : 0;
  };
  const auto n_a = static_cast<double>(a.n);
  const auto n_b = static_cast<double>(b.n);
  difference.skewness_a = skewness(a);
  difference.skewness_b = skewness(b);
  difference.skew_standardised = difference.skewness_b / std::sqrt(n_b) *
                                     std::pow(b.variance / n_b / difference.variance, 1.5) -
                                 difference.skewness_a / std::sqrt(n_a) *
                                     std::pow(a.variance / n_a / difference.variance, 1.5);
}

}  // namespace

CupedCoefficients coefficients_by_size(std::span<const JointSample> arms) {
  const bool large = std::all_of(arms.begin(), arms.end(),
                                 [](const JointSample& arm) { return arm.n >= kUnitsForPerArm; });
  return large ? CupedCoefficients::kPerArm : CupedCoefficients::kPooled;
}

Result<CupedResult> cuped(std::span<const JointSample> arms, const CupedOptions& options) {
  if (const Status valid = check_arms(arms, options); !valid) return valid.error();
  const std::size_t covariates = arms[0].columns() - 1;
  double units = 0;
  double dof = 0;
  for (const JointSample& arm : arms) {
    units += static_cast<double>(arm.n);
    dof += static_cast<double>(arm.n - 1);
  }
  CupedResult result;
  result.coefficients = options.coefficients;
  result.grand_mean = std::vector<double>(covariates);
  for (std::size_t i = 0; i < covariates; ++i) {
    // Around the first arm's mean: a large common offset does not cost digits.
    for (const JointSample& arm : arms) {
      result.grand_mean[i] +=
          static_cast<double>(arm.n) / units * (arm.mean[i + 1] - arms[0].mean[i + 1]);
    }
    result.grand_mean[i] += arms[0].mean[i + 1];
  }
  const std::vector<CorrelationCholesky> factors = factors_of(arms, options);
  for (std::size_t i = 0; i < covariates; ++i) {
    if (factors[0].left_out()[i]) result.left_out.push_back(i);
  }
  const bool per_arm = options.coefficients == CupedCoefficients::kPerArm;
  const CovariateMoments pooled = pooled_moments(arms);
  result.third_moments_known = true;
  for (std::size_t g = 0; g < arms.size(); ++g) {
    // theta takes one degree of freedom per covariate: from each arm, or from all together.
    const auto kept = static_cast<double>(factors[g].kept());
    const double taken = per_arm ? kept : kept * static_cast<double>(arms[g].n - 1) / dof;
    result.arms.push_back(adjusted_arm(arms[g], factors[g],
                                       per_arm ? covariate_moments(arms[g]) : pooled,
                                       result.grand_mean, taken));
    result.third_moments_known = result.third_moments_known && !arms[g].third_moment.empty();
    if (!std::isfinite(result.arms[g].mean) || !std::isfinite(result.arms[g].variance)) {
      return Error{Errc::kInvalidArgument, "arms: the adjustment exceeds the range of double"};
    }
  }
  return result;
}

Result<AdjustedDifference> adjusted_difference(const CupedResult& adjusted, std::size_t control,
                                               std::size_t treatment) {
  if (control >= adjusted.arms.size() || treatment >= adjusted.arms.size() ||
      control == treatment) {
    return Error{Errc::kInvalidArgument, "arms: expected the positions of two different arms"};
  }
  const AdjustedArm& a = adjusted.arms[control];
  const AdjustedArm& b = adjusted.arms[treatment];
  const auto n_a = static_cast<double>(a.n);
  const auto n_b = static_cast<double>(b.n);
  const double residual_a = a.variance / n_a;
  const double residual_b = b.variance / n_b;
  double units = 0;
  for (const AdjustedArm& arm : adjusted.arms) units += static_cast<double>(arm.n);

  // The difference of thetas times the error of the grand mean; 0 with one theta for all.
  const std::vector<double> gap = difference_of(b.theta, a.theta);
  const double of_grand_mean = grand_mean_covariance(adjusted, gap, gap) +
                               2 * (dot(gap, b.score) - dot(gap, a.score)) / units;
  const double extra = leverage_variance(adjusted, a, b) + std::max(0.0, of_grand_mean);

  AdjustedDifference result;
  Difference& difference = result.difference;
  difference.n_a = a.n;
  difference.n_b = b.n;
  difference.harmonic_n = harmonic_n(a.n, b.n);
  difference.mean_a = a.mean;
  difference.mean_b = b.mean;
  difference.estimate = b.mean - a.mean;
  const double residual = residual_a + residual_b;
  if (!(residual > 0)) {
    return Error{Errc::kInsufficientData, "variance: no residual variance in either arm"};
  }
  difference.variance = residual + extra;
  difference.variance_of_mean_a = residual_a * (1 + extra / residual);
  difference.variance_of_mean_b = residual_b * (1 + extra / residual);
  fill_skewness(a, b, difference);
  result.skewness_known = adjusted.third_moments_known;
  result.dof = satterthwaite_dof(residual_a, a.dof, residual_b, b.dof);
  // Cov(m_g, m_h) = theta_g' Var(grand mean) theta_h + (theta_h' score_g + theta_g' score_h) / N,
  // and v_g / n_g where g is h.
  const auto of_means = [&](const AdjustedArm& g, const AdjustedArm& h) {
    return grand_mean_covariance(adjusted, g.theta, h.theta) +
           (dot(h.theta, g.score) + dot(g.theta, h.score)) / units;
  };
  result.covariance_of_means = of_means(a, b);
  result.variance_of_mean_a = residual_a + of_means(a, a);
  result.variance_of_mean_b = residual_b + of_means(b, b);
  const double rest = difference.variance - (result.variance_of_mean_a + result.variance_of_mean_b -
                                             2 * result.covariance_of_means);
  result.variance_of_mean_a += rest / 2;
  result.variance_of_mean_b += rest / 2;
  result.unadjusted_mean_a = a.unadjusted_mean;
  result.unadjusted_mean_b = b.unadjusted_mean;
  result.variance_unadjusted = a.unadjusted_variance / n_a + b.unadjusted_variance / n_b;
  return result;
}

}  // namespace converge::stats
