// What must hold for every test of means: mirror, units, offsets, and one verdict.
#include <rapidcheck/catch.h>
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "samples.h"
#include "stats/means/equivalence.h"
#include "stats/means/skew_corrected_t.h"
#include "stats/means/student.h"
#include "stats/means/welch.h"
#include "stats/means/welch_anova.h"

namespace converge::stats {
namespace {

double any_alpha() {
  return *rc::gen::element(0.2, 0.1, 0.05, 0.01, 0.00001);
}

double any_unit() {
  return *rc::gen::element(1e-9, 1e-6, 0.01, 1e3, 1e9);
}

Sample scaled(const Sample& sample, double unit) {
  return {.n = sample.n,
          .mean = sample.mean * unit,
          .variance = sample.variance * unit * unit,
          .third_central_moment = sample.third_central_moment * unit * unit * unit};
}

Sample moved(Sample sample, double offset) {
  sample.mean += offset;
  return sample;
}

Result<TTest> corrected(const Sample& a, const Sample& b, double alpha) {
  const auto result = skew_corrected_t(a, b, {.alpha = alpha});
  if (!result) return result.error();
  return result->test;
}

Result<TTest> pooled(const Sample& a, const Sample& b, double alpha) {
  return student_pooled(a, b, {.alpha = alpha});
}

Result<TTest> unpooled(const Sample& a, const Sample& b, double alpha) {
  return welch(a, b, {.alpha = alpha});
}

constexpr std::array kTests = {&unpooled, &pooled, &corrected};

/// Arms with effects up to five standard errors, and skewness that the guard lets through.
struct Pair {
  Sample a;
  Sample b;
};

Pair any_pair() {
  Pair pair{any_sample(), any_sample()};
  for (Sample* sample : {&pair.a, &pair.b}) {
    sample->n += 50;
    const double largest = 0.29 * std::sqrt(static_cast<double>(sample->n));
    const double skewness = std::clamp(
        sample->third_central_moment / std::pow(sample->variance, 1.5), -largest, largest);
    sample->third_central_moment = skewness * std::pow(sample->variance, 1.5);
  }
  const double standard_error = welch_statistic(pair.a, pair.b)->standard_error;
  pair.b.mean = pair.a.mean + standard_error * *rc::gen::inRange(-500, 500) / 100.0;
  return pair;
}

}  // namespace

TEST_CASE("Tests of two means: swapping the arms mirrors") {
  rc::prop("mirror", [] {
    const Pair pair = any_pair();
    const double alpha = any_alpha();
    for (const auto& test : kTests) {
      const auto result = test(pair.a, pair.b, alpha);
      const auto mirror = test(pair.b, pair.a, alpha);
      RC_ASSERT(result.has_value() && mirror.has_value());
      RC_ASSERT(result->estimate == -mirror->estimate);
      RC_ASSERT(result->dof == mirror->dof);
      RC_ASSERT(close(result->t, -mirror->t, 1e-12));
      RC_ASSERT(close(result->p_greater, mirror->p_less, 1e-9));
      RC_ASSERT(close(result->p_two_sided, mirror->p_two_sided, 1e-9));
      RC_ASSERT(close(result->interval.lower, -mirror->interval.upper, 1e-9));
    }
  });
}

TEST_CASE("Tests of two means: the interval excludes 0 if and only if the test rejects") {
  rc::prop("one verdict", [] {
    const Pair pair = any_pair();
    const double alpha = any_alpha();
    for (const auto& test : kTests) {
      const auto result = test(pair.a, pair.b, alpha);
      RC_ASSERT(result.has_value());
      RC_ASSERT(result->interval.lower <= result->interval.upper);
      RC_ASSERT(close(result->p_greater + result->p_less, 1, 1e-12));
      RC_ASSERT(result->log_p_two_sided <= 0);
      if (result->p_two_sided > 1e-300) {
        RC_ASSERT(std::abs(result->log_p_two_sided - std::log(result->p_two_sided)) < 1e-9);
      }
      if (close(result->p_two_sided, alpha, 1e-9)) continue;
      RC_CLASSIFY(result->p_two_sided < alpha, "rejects");
      RC_ASSERT(!result->interval.contains(0) == (result->p_two_sided < alpha));
    }
  });
}

TEST_CASE("Tests of two means: a change of units from 1e-9 to 1e9 changes units only") {
  rc::prop("units", [] {
    const Pair pair = any_pair();
    const double unit = any_unit();
    for (const auto& test : kTests) {
      const auto result = test(pair.a, pair.b, 0.05);
      const auto other = test(scaled(pair.a, unit), scaled(pair.b, unit), 0.05);
      RC_ASSERT(result.has_value() && other.has_value());
      const double scale = result->standard_error + 1e-3 * std::abs(pair.a.mean);
      RC_ASSERT(std::abs(other->estimate / unit - result->estimate) <= 1e-9 * scale);
      RC_ASSERT(close(other->standard_error / unit, result->standard_error, 1e-12));
      RC_ASSERT(close(other->dof, result->dof, 1e-12));
      RC_ASSERT(std::abs(other->interval.lower / unit - result->interval.lower) <= 1e-9 * scale);
      RC_ASSERT(std::abs(other->interval.upper / unit - result->interval.upper) <= 1e-9 * scale);
      RC_ASSERT(close(other->p_two_sided, result->p_two_sided, 1e-8));
    }
  });
}

TEST_CASE("Tests of two means: adding a constant to both arms changes no absolute effect") {
  rc::prop("offset", [] {
    Pair pair = any_pair();
    // Means on a grid that the offset does not leave: the sums are exact.
    for (Sample* sample : {&pair.a, &pair.b}) {
      sample->mean = std::round(sample->mean * 65536) / 65536;
    }
    const double offset = *rc::gen::inRange(-1'000'000, 1'000'000);
    RC_PRE(std::abs(pair.a.mean) < 1e9 && std::abs(pair.b.mean) < 1e9);
    for (const auto& test : kTests) {
      const auto result = test(pair.a, pair.b, 0.05);
      const auto other = test(moved(pair.a, offset), moved(pair.b, offset), 0.05);
      RC_ASSERT(result.has_value() && other.has_value());
      RC_ASSERT(result->estimate == other->estimate);
      RC_ASSERT(result->p_two_sided == other->p_two_sided);
      RC_ASSERT(result->interval == other->interval);
    }
  });
}

TEST_CASE("Skew correction: none without skewness, and what Johnson's is to first order") {
  rc::prop("limits", [] {
    Pair pair = any_pair();
    const auto result = skew_corrected_t(pair.a, pair.b, {.alpha = 0.05});
    RC_ASSERT(result.has_value());
    RC_ASSERT(std::abs(result->skew) <= 0.3);
    const double g = result->skew;
    const double t = result->t_welch;
    RC_ASSERT(std::abs(result->test.t - result->t_johnson - g * g * t * t * t / 27) <=
              1e-12 * (1 + std::abs(t)));
    pair.a.third_central_moment = 0;
    pair.b.third_central_moment = 0;
    const auto plain = skew_corrected_t(pair.a, pair.b, {.alpha = 0.05});
    const auto test = welch(pair.a, pair.b, {.alpha = 0.05});
    RC_ASSERT((plain.has_value() && plain->plain_suffices));
    RC_ASSERT(plain->test.t == test->t);
    RC_ASSERT(close(plain->test.interval.lower, test->interval.lower, 1e-12));
  });
}

TEST_CASE("Equivalence: p and interval give one verdict, and swapping the arms mirrors") {
  rc::prop("TOST", [] {
    const Pair pair = any_pair();
    const double standard_error = welch_statistic(pair.a, pair.b)->standard_error;
    const EquivalenceOptions options{
        .margin_low = -standard_error * *rc::gen::inRange(1, 800) / 100.0,
        .margin_high = standard_error * *rc::gen::inRange(1, 800) / 100.0,
        .alpha = *rc::gen::element(0.1, 0.05, 0.001)};
    const auto result = welch_equivalence(pair.a, pair.b, options);
    const auto mirror = welch_equivalence(pair.b, pair.a,
                                          {.margin_low = -options.margin_high,
                                           .margin_high = -options.margin_low,
                                           .alpha = options.alpha});
    RC_ASSERT(result.has_value() && mirror.has_value());
    RC_ASSERT(close(result->p_low, mirror->p_high, 1e-9));
    RC_ASSERT(close(result->p_high, mirror->p_low, 1e-9));
    RC_ASSERT(result->p == std::max(result->p_low, result->p_high));
    if (close(result->p, options.alpha, 1e-9)) return;
    const bool within =
        result->interval.lower > options.margin_low && result->interval.upper < options.margin_high;
    RC_CLASSIFY(within, "equivalent");
    RC_ASSERT(within == (result->p < options.alpha));
  });
}

TEST_CASE("k groups: two are Welch's t; order, units and offsets do not matter") {
  rc::prop("two groups", [] {
    const Pair pair = any_pair();
    const std::vector<Sample> groups{pair.a, pair.b};
    const auto anova = welch_anova(groups);
    const auto test = welch(pair.a, pair.b, {.alpha = 0.05});
    RC_ASSERT(anova.has_value());
    RC_ASSERT(close(anova->f, test->t * test->t, 1e-9) || test->t * test->t < 1e-20);
    RC_ASSERT(close(anova->dof_denominator, test->dof, 1e-9));
    RC_ASSERT(close(anova->p, test->p_two_sided, 1e-7));
  });
  rc::prop("any number", [] {
    std::vector<Sample> groups(*rc::gen::inRange<std::size_t>(2, 8));
    for (Sample& group : groups) group = any_sample();
    const auto result = welch_anova(groups);
    RC_ASSERT(result.has_value());
    RC_ASSERT(result->p >= 0 && result->p <= 1);
    const double unit = any_unit();
    std::vector<Sample> other;
    other.reserve(groups.size());
    for (const Sample& group : groups) other.push_back(scaled(group, -unit));
    std::rotate(other.begin(), other.begin() + 1, other.end());
    const auto changed = welch_anova(other);
    RC_ASSERT(changed.has_value());
    RC_ASSERT(close(result->f, changed->f, 1e-7));
    RC_ASSERT(close(result->dof_denominator, changed->dof_denominator, 1e-9));
  });
}

}  // namespace converge::stats
