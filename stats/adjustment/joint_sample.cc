#include "stats/adjustment/joint_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace converge::stats {
namespace {

/// Covariances may exceed the product of the deviations by rounding, not by more.
constexpr double kCorrelationSlack = 1e-6;

Error invalid(std::string_view name, const std::string& what) {
  return {Errc::kInvalidArgument, std::string(name) + what};
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

Status check_covariance(std::string_view name, const JointSample& sample) {
  const std::size_t columns = sample.columns();
  for (std::size_t i = 0; i < columns; ++i) {
    if (sample.cov(i, i) < 0) return invalid(name, ".variance: expected 0 or more");
  }
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double bound = std::sqrt(sample.cov(i, i)) * std::sqrt(sample.cov(j, j));
      const double slack = kCorrelationSlack * bound;
      if (std::abs(sample.cov(i, j) - sample.cov(j, i)) > slack) {
        return invalid(name, ".covariance: expected a symmetric matrix");
      }
      if (std::abs(sample.cov(i, j)) > bound + slack) {
        return invalid(name, ".covariance: exceeds the product of the standard deviations");
      }
    }
  }
  return {};
}

/// P - S_i S_j / n with the rounding errors of product and quotient put back.
double centred_product(double product, double sum_i, double sum_j, double n) {
  const double high = sum_i * sum_j;
  const double low = std::fma(sum_i, sum_j, -high);
  const double quotient = high / n;
  const double remainder = std::fma(-quotient, n, high) + low;
  return (product - quotient) - remainder / n;
}

/// The gradient of a column: weights of the numerator and of the denominator.
struct Gradient {
  double value;
  std::size_t columns[2];
  double weights[2];
  int terms;
};

Result<Gradient> gradient_of(const JointSample& sample, const RatioColumn& column) {
  const bool is_ratio = column.denominator != RatioColumn::kNone;
  if (column.numerator >= sample.columns() ||
      (is_ratio && column.denominator >= sample.columns())) {
    return Error{Errc::kInvalidArgument, "columns: there is no such column"};
  }
  const double x = sample.mean[column.numerator];
  if (!is_ratio) return Gradient{x, {column.numerator, 0}, {1, 0}, 1};
  const double y = sample.mean[column.denominator];
  if (y == 0) {
    return Error{Errc::kInsufficientData,
                 "denominator: its mean is 0, the ratio of sums is undefined"};
  }
  const double ratio = x / y;
  return Gradient{ratio, {column.numerator, column.denominator}, {1 / y, -ratio / y}, 2};
}

double third_of(const JointSample& sample, const Gradient& a, const Gradient& b,
                const Gradient& c) {
  const std::size_t columns = sample.columns();
  double sum = 0;
  for (int i = 0; i < a.terms; ++i) {
    for (int j = 0; j < b.terms; ++j) {
      for (int k = 0; k < c.terms; ++k) {
        sum +=
            a.weights[i] * b.weights[j] * c.weights[k] *
            sample.third_moment[(a.columns[i] * columns + b.columns[j]) * columns + c.columns[k]];
      }
    }
  }
  return sum;
}

double covariance_of(const JointSample& sample, const Gradient& a, const Gradient& b) {
  double sum = 0;
  for (int i = 0; i < a.terms; ++i) {
    for (int j = 0; j < b.terms; ++j) {
      sum += a.weights[i] * b.weights[j] * sample.cov(a.columns[i], b.columns[j]);
    }
  }
  return sum;
}

}  // namespace

Status check_joint_sample(std::string_view name, const JointSample& sample, std::int64_t units) {
  const std::size_t columns = sample.columns();
  if (columns == 0 || sample.covariance.size() != columns * columns ||
      (!sample.third_moment.empty() && sample.third_moment.size() != columns * columns * columns)) {
    return invalid(name, ": expected means, their covariances and, if any, all third moments");
  }
  if (sample.n < units) {
    return Error{Errc::kInsufficientData, std::string(name) + ".n: " + std::to_string(sample.n) +
                                              " units, at least " + std::to_string(units) +
                                              " are needed"};
  }
  if (!all_finite(sample.mean) || !all_finite(sample.covariance) ||
      !all_finite(sample.third_moment)) {
    return invalid(name, ": expected finite numbers");
  }
  return check_covariance(name, sample);
}

