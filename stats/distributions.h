#pragma once

#include <cstdint>

/// The distribution functions that the methods share, so that Boost.Math is compiled once.
/// Inputs   in the domain of the distribution; infinite quantile arguments give their limits.
/// Output   accurate to a few ulp in relative terms, in the tail that the name says: an upper
///          tail is never 1 - cdf. Tails below 1e-308 come as 0; the logarithms keep them.
/// Errors   outside the domain the answer is NaN: callers check their arguments (domain.h) and what
///          they return.
/// Cost     O(1) but for the incomplete beta and gamma functions, up to O(sqrt(parameter)).
/// Source   Boost.Math 1.81; normal_log_upper beyond z = 10 by the continued fraction of Mills'
///          ratio (Abramowitz, Stegun 26.2.14); student_t_log_upper in the far tail by that of the
///          incomplete beta function (DLMF 8.17.22).
/// Checked  golden/calc/means_test.cc (tail_probabilities.json);
///          unit/stats/distributions_test.cc.
namespace converge::stats {

double normal_density(double z);
double normal_cdf(double z);
double normal_upper(double z);
double normal_log_upper(double z);       ///< ln P(Z > z), for any z
double normal_quantile(double p);        ///< z with P(Z <= z) = p
double normal_upper_quantile(double p);  ///< z with P(Z > z) = p

double student_t_cdf(double t, double dof);
double student_t_upper(double t, double dof);
double student_t_log_upper(double t, double dof);  ///< ln P(T > t), for any t
double student_t_upper_quantile(double p, double dof);
double noncentral_t_cdf(double t, double dof, double noncentrality);
double noncentral_t_upper(double t, double dof, double noncentrality);

double chi_squared_upper(double x, double dof);
double chi_squared_quantile(double p, double dof);
double f_upper(double f, double dof_numerator, double dof_denominator);

double beta_cdf(double x, double a, double b);
double beta_upper(double x, double a, double b);
double beta_quantile(double p, double a, double b);
double beta_upper_quantile(double p, double a, double b);

/// Regularised incomplete gamma functions of shape and x: P(Gamma <= x), P(Gamma > x).
double gamma_cdf(double x, double shape);
double gamma_upper(double x, double shape);
double gamma_quantile(double p, double shape);
double gamma_upper_quantile(double p, double shape);

double binomial_probability(std::int64_t k, std::int64_t n, double p);  ///< P(X = k)
double binomial_cdf(std::int64_t k, std::int64_t n, double p);          ///< P(X <= k)
double binomial_upper(std::int64_t k, std::int64_t n, double p);        ///< P(X > k)

double poisson_probability(std::int64_t k, double mean);
double poisson_cdf(std::int64_t k, double mean);
double poisson_upper(std::int64_t k, double mean);  ///< P(X > k)

}  // namespace converge::stats
