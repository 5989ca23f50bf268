#include "stats/sequential/planned_effect_cs.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace {

using namespace converge;
using namespace converge::stats;

/// An estimate of z standard errors that rests on n.
Difference at(double z, double n) {
  Difference difference;
  difference.variance = 0.25;
  difference.estimate = 0.5 * z;
  difference.harmonic_n = n;
  return difference;
}

struct Expected {
  double z;
  double n;
  double planned_n;
  double alpha;
  double log_e_two_sided;
  double multiplier_two_sided;
  double log_e_one_sided;
  double multiplier_one_sided;
};

}  // namespace

TEST_CASE("planned_effect_cs: e and bounds agree with the quadrature of the mixture") {
  // mpmath 1.2, 30 digits: quad over the prior of exp(theta S - theta^2 n / 2); findroot in z.
  const Expected cases[] = {
      {3.2, 400, 1000, 0.05, 3.46781666521712, 2.97365492437676, 3.94140985371328,
       2.69448438994528},
      {2.5, 1000, 1000, 0.05, 2.09380757072296, 2.8351251121842, 2.84697795509459,
       2.55990561806899},
      {3.0, 5000, 1000, 0.01, 1.59356788018318, 3.77338409299122, 2.4862087734628,
       3.55789640963414},
      {-1.0, 300, 1000, 0.05, -0.31564443601511, 3.1127018231423, -1.85266164357313,
       2.82747692574531},
  };
  for (const Expected& expected : cases) {
    const Difference difference = at(expected.z, expected.n);
    const PlannedEffectOptions options{.alpha = expected.alpha,
                                       .planned_harmonic_n = expected.planned_n};
    const auto two_sided = planned_effect_cs_two_sided(difference, options);
    REQUIRE(two_sided);
    CHECK(two_sided->log_e == Approx(expected.log_e_two_sided).epsilon(1e-12));
    CHECK(two_sided->z_multiplier == Approx(expected.multiplier_two_sided).epsilon(1e-12));
    CHECK(two_sided->interval.upper ==
          Approx(difference.estimate + 0.5 * expected.multiplier_two_sided).epsilon(1e-12));
    const auto lower = planned_effect_cs_lower(difference, options);
    REQUIRE(lower);
    CHECK(lower->log_e == Approx(expected.log_e_one_sided).epsilon(1e-12));
    CHECK(lower->z_multiplier == Approx(expected.multiplier_one_sided).epsilon(1e-12));
    CHECK(lower->interval.lower ==
          Approx(difference.estimate - 0.5 * expected.multiplier_one_sided).epsilon(1e-12));
  }
}

TEST_CASE("planned_effect_cs: the interval excludes 0 exactly when p is below alpha") {
  for (const double n : {1.0, 100.0, 1e4, 1e9}) {
    for (const double alpha : {1e-12, 0.001, 0.05, 0.4, 0.99}) {
      const PlannedEffectOptions options{.alpha = alpha, .planned_harmonic_n = 10'000};
      const double limit = planned_effect_cs_two_sided(at(0, n), options)->z_multiplier;
      const double bound = planned_effect_cs_lower(at(0, n), options)->z_multiplier;
      for (const double factor : {0.999, 1.001}) {
        const auto two_sided = planned_effect_cs_two_sided(at(-factor * limit, n), options);
        CHECK((two_sided->p < alpha) == (factor > 1));
        CHECK((two_sided->interval.upper < 0) == (factor > 1));
        const auto lower = planned_effect_cs_lower(at(factor * bound, n), options);
        CHECK((lower->p < alpha) == (factor > 1));
        CHECK((lower->interval.lower > 0) == (factor > 1));
        const auto upper = planned_effect_cs_upper(at(-factor * bound, n), options);
        CHECK(upper->p == lower->p);
        CHECK(upper->interval.upper == -lower->interval.lower);
      }
    }
  }
}

TEST_CASE("planned_effect_cs: evidence keeps its meaning beyond the smallest double") {
  const PlannedEffectOptions options{.alpha = 0.05, .planned_harmonic_n = 10'000};
  const auto cs = planned_effect_cs_two_sided(at(60, 10'000), options);
  CHECK(cs->log_e > 745);
  CHECK(std::isfinite(cs->log_e));
  CHECK(planned_effect_cs_lower(at(-60, 10'000), options)->p == 1);
}

TEST_CASE("planned_effect_cs: bad arguments are named") {
  const PlannedEffectOptions options{.alpha = 0.05, .planned_harmonic_n = 10'000};
  CHECK(
      planned_effect_cs_two_sided(at(1, 10), {.alpha = 1, .planned_harmonic_n = 10}).error().code ==
      Errc::kInvalidArgument);
  CHECK(planned_effect_cs_lower(at(1, 10), {.alpha = 0.05, .planned_harmonic_n = 0}).error().code ==
        Errc::kInvalidArgument);
  Difference infinite = at(1, 10);
  infinite.estimate = std::numeric_limits<double>::infinity();
  CHECK(planned_effect_cs_upper(infinite, options).error().code == Errc::kInvalidArgument);
  Difference flat = at(1, 10);
  flat.variance = 0;
  CHECK(planned_effect_cs_two_sided(flat, options).error().code == Errc::kInsufficientData);
}
