// What must hold for every pair of arms: mirror, units, and one verdict for interval and p.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/means/welch.h"
#include "stats/sequential/asymptotic_cs.h"
#include "stats/sequential/asymptotic_guard.h"

namespace converge::stats {
namespace {

bool excludes_zero(const Interval& interval) {
  return !interval.contains(0);
}

double any_alpha() {
  return *rc::gen::element(0.2, 0.1, 0.05, 0.025, 0.01, 0.001, 0.00001);
}

AsymptoticCsOptions any_options() {
  return {.alpha = any_alpha(), .planned_total_n = *rc::gen::inRange(10, 10'000'000) * 1.0};
}

Sample scaled(const Sample& sample, double unit) {
  return {.n = sample.n,
          .mean = sample.mean * unit,
          .variance = sample.variance * unit * unit,
          .third_central_moment = sample.third_central_moment * unit * unit * unit};
}

}  // namespace

TEST_CASE("Welch: swapping the arms mirrors, the interval excludes 0 iff the test rejects") {
  rc::prop("mirror and verdict", [] {
    const Sample a = any_sample();
    const Sample b = any_sample();
    const double alpha = any_alpha();
    const auto result = welch(a, b, {.alpha = alpha});
    const auto mirror = welch(b, a, {.alpha = alpha});
    RC_ASSERT(result.has_value() && mirror.has_value());
    RC_ASSERT(result->estimate == -mirror->estimate);
    RC_ASSERT(close(result->dof, mirror->dof, 1e-12));
    RC_ASSERT(close(result->p_greater, mirror->p_less, 1e-9));
    RC_ASSERT(close(result->p_two_sided, mirror->p_two_sided, 1e-9));
    RC_ASSERT(close(result->interval.lower, -mirror->interval.upper, 1e-9));
    RC_ASSERT(result->interval.lower <= result->interval.upper);
    RC_ASSERT(result->dof <= static_cast<double>(a.n + b.n - 2) * (1 + 1e-12));
    if (!close(result->p_two_sided, alpha, 1e-9)) {
      RC_ASSERT(excludes_zero(result->interval) == (result->p_two_sided < alpha));
    }
    RC_ASSERT(close(result->p_greater + result->p_less, 1, 1e-12));
  });
}

TEST_CASE("Confidence sequences: swapping the arms mirrors, interval and p give one verdict") {
  rc::prop("two-sided", [] {
    const Sample a = any_sample();
    const Sample b = any_sample();
    const AsymptoticCsOptions options = any_options();
    const auto result = asymptotic_cs_two_sided(difference_of(a, b), options);
    const auto mirror = asymptotic_cs_two_sided(difference_of(b, a), options);
    RC_ASSERT(result.has_value() && mirror.has_value());
    RC_ASSERT(close(result->interval.lower, -mirror->interval.upper, 1e-12));
    RC_ASSERT(close(result->log_e, mirror->log_e, 1e-12));
    RC_ASSERT(result->interval.lower <= result->interval.upper);
    if (!close(result->p, options.alpha, 1e-9)) {
      RC_ASSERT(excludes_zero(result->interval) == (result->p < options.alpha));
    }
  });
  rc::prop("one-sided bounds mirror each other and are inverse to their p", [] {
    const Sample a = any_sample();
    const Sample b = any_sample();
    const AsymptoticCsOptions options = any_options();
    const auto lower = asymptotic_cs_lower(difference_of(a, b), options);
    const auto upper = asymptotic_cs_upper(difference_of(b, a), options);
    RC_ASSERT(lower.has_value() && upper.has_value());
    RC_ASSERT(close(lower->interval.lower, -upper->interval.upper, 1e-12));
    RC_ASSERT(std::isinf(lower->interval.upper) && std::isinf(upper->interval.lower));
    RC_ASSERT(close(lower->p, upper->p, 1e-12));
    if (!close(lower->p, options.alpha, 1e-9)) {
      RC_ASSERT((lower->interval.lower > 0) == (lower->p < options.alpha));
    }
  });
  rc::prop("a sequence is wider than the fixed interval of its level", [] {
    const Difference difference = difference_of(any_sample(), any_sample());
    const auto result = asymptotic_cs_two_sided(
        difference, AsymptoticCsOptions{.alpha = 0.05, .planned_total_n = 5000});
    RC_ASSERT(result.has_value());
    RC_ASSERT(result->z_multiplier > 1.959963984540054);
  });
}

TEST_CASE("Units of the values do not matter") {
  rc::prop("scaling both arms scales intervals and leaves p, log e and the guard", [] {
    const Sample a = any_sample();
    const Sample b = any_sample();
    const double unit = *rc::gen::element(1e-6, 0.01, 0.1, 10.0, 1e6);
    const AsymptoticCsOptions options = any_options();
    const Difference plain = difference_of(a, b);
    const Difference other = difference_of(scaled(a, unit), scaled(b, unit));

    const auto w = welch(a, b, {.alpha = options.alpha});
    const auto w_other = welch(scaled(a, unit), scaled(b, unit), {.alpha = options.alpha});
    RC_ASSERT(w.has_value() && w_other.has_value());
    RC_ASSERT(close(w->p_two_sided, w_other->p_two_sided, 1e-8));
    RC_ASSERT(close(w->interval.upper - w->interval.lower,
                    (w_other->interval.upper - w_other->interval.lower) / unit, 1e-8));

    for (const auto cs :
         {static_cast<Result<AsymptoticCs> (*)(const Difference&, const AsymptoticCsOptions&)>(
              &asymptotic_cs_two_sided),
          static_cast<Result<AsymptoticCs> (*)(const Difference&, const AsymptoticCsOptions&)>(
              &asymptotic_cs_lower)}) {
      const auto here = cs(plain, options);
      const auto there = cs(other, options);
      RC_ASSERT(here.has_value() && there.has_value());
      RC_ASSERT(close(here->z_multiplier, there->z_multiplier, 1e-12));
      RC_ASSERT(close(here->p, there->p, 1e-6));
    }
    RC_ASSERT(close(plain.skew_standardised, other.skew_standardised, 1e-9));
    RC_ASSERT(close(plain.skewness_a, other.skewness_a, 1e-9));
  });
}

}  // namespace converge::stats
