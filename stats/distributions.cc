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
#include <boost/math/special_functions/gamma.hpp>
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

/// The continued fraction of I_x(a, b) a B(a, b) / (x^a (1 - x)^b), for x < (a + 1) / (a + b + 2),
/// by Lentz's method.
double incomplete_beta_fraction(double x, double a, double b) {
  static constexpr int kTermsMax = 100'000;
  static constexpr double kTiny = 1e-300;
  const auto kept_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double numerator = 1;
  double denominator = 1 / kept_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = denominator;
  for (int m = 1; m <= kTermsMax; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double factor = 1;
    for (const double term : {even, odd}) {
      denominator = 1 / kept_from_zero(1 + term * denominator);
      numerator = kept_from_zero(1 + term / numerator);
      factor *= denominator * numerator;
    }
    fraction *= factor;
    if (std::abs(factor - 1) < std::numeric_limits<double>::epsilon()) break;
  }
  return fraction;
}

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

double student_t_log_upper(double t, double dof) {
  static constexpr double kFarTail = 1e-250;
  if (std::isinf(dof)) return normal_log_upper(t);
  if (t < 0) return std::log1p(-student_t_upper(-t, dof));
  const double tail = student_t_upper(t, dof);
  if (!(tail < kFarTail)) return std::log(tail);
  if (std::isinf(t)) return -kInfinity;
  // P(T > t) = I_x(dof / 2, 1 / 2) / 2 with x = dof / (dof + t^2), everything but the fraction as a
  // logarithm.
  static constexpr double kLogRootPi = 0.572364942924700087071713675677;
  const double a = dof / 2;
  const double square_over_dof = t / dof * t;
  const double log_x =
      std::isinf(square_over_dof) ? std::log(dof) - 2 * std::log(t) : -std::log1p(square_over_dof);
  const double log_rest = -std::log1p(1 / square_over_dof);
  const double log_beta = kLogRootPi + std::log(bm::tgamma_delta_ratio(a, 0.5, Quiet()));
  return a * log_x + 0.5 * log_rest - std::log(2 * a) - log_beta +
         std::log(incomplete_beta_fraction(std::exp(log_x), a, 0.5));
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
