// Relative lifts: one verdict with the absolute test, mirror, units.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/means/cluster_robust.h"
#include "stats/means/delta_lift.h"
#include "stats/means/log_ratio_lift.h"
#include "stats/means/relative_lift.h"

namespace converge::stats {
namespace {

struct Pair {
  Sample a;
  Sample b;
};

/// Arms with effects up to five standard errors; control means of either sign, near 0 and far.
Pair any_pair() {
  Pair pair{any_sample(), any_sample()};
  const double standard_error = welch_statistic(pair.a, pair.b)->standard_error;
  pair.b.mean = pair.a.mean + standard_error * *rc::gen::inRange(-500, 500) / 100.0;
  return pair;
}

Pair any_positive_pair() {
  Pair pair = any_pair();
  for (Sample* sample : {&pair.a, &pair.b}) {
    const double standard_error = std::sqrt(sample->variance / static_cast<double>(sample->n));
    sample->mean = std::abs(sample->mean) + standard_error;
  }
  return pair;
}

double any_alpha() {
  return *rc::gen::element(0.2, 0.1, 0.05, 0.01, 0.00001);
}

double any_unit() {
  return *rc::gen::element(1e-9, 1e-6, 0.01, 1e3, 1e9);
}

Sample scaled(const Sample& sample, double unit) {
  return {.n = sample.n, .mean = sample.mean * unit, .variance = sample.variance * unit * unit};
}

}  // namespace

TEST_CASE("Welch and Fieller: the relative interval excludes 0 iff the absolute test rejects") {
  rc::prop("one verdict", [] {
    const Pair pair = any_pair();
    RC_PRE(pair.a.mean != 0);
    const double alpha = any_alpha();
    const auto lift = welch_relative_lift(pair.a, pair.b, {.alpha = alpha});
    RC_ASSERT(lift.has_value());
    RC_ASSERT(lift->relative.has_value());
    RC_ASSERT((lift->relative->estimate > 0) == (lift->absolute.estimate > 0));
    RC_CLASSIFY(lift->relative->interval.has_value(), "bounded");
    if (!lift->relative->interval) return;
    RC_CLASSIFY(!lift->relative->interval->contains(0), "excludes 0");
    RC_ASSERT(lift->relative->interval->contains(0) == lift->absolute.interval.contains(0));
    RC_ASSERT(lift->relative->interval->contains(lift->relative->estimate));
    if (close(lift->absolute.p_two_sided, alpha, 1e-9)) return;
    RC_ASSERT(!lift->relative->interval->contains(0) == (lift->absolute.p_two_sided < alpha));
  });
  rc::prop("at the very edge of the interval", [] {
    Pair pair = any_pair();
    RC_PRE(std::abs(pair.a.mean) > 0);
    const auto first = welch(pair.a, pair.b, {.alpha = 0.05});
    const auto half = (first->interval.upper - first->interval.lower) / 2;
    pair.b.mean = pair.a.mean + half * (1 + *rc::gen::inRange(-3, 4) * 2e-16);
    const auto lift = welch_relative_lift(pair.a, pair.b, {.alpha = 0.05});
    RC_ASSERT((lift.has_value() && lift->relative.has_value()));
    if (!lift->relative->interval) return;
    RC_ASSERT(lift->relative->interval->contains(0) == lift->absolute.interval.contains(0));
  });
}

TEST_CASE("Relative lifts: units of the values from 1e-9 to 1e9 do not show") {
  rc::prop("Fieller and delta", [] {
    const Pair pair = any_pair();
    RC_PRE(pair.a.mean != 0);
    const double unit = any_unit();
    const Pair other{scaled(pair.a, unit), scaled(pair.b, unit)};
    const auto here = welch_relative_lift(pair.a, pair.b, {.alpha = 0.05});
    const auto there = welch_relative_lift(other.a, other.b, {.alpha = 0.05});
    RC_ASSERT(here.has_value() && there.has_value());
    // Rounding of the means shows in units of their difference's standard error only.
    const double scale = here->absolute.standard_error / std::abs(pair.a.mean) + 1e-6;
    RC_ASSERT(std::abs(here->relative->estimate - there->relative->estimate) <= 1e-9 * scale);
    const auto delta = delta_relative_lift(pair.a, pair.b, {.alpha = 0.05});
    const auto other_delta = delta_relative_lift(other.a, other.b, {.alpha = 0.05});
    RC_ASSERT(delta.has_value() && other_delta.has_value());
    RC_ASSERT(close(delta->standard_error, other_delta->standard_error, 1e-9));
    RC_ASSERT(close(delta->p_two_sided, other_delta->p_two_sided, 1e-7));
    // Close to g = 1 the set goes to infinity.
    const double g = here->multiplier * std::sqrt(pair.a.variance / static_cast<double>(pair.a.n)) /
                     std::abs(pair.a.mean);
    RC_PRE(std::abs(g - 1) > 0.01);
    RC_ASSERT(here->relative->interval.has_value() == there->relative->interval.has_value());
    if (!here->relative->interval) return;
    RC_ASSERT(std::abs(here->relative->interval->lower - there->relative->interval->lower) <=
              1e-6 * scale);
    RC_ASSERT(std::abs(here->relative->interval->upper - there->relative->interval->upper) <=
              1e-6 * scale);
  });
  rc::prop("log ratio", [] {
    const Pair pair = any_positive_pair();
    const double unit = any_unit();
    const auto here = log_ratio_lift(pair.a, pair.b, {.alpha = 0.05});
    const auto there = log_ratio_lift(scaled(pair.a, unit), scaled(pair.b, unit), {.alpha = 0.05});
    RC_ASSERT(here.has_value() && there.has_value());
    RC_ASSERT(close(here->log_ratio.standard_error, there->log_ratio.standard_error, 1e-12));
    RC_ASSERT(std::abs(here->log_ratio.t - there->log_ratio.t) <=
              1e-9 + 1e-14 / here->log_ratio.standard_error);
  });
  rc::prop("clusters", [] {
    const Pair pair = any_pair();
    const double unit = any_unit();
    const auto here = cluster_robust_ratios(pair.a, pair.b);
    const auto there = cluster_robust_ratios(scaled(pair.a, unit), scaled(pair.b, unit));
    RC_ASSERT(close(here->standard_error_cr0 * unit, there->standard_error_cr0, 1e-12));
    RC_ASSERT(here->standard_error_cr0 < here->standard_error_cr1);
    RC_ASSERT(cluster_robust_ratios(pair.b, pair.a)->difference == -here->difference);
  });
}

TEST_CASE("Log ratio: swapping the arms inverts the ratio and keeps the verdict") {
  rc::prop("mirror and verdict", [] {
    const Pair pair = any_positive_pair();
    const double alpha = *rc::gen::element(0.2, 0.05, 0.01);
    const auto lift = log_ratio_lift(pair.a, pair.b, {.alpha = alpha});
    const auto mirror = log_ratio_lift(pair.b, pair.a, {.alpha = alpha});
    RC_ASSERT(lift.has_value() && mirror.has_value());
    RC_ASSERT(close(lift->log_ratio.p_two_sided, mirror->log_ratio.p_two_sided, 1e-6));
    RC_ASSERT(lift->log_ratio.dof == mirror->log_ratio.dof);
    RC_ASSERT(lift->interval.lower >= -1);
    RC_ASSERT(lift->interval.lower <= lift->estimate && lift->estimate <= lift->interval.upper);
    if (std::abs(lift->interval.lower) < 1e6 && lift->interval.lower > -0.999) {
      RC_ASSERT(close((1 + lift->interval.lower) * (1 + mirror->interval.upper), 1, 1e-9));
    }
    if (close(lift->log_ratio.p_two_sided, alpha, 1e-9)) return;
    RC_ASSERT(!lift->interval.contains(0) == (lift->log_ratio.p_two_sided < alpha));
  });
}

TEST_CASE("Delta method: sign of the control does not change the size of a lift") {
  rc::prop("negative controls", [] {
    const Pair pair = any_pair();
    RC_PRE(pair.a.mean != 0);
    const auto lift = delta_relative_lift(pair.a, pair.b, {.alpha = 0.05});
    const auto mirror =
        delta_relative_lift(scaled(pair.a, -1), scaled(pair.b, -1), {.alpha = 0.05});
    RC_ASSERT(lift.has_value() && mirror.has_value());
    RC_ASSERT(lift->estimate == -mirror->estimate);
    RC_ASSERT(lift->standard_error == mirror->standard_error);
    RC_ASSERT(lift->interval.lower == -mirror->interval.upper);
  });
}

}  // namespace converge::stats
