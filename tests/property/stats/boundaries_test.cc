// Uniform boundaries, e-values and quantiles: each boundary is the inverse of its mixture, sides
// mirror, units do not matter.
#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "samples.h"
#include "stats/sequential/beta_binomial_mixture.h"
#include "stats/sequential/e_values.h"
#include "stats/sequential/gamma_mixture.h"
#include "stats/sequential/normal_mixture.h"
#include "stats/sequential/quantile_test.h"
#include "stats/sequential/stitching.h"

namespace converge::stats {
namespace {

double any_alpha() {
  return *rc::gen::element(0.2, 0.05, 0.001, 1e-20, 1e-300);
}

double any_time() {
  return std::pow(10.0, *rc::gen::inRange(-200, 1200) / 100.0);
}

MixtureTuning any_tuning() {
  return {.v_opt = any_time(), .alpha_opt = *rc::gen::element(0.4, 0.05, 0.001)};
}

bool is_crossing(const Result<double>& log_mixture, double alpha) {
  RC_ASSERT(log_mixture.has_value());
  return std::abs(*log_mixture + std::log(alpha)) < 1e-7 * (1 - std::log(alpha));
}

}  // namespace

TEST_CASE("Boundaries: the mixture at the boundary is 1 / alpha") {
  rc::prop("normal", [] {
    const double v = any_time();
    const MixtureBoundOptions options{.alpha = any_alpha(), .tuning = any_tuning()};
    const auto two_sided = normal_mixture_bound_two_sided(v, options);
    const auto one_sided = normal_mixture_bound_one_sided(v, options);
    RC_ASSERT(two_sided.has_value() && one_sided.has_value());
    RC_ASSERT(
        is_crossing(normal_mixture_two_sided({*two_sided, v}, options.tuning), options.alpha));
    RC_ASSERT(
        is_crossing(normal_mixture_one_sided({*one_sided, v}, options.tuning), options.alpha));
  });
  rc::prop("gamma", [] {
    const double v = any_time();
    const GammaMixtureBoundOptions options{
        .alpha = any_alpha(),
        .mixture = {.c = *rc::gen::element(0.01, 0.5, 2.0), .tuning = any_tuning()}};
    const auto exponential = gamma_exponential_bound(v, options);
    const auto poisson = gamma_poisson_bound(v, options);
    RC_ASSERT(exponential.has_value() && poisson.has_value());
    RC_ASSERT(
        is_crossing(gamma_exponential_mixture({*exponential, v}, options.mixture), options.alpha));
    RC_ASSERT(is_crossing(gamma_poisson_mixture({*poisson, v}, options.mixture), options.alpha));
  });
  rc::prop("beta-binomial, unless no sum reaches it", [] {
    const double v = any_time();
    const BetaBinomialBoundOptions options{.alpha = any_alpha(),
                                           .mixture = {.g = *rc::gen::element(0.05, 0.5, 1.0),
                                                       .h = *rc::gen::element(0.95, 0.5, 0.01),
                                                       .tuning = any_tuning()}};
    const auto two_sided = beta_binomial_bound_two_sided(v, options);
    const auto one_sided = beta_binomial_bound_one_sided(v, options);
    RC_ASSERT(two_sided.has_value() && one_sided.has_value());
    const double largest = v / options.mixture.g;
    RC_ASSERT(*two_sided <= largest && *one_sided <= largest);
    if (*two_sided < largest) {
      RC_ASSERT(is_crossing(beta_binomial_mixture_two_sided({*two_sided, v}, options.mixture),
                            options.alpha));
    }
    if (*one_sided < largest) {
      RC_ASSERT(is_crossing(beta_binomial_mixture_one_sided({*one_sided, v}, options.mixture),
                            options.alpha));
    }
  });
}

TEST_CASE("Boundaries: other units of the sum scale them") {
  rc::prop("normal and gamma boundaries, v in squared units", [] {
    const double v = any_time();
    const double unit = *rc::gen::element(1e-9, 1e-3, 1e3, 1e9);
    const MixtureTuning tuning = any_tuning();
    const MixtureTuning other{.v_opt = tuning.v_opt * unit * unit, .alpha_opt = tuning.alpha_opt};
    const double alpha = any_alpha();
    RC_ASSERT(close(
        *normal_mixture_bound_one_sided(v, {.alpha = alpha, .tuning = tuning}) * unit,
        *normal_mixture_bound_one_sided(v * unit * unit, {.alpha = alpha, .tuning = other}), 1e-9));
    const auto here = gamma_exponential_bound(v, {.alpha = alpha, .mixture = {0.5, tuning}});
    const auto there =
        gamma_exponential_bound(v * unit * unit, {.alpha = alpha, .mixture = {0.5 * unit, other}});
    RC_ASSERT(close(*here * unit, *there, 1e-9));
  });
}

TEST_CASE("Boundaries: exchanging g and h mirrors the two-sided beta-binomial mixture") {
  rc::prop("mirror", [] {
    const double v = any_time();
    const BetaBinomialOptions options{.g = 0.2, .h = 0.8, .tuning = any_tuning()};
    const BetaBinomialOptions mirror{.g = 0.8, .h = 0.2, .tuning = options.tuning};
    const double s = *rc::gen::inRange(-1000, 1001) / 1000.0 * v;
    const auto here = beta_binomial_mixture_two_sided({s, v}, options);
    const auto there = beta_binomial_mixture_two_sided({-s, v}, mirror);
    RC_ASSERT(here.has_value() && there.has_value());
    RC_ASSERT(close(*here, *there, 1e-9) || std::abs(*here - *there) < 1e-9);
  });
}

TEST_CASE("Bernoulli sequence: failures for successes mirror it, and it holds the observed share") {
  rc::prop("mirror", [] {
    const std::int64_t n = *rc::gen::element<std::int64_t>(1, 17, 1000, 10'000'000);
    const auto successes = static_cast<double>(*rc::gen::inRange<std::int64_t>(0, n + 1));
    const BernoulliCsOptions options{
        .alpha = any_alpha(), .t_opt = *rc::gen::element(50.0, 1e6), .alpha_opt = 0.05};
    const auto interval = bernoulli_cs({.successes = successes, .n = n}, options);
    const auto mirror =
        bernoulli_cs({.successes = static_cast<double>(n) - successes, .n = n}, options);
    RC_ASSERT(interval.has_value() && mirror.has_value());
    RC_ASSERT(std::abs(interval->lower - (1 - mirror->upper)) < 1e-12);
    const double share = successes / static_cast<double>(n);
    RC_ASSERT(interval->lower <= share && share <= interval->upper);
    RC_ASSERT(interval->lower >= 0 && interval->upper <= 1);
  });
}

TEST_CASE("Quantile test: swapping the arms and rising transformations change nothing") {
  rc::prop("mirror and unit", [] {
    const auto any_values = [] {
      std::vector<double> values(static_cast<std::size_t>(*rc::gen::inRange(1, 80)));
      for (double& value : values) value = *rc::gen::inRange(0, 40) * 0.25;
      return values;
    };
    const std::vector<double> a = any_values();
    const std::vector<double> b = any_values();
    const QuantileTestOptions options{
        .quantile = *rc::gen::element(0.1, 0.5, 0.95), .t_opt = 100, .alpha_opt = 0.05};
    const auto test = quantile_test(a, b, options);
    const auto mirror = quantile_test(b, a, options);
    RC_ASSERT(test.has_value() && mirror.has_value());
    RC_ASSERT(close(test->log_e, mirror->log_e, 1e-12));
    const double unit = *rc::gen::element(1e-9, 1e9);
    std::vector<double> scaled_a = a;
    std::vector<double> scaled_b = b;
    for (double& value : scaled_a) value = value * unit + unit;
    for (double& value : scaled_b) value = value * unit + unit;
    RC_ASSERT(close(quantile_test(scaled_a, scaled_b, options)->log_e, test->log_e, 1e-12));
  });
}

TEST_CASE("E-values: order does not matter, an average lies between, e-BH keeps the largest") {
  rc::prop("combinations", [] {
    std::vector<double> log_e(static_cast<std::size_t>(*rc::gen::inRange(1, 20)));
    for (double& value : log_e) value = *rc::gen::inRange(-80'000, 80'000) / 100.0;
    std::vector<double> reversed(log_e.rbegin(), log_e.rend());
    const auto [least, largest] = std::minmax_element(log_e.begin(), log_e.end());
    RC_ASSERT(close(*e_average(log_e), *e_average(reversed), 1e-12));
    RC_ASSERT(*e_average(log_e) >= *least - 1e-9 && *e_average(log_e) <= *largest + 1e-9);
    const EBhOptions options{.alpha = any_alpha()};
    const std::vector<bool> rejected = *e_bh(log_e, options);
    std::vector<bool> rejected_reversed = *e_bh(reversed, options);
    std::reverse(rejected_reversed.begin(), rejected_reversed.end());
    RC_ASSERT(rejected == rejected_reversed);
    for (std::size_t i = 0; i < log_e.size(); ++i) {
      for (std::size_t j = 0; j < log_e.size(); ++j) {
        if (rejected[i] && log_e[j] >= log_e[i]) RC_ASSERT(rejected[j]);
      }
      const auto m = static_cast<double>(log_e.size());
      if (rejected[i]) RC_ASSERT(log_e[i] >= -std::log(options.alpha) - 1e-12);
      if (log_e[i] >= std::log(m) - std::log(options.alpha)) RC_ASSERT(rejected[i]);
    }
  });
  rc::prop("a calibrated p-value of 1e-300 still is evidence", [] {
    const double p = std::pow(10.0, -*rc::gen::inRange(1, 300));
    RC_ASSERT(*e_from_p_averaged(p) < *e_from_p_averaged(p / 10));
    RC_ASSERT(*e_from_p(p, {.kappa = 0.5}) < *e_from_p(p / 10, {.kappa = 0.5}));
    RC_ASSERT(*p_from_e(*e_from_p_averaged(p)) >= p);
  });
}

}  // namespace converge::stats