Result<JointSample> joint_sample_of_sums(const JointSums& sums) {
  const std::size_t columns = sums.sum.size();
  if (columns == 0 || sums.product.size() != columns * columns) {
    return Error{Errc::kInvalidArgument, "sums: expected sums and their products"};
  }
  if (sums.n < 2) {
    return Error{Errc::kInsufficientData,
                 "n: " + std::to_string(sums.n) + " units, the variance needs at least 2"};
  }
  if (!all_finite(sums.sum) || !all_finite(sums.product)) {
    return Error{Errc::kInvalidArgument, "sums: expected finite numbers"};
  }
  const auto n = static_cast<double>(sums.n);
  JointSample sample;
  sample.n = sums.n;
  for (const double sum : sums.sum) sample.mean.push_back(sum / n);
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const double product = sums.product[i * columns + j];
      double centred = centred_product(product, sums.sum[i], sums.sum[j], n);
      const double rounding = 8 * std::numeric_limits<double>::epsilon() * std::abs(product);
      if (i == j && centred < 0) {
        if (centred < -rounding) {
          return Error{Errc::kInvalidArgument, "sum_squares: below sum^2 / n"};
        }
        centred = 0;
      }
      sample.covariance.push_back(centred / (n - 1));
    }
  }
  if (const Status valid = check_joint_sample("sums", sample, 2); !valid) return valid.error();
  return sample;
}

Result<JointSample> joint_sample_of(const ExactMoments& moments, int scale_exponent_x,
                                    int scale_exponent_y) {
  ExactMoments swapped = moments;
  std::swap(swapped.x, swapped.y);
  std::swap(swapped.xx, swapped.yy);
  std::swap(swapped.xxx, swapped.yyy);
  std::swap(swapped.xxy, swapped.xyy);
  const Result<Sample> x = sample_of(moments, scale_exponent_x);
  if (!x) return x.error();
  const Result<Sample> y = sample_of(swapped, scale_exponent_y);
  if (!y) return y.error();
  const Result<double> xy = covariance_of(moments, scale_exponent_x, scale_exponent_y);
  if (!xy) return xy.error();
  const Result<ThirdCoMoments> third =
      third_co_moments_of(moments, scale_exponent_x, scale_exponent_y);
  if (!third) return third.error();
  return JointSample{.n = moments.n,
                     .mean = {x->mean, y->mean},
                     .covariance = {x->variance, *xy, *xy, y->variance},
                     .third_moment = {x->third_central_moment, third->xxy, third->xxy, third->xyy,
                                      third->xxy, third->xyy, third->xyy, y->third_central_moment}};
}

Result<JointSample> merged(std::span<const JointSample> samples) {
  if (samples.empty()) return Error{Errc::kInsufficientData, "samples: there is none"};
  for (const JointSample& sample : samples) {
    if (const Status valid = check_joint_sample("samples", sample, 1); !valid) {
      return valid.error();
    }
    if (sample.columns() != samples[0].columns()) {
      return Error{Errc::kInvalidArgument, "samples: expected the same columns in each"};
    }
  }
  const std::size_t columns = samples[0].columns();
  JointSample total = samples[0];
  total.third_moment.clear();
  for (const JointSample& next : samples.subspan(1)) {
    const auto n_1 = static_cast<double>(total.n);
    const auto n_2 = static_cast<double>(next.n);
    const double n = n_1 + n_2;
    std::vector<double> gap(columns);
    for (std::size_t i = 0; i < columns; ++i) gap[i] = next.mean[i] - total.mean[i];
    for (std::size_t i = 0; i < columns; ++i) {
      for (std::size_t j = 0; j < columns; ++j) {
        double& covariance = total.covariance[i * columns + j];
        covariance = (n_1 - 1) / (n - 1) * covariance + (n_2 - 1) / (n - 1) * next.cov(i, j) +
                     gap[i] * gap[j] * (n_1 / n) * (n_2 / (n - 1));
      }
    }
    for (std::size_t i = 0; i < columns; ++i) total.mean[i] += gap[i] * (n_2 / n);
    total.n += next.n;
  }
  return total;
}

Result<JointSample> linearised_ratios(const JointSample& sample,
                                      std::span<const RatioColumn> wanted) {
  if (const Status valid = check_joint_sample("sample", sample, 2); !valid) return valid.error();
  std::vector<Gradient> gradients;
  for (const RatioColumn& column : wanted) {
    const Result<Gradient> gradient = gradient_of(sample, column);
    if (!gradient) return gradient.error();
    gradients.push_back(*gradient);
  }
  JointSample ratios;
  ratios.n = sample.n;
  for (const Gradient& a : gradients) {
    ratios.mean.push_back(a.value);
    for (const Gradient& b : gradients) {
      const double covariance = covariance_of(sample, a, b);
      ratios.covariance.push_back(&a == &b ? std::max(0.0, covariance) : covariance);
    }
  }
  if (!sample.third_moment.empty()) {
    for (const Gradient& a : gradients) {
      for (const Gradient& b : gradients) {
        for (const Gradient& c : gradients) {
          ratios.third_moment.push_back(third_of(sample, a, b, c));
        }
      }
    }
  }
  if (!all_finite(ratios.mean) || !all_finite(ratios.covariance)) {
    return Error{Errc::kInvalidArgument, "the ratio exceeds the range of double"};
  }
  return ratios;
}

}  // namespace converge::stats
