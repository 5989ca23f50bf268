// What must hold for every pair of rates: mirror, units of exposure, one verdict for interval and
// p.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/rates/poisson_interval.h"
#include "stats/rates/poisson_two_sample.h"
#include "stats/rates/rate_ratio_exact.h"

namespace converge::stats {
namespace {

EventCount any_events() {
  return {.events = *rc::gen::weightedOneOf<std::int64_t>(
              {{3, rc::gen::inRange<std::int64_t>(0, 12)},
               {3, rc::gen::inRange<std::int64_t>(12, 20'000)},
               {1, rc::gen::inRange<std::int64_t>(1'000'000, 20'000'000)}}),
          .exposure = std::pow(10.0, *rc::gen::inRange(-4, 5)) * *rc::gen::inRange(1'000, 9'999)};
}

double any_alpha() {
  return *rc::gen::element(0.2, 0.1, 0.05, 0.01, 0.001, 1e-6);
}

using RatioMethod = Result<RateRatio> (*)(const EventCount&, const EventCount&,
                                          const RateRatioOptions&);
using NormalTest = Result<RateTest> (*)(const EventCount&, const EventCount&,
                                        const RateTestOptions&);

}  // namespace

TEST_CASE("Rate ratio: swapped arms give reciprocals, the interval agrees with the central p") {
  rc::prop("mirror and verdict", [] {
    const EventCount a = any_events();
    const EventCount b = any_events();
    RC_PRE(a.events + b.events > 0);
    const double alpha = any_alpha();
    const double null_ratio = *rc::gen::element(1.0, 1.0, 0.5, 3.0);
    for (const RatioMethod ratio_of : {rate_ratio_exact, rate_ratio_mid_p}) {
      const auto ratio = ratio_of(a, b, {.alpha = alpha, .null_ratio = null_ratio});
      const auto mirror = ratio_of(b, a, {.alpha = alpha, .null_ratio = 1 / null_ratio});
      RC_ASSERT(ratio.has_value() && mirror.has_value());
      RC_ASSERT(close(ratio->interval.lower, 1 / mirror->interval.upper, 1e-9));
      RC_ASSERT(close(ratio->interval.upper, 1 / mirror->interval.lower, 1e-9));
      RC_ASSERT(close(ratio->p_greater, mirror->p_less, 1e-8));
      RC_ASSERT(close(ratio->p_two_sided, mirror->p_two_sided, 1e-6));
      RC_ASSERT(ratio->interval.lower < ratio->interval.upper);
      if (!close(ratio->p_central, alpha, 1e-6)) {
        RC_ASSERT(!ratio->interval.contains(null_ratio) == (ratio->p_central < alpha));
      }
    }
  });
}

TEST_CASE("Rates: the unit of exposure does not matter, swapped arms change the sign") {
  rc::prop("units and mirror", [] {
    const EventCount a = any_events();
    const EventCount b = any_events();
    RC_PRE(a.events + b.events > 0);
    const double unit = *rc::gen::element(1e-9, 1e-3, 60.0, 1e9);
    const EventCount other_a{a.events, a.exposure * unit};
    const EventCount other_b{b.events, b.exposure * unit};
    for (const NormalTest test_of : {rate_score_test, rate_wald_test, rate_square_root_test}) {
      const auto test = test_of(a, b, {.null_ratio = 1});
      const auto in_unit = test_of(other_a, other_b, {.null_ratio = 1});
      const auto mirror = test_of(b, a, {.null_ratio = 1});
      RC_ASSERT(test.has_value() && in_unit.has_value() && mirror.has_value());
      RC_ASSERT(std::abs(test->z - in_unit->z) <= 1e-9 * (1 + std::abs(test->z)));
      RC_ASSERT(std::abs(test->z + mirror->z) <= 1e-9 * (1 + std::abs(test->z)));
    }
    const auto interval = poisson_exact_interval(a, {.alpha = 0.05});
    const auto in_unit = poisson_exact_interval(other_a, {.alpha = 0.05});
    RC_ASSERT(close(interval->lower, in_unit->lower * unit, 1e-12));
    RC_ASSERT(close(interval->upper, in_unit->upper * unit, 1e-12));
    RC_ASSERT(interval->contains(a.rate()));
  });
}

}  // namespace converge::stats
