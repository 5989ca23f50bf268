#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/sequential/beta_binomial_mixture.h"
#include "stats/sequential/gamma_mixture.h"
#include "stats/sequential/normal_mixture.h"
#include "stats/sequential/quantile_boundaries.h"
#include "stats/sequential/quantile_test.h"
#include "stats/sequential/stitching.h"

namespace converge::calc {
namespace {

Result<Value> value_of(const Result<double>& value) {
  if (!value) return value.error();
  return Value::object({{"value", figure(*value)}});
}

stats::MixtureTuning tuning_of(Inputs& inputs) {
  return {.v_opt = inputs.number("v_opt"), .alpha_opt = inputs.number("alpha_opt")};
}

stats::SumAtTime sum_of(Inputs& inputs) {
  return {.s = inputs.number("s"), .v = inputs.number("v")};
}

// The normal mixture.

using NormalBound = Result<double> (*)(double v, const stats::MixtureBoundOptions&);
using NormalMixture = Result<double> (*)(const stats::SumAtTime&, const stats::MixtureTuning&);

Result<Value> normal_bound(Inputs inputs, NormalBound bound) {
  const double v = inputs.number("v");
  const stats::MixtureBoundOptions options{.alpha = inputs.number("alpha"),
                                           .tuning = tuning_of(inputs)};
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(bound(v, options));
}
Result<Value> normal_mixture_bound_two_sided(Inputs inputs) {
  return normal_bound(std::move(inputs), stats::normal_mixture_bound_two_sided);
}
Result<Value> normal_mixture_bound_one_sided(Inputs inputs) {
  return normal_bound(std::move(inputs), stats::normal_mixture_bound_one_sided);
}

Result<Value> normal_mixture(Inputs inputs, NormalMixture mixture) {
  const stats::SumAtTime sum = sum_of(inputs);
  const stats::MixtureTuning tuning = tuning_of(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(mixture(sum, tuning));
}
Result<Value> normal_log_mixture_two_sided(Inputs inputs) {
  return normal_mixture(std::move(inputs), stats::normal_mixture_two_sided);
}
Result<Value> normal_log_mixture_one_sided(Inputs inputs) {
  return normal_mixture(std::move(inputs), stats::normal_mixture_one_sided);
}

// Gamma mixtures.

using GammaBound = Result<double> (*)(double v, const stats::GammaMixtureBoundOptions&);
using GammaMixture = Result<double> (*)(const stats::SumAtTime&, const stats::GammaMixtureOptions&);

stats::GammaMixtureOptions gamma_options(Inputs& inputs) {
  return {.c = inputs.number("c"), .tuning = tuning_of(inputs)};
}

Result<Value> gamma_bound(Inputs inputs, GammaBound bound) {
  const double v = inputs.number("v");
  const stats::GammaMixtureBoundOptions options{.alpha = inputs.number("alpha"),
                                                .mixture = gamma_options(inputs)};
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(bound(v, options));
}
Result<Value> gamma_exponential_bound(Inputs inputs) {
  return gamma_bound(std::move(inputs), stats::gamma_exponential_bound);
}
Result<Value> gamma_poisson_bound(Inputs inputs) {
  return gamma_bound(std::move(inputs), stats::gamma_poisson_bound);
}

Result<Value> gamma_mixture(Inputs inputs, GammaMixture mixture) {
  const stats::SumAtTime sum = sum_of(inputs);
  const stats::GammaMixtureOptions options = gamma_options(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(mixture(sum, options));
}
Result<Value> gamma_exponential_log_mixture(Inputs inputs) {
  return gamma_mixture(std::move(inputs), stats::gamma_exponential_mixture);
}
Result<Value> gamma_poisson_log_mixture(Inputs inputs) {
  return gamma_mixture(std::move(inputs), stats::gamma_poisson_mixture);
}

// The beta-binomial mixture.

using BetaBound = Result<double> (*)(double v, const stats::BetaBinomialBoundOptions&);
using BetaMixture = Result<double> (*)(const stats::SumAtTime&, const stats::BetaBinomialOptions&);

stats::BetaBinomialOptions beta_options(Inputs& inputs) {
  return {.g = inputs.number("g"), .h = inputs.number("h"), .tuning = tuning_of(inputs)};
}

Result<Value> beta_bound(Inputs inputs, BetaBound bound) {
  const double v = inputs.number("v");
  const stats::BetaBinomialBoundOptions options{.alpha = inputs.number("alpha"),
                                                .mixture = beta_options(inputs)};
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(bound(v, options));
}
Result<Value> beta_binomial_bound_two_sided(Inputs inputs) {
  return beta_bound(std::move(inputs), stats::beta_binomial_bound_two_sided);
}
Result<Value> beta_binomial_bound_one_sided(Inputs inputs) {
  return beta_bound(std::move(inputs), stats::beta_binomial_bound_one_sided);
}

Result<Value> beta_mixture(Inputs inputs, BetaMixture mixture) {
  const stats::SumAtTime sum = sum_of(inputs);
  const stats::BetaBinomialOptions options = beta_options(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(mixture(sum, options));
}
Result<Value> beta_binomial_log_mixture_two_sided(Inputs inputs) {
  return beta_mixture(std::move(inputs), stats::beta_binomial_mixture_two_sided);
}
Result<Value> beta_binomial_log_mixture_one_sided(Inputs inputs) {
  return beta_mixture(std::move(inputs), stats::beta_binomial_mixture_one_sided);
}

Result<Value> bernoulli_confidence_sequence(Inputs inputs) {
  const stats::BernoulliCsInputs data{.successes = inputs.number("successes"),
                                      .n = inputs.count("n")};
  const stats::BernoulliCsOptions options{.alpha = inputs.number("alpha"),
                                          .t_opt = inputs.number("t_opt"),
                                          .alpha_opt = inputs.number("alpha_opt")};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Interval> interval = stats::bernoulli_cs(data, options);
  if (!interval) return interval.error();
  return Value::object({{"ci", bounds(*interval)}});
}

// Stitched boundaries and quantiles.

Result<Value> poly_stitching_bound(Inputs inputs) {
  const double v = inputs.number("v");
  const stats::PolyStitchingOptions options{.alpha = inputs.number("alpha"),
                                            .v_min = inputs.number("v_min"),
                                            .c = inputs.number("c"),
                                            .s = inputs.number("s"),
                                            .eta = inputs.number("eta")};
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(stats::poly_stitching_bound(v, options));
}

Result<Value> empirical_process_lil_bound(Inputs inputs) {
  const double t = inputs.number("t");
  const stats::EmpiricalProcessOptions options{
      .alpha = inputs.number("alpha"), .t_min = inputs.number("t_min"), .a = inputs.number("A")};
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(stats::empirical_process_lil_bound(t, options));
}

Result<Value> quantile_double_stitching_bound(Inputs inputs) {
  const double quantile = inputs.number("quantile");
  const double t = inputs.number("t");
  const stats::DoubleStitchingOptions options{.alpha = inputs.number("alpha"),
                                              .t_opt = inputs.number("t_opt"),
                                              .delta = inputs.number("delta"),
                                              .s = inputs.number("s"),
                                              .eta = inputs.number("eta")};
  if (const Status read = inputs.status(); !read) return read.error();
  return value_of(stats::quantile_double_stitching_bound(quantile, t, options));
}

stats::QuantileTestOptions quantile_options(Inputs& inputs) {
  return {.quantile = inputs.number("q"),
          .t_opt = inputs.number("t_opt"),
          .alpha_opt = inputs.number("alpha_opt")};
}

Result<Value> quantile_outputs(const Result<stats::QuantileTest>& test) {
  if (!test) return test.error();
  return Value::object({{"value", figure(test->p)}, {"log_e", figure(test->log_e)}});
}

Result<Value> quantile_ab_anytime_p(Inputs inputs) {
  const std::vector<double> a = inputs.numbers("a");
  const std::vector<double> b = inputs.numbers("b");
  const stats::QuantileTestOptions options = quantile_options(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  return quantile_outputs(stats::quantile_test(a, b, options));
}

Result<Value> quantile_ab_anytime_p_clustered(Inputs inputs) {
  const std::vector<double> a = inputs.numbers("a");
  const std::vector<std::int64_t> units_a = inputs.counts("units_a");
  const std::vector<double> b = inputs.numbers("b");
  const std::vector<std::int64_t> units_b = inputs.counts("units_b");
  const stats::QuantileTestOptions options = quantile_options(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  return quantile_outputs(stats::quantile_test_clustered({.values = a, .units = units_a},
                                                         {.values = b, .units = units_b}, options));
}

constexpr Method kMethods[] = {
    {"bernoulli_confidence_sequence", "exact confidence sequence for a mean of values in [0, 1]",
     bernoulli_confidence_sequence},
    {"beta_binomial_bound_one_sided", "uniform boundary, beta-binomial mixture",
     beta_binomial_bound_one_sided},
    {"beta_binomial_bound_two_sided", "uniform boundary, beta-binomial mixture",
     beta_binomial_bound_two_sided},
    {"beta_binomial_log_mixture_one_sided", "log e-value, beta-binomial mixture",
     beta_binomial_log_mixture_one_sided},
    {"beta_binomial_log_mixture_two_sided", "log e-value, beta-binomial mixture",
     beta_binomial_log_mixture_two_sided},
    {"empirical_process_lil_bound", "uniform boundary of a distribution function",
     empirical_process_lil_bound},
    {"gamma_exponential_bound", "uniform boundary, gamma-exponential mixture",
     gamma_exponential_bound},
    {"gamma_exponential_log_mixture", "log e-value, gamma-exponential mixture",
     gamma_exponential_log_mixture},
    {"gamma_poisson_bound", "uniform boundary, gamma-Poisson mixture", gamma_poisson_bound},
    {"gamma_poisson_log_mixture", "log e-value, gamma-Poisson mixture", gamma_poisson_log_mixture},
    {"normal_log_mixture_one_sided", "log e-value, half-normal mixture",
     normal_log_mixture_one_sided},
    {"normal_log_mixture_two_sided", "log e-value, normal mixture", normal_log_mixture_two_sided},
    {"normal_mixture_bound_one_sided", "uniform boundary, half-normal mixture",
     normal_mixture_bound_one_sided},
    {"normal_mixture_bound_two_sided", "uniform boundary, normal mixture",
     normal_mixture_bound_two_sided},
    {"poly_stitching_bound", "uniform boundary by polynomial stitching", poly_stitching_bound},
    {"quantile_ab_anytime_p", "sequential test of equal quantiles of two arms",
     quantile_ab_anytime_p},
    {"quantile_ab_anytime_p_clustered",
     "the same for events within units, every unit counting once", quantile_ab_anytime_p_clustered},
    {"quantile_double_stitching_bound", "uniform boundary of a quantile by double stitching",
     quantile_double_stitching_bound},
};

}  // namespace

std::span<const Method> sequential_boundary_methods() {
  return kMethods;
}

}  // namespace converge::calc
