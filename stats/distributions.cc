#include "stats/distributions.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace converge::stats {
namespace {

namespace bm = boost::math;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Errors come back as NaN or infinity instead of exceptions; nothing is promoted to long double,
/// which would be another figure on another processor.
using Quiet =
    bm::policies::policy<bm::policies::domain_error<bm::policies::ignore_error>,
                         bm::policies::pole_error<bm::policies::ignore_error>,
                         bm::policies::overflow_error<bm::policies::ignore_error>,
                         bm::policies::underflow_error<bm::policies::ignore_error>,
                         bm::policies::denorm_error<bm::policies::ignore_error>,
                         bm::policies::evaluation_error<bm::policies::ignore_error>,
                         bm::policies::indeterminate_result_error<bm::policies::ignore_error>,
                         bm::policies::promote_double<false>>;

using Normal = bm::normal_distribution<double, Quiet>;
using StudentT = bm::students_t_distribution<double, Quiet>;
using NoncentralT = bm::non_central_t_distribution<double, Quiet>;
using ChiSquared = bm::chi_squared_distribution<double, Quiet>;
using FisherF = bm::fisher_f_distribution<double, Quiet>;
using Beta = bm::beta_distribution<double, Quiet>;
using Gamma = bm::gamma_distribution<double, Quiet>;
using Binomial = bm::binomial_distribution<double, Quiet>;
using Poisson = bm::poisson_distribution<double, Quiet>;

}  // namespace

double normal_density(double z) {
  static constexpr double kInverseRootTwoPi = 0.398942280401432677939946059934;
  return kInverseRootTwoPi * std::exp(-0.5 * z * z);
}

double normal_cdf(double z) {
  return normal_upper(-z);
}

double normal_upper(double z) {
  static constexpr double kInverseRootTwo = 0.707106781186547524400844362105;
  return 0.5 * std::erfc(z * kInverseRootTwo);
}

double normal_log_upper(double z) {
  static constexpr double kContinuedFractionFrom = 10;
  static constexpr double kHalfLogTwoPi = 0.918938533204672741780329736406;
  if (z < -1) return std::log1p(-normal_upper(-z));
  if (z < kContinuedFractionFrom) return std::log(normal_upper(z));
  if (z == kInfinity) return -kInfinity;
  // Mills' ratio 1 / (z + 1 / (z + 2 / (z + 3 / ...))): 60 terms are exact to double from z = 10
  // on.
  double denominator = z;
  for (int k = 60; k >= 1; --k) denominator = z + k / denominator;
  return -0.5 * z * z - kHalfLogTwoPi - std::log(denominator);
}

double normal_quantile(double p) {
  return -normal_upper_quantile(p);
}

double normal_upper_quantile(double p) {
  if (p == 0) return kInfinity;
  if (p == 1) return -kInfinity;
  return quantile(complement(Normal(), p));
}

double student_t_cdf(double t, double dof) {
  return student_t_upper(-t, dof);
}

double student_t_upper(double t, double dof) {
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  if (std::isinf(dof)) return normal_upper(t);
  return cdf(complement(StudentT(dof), t));
}

double student_t_upper_quantile(double p, double dof) {
  if (p == 0) return kInfinity;
  if (p == 1) return -kInfinity;
  if (std::isinf(dof)) return normal_upper_quantile(p);
  return quantile(complement(StudentT(dof), p));
}

double noncentral_t_cdf(double t, double dof, double noncentrality) {
  return cdf(NoncentralT(dof, noncentrality), t);
}

double noncentral_t_upper(double t, double dof, double noncentrality) {
  return cdf(complement(NoncentralT(dof, noncentrality), t));
}

double chi_squared_upper(double x, double dof) {
  return cdf(complement(ChiSquared(dof), x));
}

double chi_squared_quantile(double p, double dof) {
  return quantile(ChiSquared(dof), p);
}

double f_upper(double f, double dof_numerator, double dof_denominator) {
  return cdf(complement(FisherF(dof_numerator, dof_denominator), f));
}

double beta_cdf(double x, double a, double b) {
  return cdf(Beta(a, b), x);
}

double beta_upper(double x, double a, double b) {
  return cdf(complement(Beta(a, b), x));
}

double beta_quantile(double p, double a, double b) {
  return quantile(Beta(a, b), p);
}

double beta_upper_quantile(double p, double a, double b) {
  return quantile(complement(Beta(a, b), p));
}

double gamma_cdf(double x, double shape) {
  return cdf(Gamma(shape), x);
}

double gamma_upper(double x, double shape) {
  return cdf(complement(Gamma(shape), x));
}

double gamma_quantile(double p, double shape) {
  return quantile(Gamma(shape), p);
}

double gamma_upper_quantile(double p, double shape) {
  return quantile(complement(Gamma(shape), p));
}

double binomial_probability(std::int64_t k, std::int64_t n, double p) {
  return pdf(Binomial(static_cast<double>(n), p), static_cast<double>(k));
}

double binomial_cdf(std::int64_t k, std::int64_t n, double p) {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return cdf(Binomial(static_cast<double>(n), p), static_cast<double>(k));
}

double binomial_upper(std::int64_t k, std::int64_t n, double p) {
  if (k < 0) return 1;
  if (k >= n) return 0;
  return cdf(complement(Binomial(static_cast<double>(n), p), static_cast<double>(k)));
}

double poisson_probability(std::int64_t k, double mean) {
  return pdf(Poisson(mean), static_cast<double>(k));
}

double poisson_cdf(std::int64_t k, double mean) {
  return k < 0 ? 0 : cdf(Poisson(mean), static_cast<double>(k));
}

double poisson_upper(std::int64_t k, double mean) {
  return k < 0 ? 1 : cdf(complement(Poisson(mean), static_cast<double>(k)));
}

}  // namespace converge::stats
