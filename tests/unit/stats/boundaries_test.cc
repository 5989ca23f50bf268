// Uniform boundaries where plain formulas lose their digits, and their errors. Values by mpmath
// 1.2.1 with 60 digits from the formulas of the papers, the incomplete gamma function by
// quadrature.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "stats/sequential/beta_binomial_mixture.h"
#include "stats/sequential/gamma_mixture.h"
#include "stats/sequential/normal_mixture.h"
#include "stats/sequential/quantile_boundaries.h"
#include "stats/sequential/stitching.h"

namespace converge::stats {
namespace {

constexpr MixtureTuning kTuning{.v_opt = 100, .alpha_opt = 0.05};
constexpr GammaMixtureOptions kGamma{.c = 2, .tuning = kTuning};
constexpr BetaBinomialOptions kBeta{.g = 0.2, .h = 0.8, .tuning = kTuning};

}  // namespace

TEST_CASE("Gamma mixtures agree with 60 digits for v up to 1e14") {
  struct Case {
    SumAtTime sum;
    double exponential;
    double poisson;
  };
  for (const Case& expected : {Case{{500, 1e4}, 9.0277249520841807958, 9.6268549246422184778},
                               Case{{5000, 1e6}, 7.435789304616156223, 7.7414768276485813365},
                               Case{{5e5, 1e10}, 2.9127016114182490386, 3.1824784217919814401},
                               Case{{5e7, 1e14}, -1.6916436163202015276, -1.4222297668891472238}}) {
    CHECK(*gamma_exponential_mixture(expected.sum, kGamma) ==
          Approx(expected.exponential).epsilon(1e-9));
    CHECK(*gamma_poisson_mixture(expected.sum, kGamma) == Approx(expected.poisson).epsilon(1e-9));
  }
  CHECK(*gamma_exponential_bound(1e14, {.alpha = 0.05, .mixture = kGamma}) ==
        Approx(58629993.5324947864).epsilon(1e-10));
}

TEST_CASE("The beta-binomial mixture agrees with 60 digits for v up to 1e14") {
  CHECK(*beta_binomial_mixture_two_sided({500, 1e4}, kBeta) ==
        Approx(8.9969179568003951856).epsilon(1e-10));
  CHECK(*beta_binomial_mixture_two_sided({5e5, 1e10}, kBeta) ==
        Approx(2.2417896000604333403).epsilon(1e-10));
  CHECK(*beta_binomial_mixture_two_sided({-5e7, 1e14}, kBeta) ==
        Approx(-2.3632391728968205134).epsilon(1e-10));
  CHECK(*beta_binomial_bound_two_sided(1e14, {.alpha = 0.05, .mixture = kBeta}) ==
        Approx(59764496.417873348).epsilon(1e-10));
}

TEST_CASE("The one-sided beta-binomial mixture agrees with 50 digits, small and large priors") {
  struct Case {
    SumAtTime sum;
    double early;  ///< tightest at v = 100
    double late;   ///< at 1e9
  };
  const BetaBinomialOptions late{.g = 0.2, .h = 0.8, .tuning = {.v_opt = 1e9, .alpha_opt = 0.05}};
  for (const Case& expected : {Case{{28, 100}, 2.90184556469157508, 0.00177785461599860524},
                               Case{{9000, 1e7}, -1.90740886825469583, 0.624154500037296102},
                               Case{{2e5, 1e10}, -7.43109011111232621, 0.556455420273757543},
                               Case{{-1e5, 1e10}, -10.7490850872302837, -2.72544718801456289},
                               Case{{3e7, 1e14}, -9.51458422288665599, -1.48722197045938742}}) {
    CHECK(*beta_binomial_mixture_one_sided(expected.sum, kBeta) ==
          Approx(expected.early).epsilon(1e-8));
    CHECK(*beta_binomial_mixture_one_sided(expected.sum, late) ==
          Approx(expected.late).epsilon(1e-7));
  }
}

TEST_CASE("One-sided normal mixture: far below 0 the evidence is a finite negative number") {
  const auto far = normal_mixture_one_sided({-1e6, 100}, kTuning);
  REQUIRE(far);
  CHECK(std::isfinite(*far));
  CHECK(*far < -5);
  CHECK(*normal_mixture_one_sided({0, 0}, kTuning) == Approx(0).margin(1e-15));
}

TEST_CASE("Boundaries: alpha of 1e-300 still has one") {
  const MixtureBoundOptions tiny{.alpha = 1e-300, .tuning = kTuning};
  CHECK(*normal_mixture_bound_two_sided(100, tiny) > 370);  // sqrt(2 * 690.8 * 100) at least
  CHECK(*normal_mixture_bound_one_sided(100, tiny) > 370);
  CHECK(*gamma_exponential_bound(100, {.alpha = 1e-300, .mixture = kGamma}) > 0);
  CHECK(*gamma_poisson_bound(100, {.alpha = 1e-300, .mixture = kGamma}) > 0);
  CHECK(*beta_binomial_bound_two_sided(10, {.alpha = 1e-300, .mixture = kBeta}) ==
        Approx(50));  // the largest sum there is
  CHECK(*poly_stitching_bound(100, {.alpha = 1e-300, .v_min = 10, .c = 1, .s = 1.4, .eta = 2}) > 0);
  CHECK(*empirical_process_lil_bound(1000, {.alpha = 1e-300, .t_min = 32, .a = 0.85}) > 0);
}

TEST_CASE("Poly stitching: a lighter tail has a lower boundary") {
  const auto bound = [](double c) {
    return *poly_stitching_bound(100, {.alpha = 0.05, .v_min = 10, .c = c, .s = 1.4, .eta = 2});
  };
  CHECK(bound(3) == Approx(64.48755).epsilon(1e-6));  // confseq's own unit test
  CHECK(bound(-1) == Approx(28.99389).epsilon(1e-6));
  CHECK(bound(0) > bound(-1));
}

TEST_CASE("Empirical process: no boundary before t_min") {
  CHECK(*empirical_process_lil_bound(31, {.alpha = 0.05, .t_min = 32, .a = 0.85}) ==
        std::numeric_limits<double>::infinity());
}

TEST_CASE("Bernoulli sequence: no side without evidence is cut, and no count is too lopsided") {
  const BernoulliCsOptions options{.alpha = 0.05, .t_opt = 1000, .alpha_opt = 0.05};
  const auto none = bernoulli_cs({.successes = 0, .n = 1'000'000'000}, options);
  REQUIRE(none);
  CHECK(none->lower == 0);
  CHECK(none->upper > 0);
  CHECK(none->upper < 1e-6);
  const auto all = bernoulli_cs({.successes = 1e9, .n = 1'000'000'000}, options);
  REQUIRE(all);
  CHECK(all->upper == 1);
  CHECK(all->lower == Approx(1 - none->upper).epsilon(1e-12));
  const auto one = bernoulli_cs({.successes = 1, .n = 1}, options);
  REQUIRE(one);
  CHECK(one->lower == 0);
  CHECK(one->upper == 1);
}

TEST_CASE("Boundaries: bad arguments are named") {
  const double nan = std::nan("");
  const auto refused = [](const auto& result, const char* name) {
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::kInvalidArgument);
    CHECK(result.error().message.find(name) != std::string::npos);
  };
  refused(normal_mixture_bound_two_sided(0, {.alpha = 0.05, .tuning = kTuning}), "v");
  refused(normal_mixture_bound_two_sided(1, {.alpha = 1, .tuning = kTuning}), "alpha");
  refused(normal_mixture_bound_one_sided(1, {.alpha = 0.05, .tuning = {100, 0.5}}), "alpha_opt");
  refused(normal_mixture_two_sided({nan, 1}, kTuning), "s");
  refused(gamma_exponential_bound(1, {.alpha = 0.05, .mixture = {0, kTuning}}), "c");
  refused(gamma_poisson_mixture({-1e9, 1}, kGamma), "s");
  refused(beta_binomial_mixture_two_sided({6, 1}, kBeta), "s");
  refused(beta_binomial_bound_one_sided(1, {.alpha = 0.05, .mixture = {0, 1, kTuning}}), "g");
  refused(poly_stitching_bound(1, {.alpha = 0.05, .v_min = 1, .c = 0, .s = 1, .eta = 2}), "s - 1");
  refused(empirical_process_lil_bound(9, {.alpha = 0.05, .t_min = 1, .a = 0.7}), "A");
  refused(quantile_double_stitching_bound(
              1, 9, {.alpha = 0.05, .t_opt = 1, .delta = 0.5, .s = 1.4, .eta = 2}),
          "quantile");
  refused(bernoulli_cs({.successes = 2, .n = 1}, {.alpha = 0.05, .t_opt = 9, .alpha_opt = 0.05}),
          "successes");
  refused(bernoulli_cs({.successes = 0, .n = 0}, {.alpha = 0.05, .t_opt = 9, .alpha_opt = 0.05}),
          "n");
}

}  // namespace converge::stats
