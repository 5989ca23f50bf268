// What must hold for every set of effects: units, mirror, order, and shrinkage between the bounds.
#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/effects/heterogeneity.h"
#include "stats/effects/winners_curse.h"

namespace converge::stats {
namespace {

std::vector<MeasuredEffect> any_effects() {
  std::vector<MeasuredEffect> effects;
  const int count = *rc::gen::inRange(2, 12);
  const double spread = *rc::gen::element(0.0, 0.5, 3.0);
  for (int i = 0; i < count; ++i) {
    const double variance = *rc::gen::inRange(1, 400) / 100.0;
    const double effect = (spread + std::sqrt(variance)) * *rc::gen::inRange(-200, 200) / 100.0;
    effects.push_back({effect, variance});
  }
  return effects;
}

std::vector<MeasuredEffect> scaled(std::vector<MeasuredEffect> effects, double unit) {
  for (MeasuredEffect& one : effects) {
    one.effect *= unit;
    one.variance *= unit * unit;
  }
  return effects;
}

}  // namespace

TEST_CASE("Between-variance: units square, signs and order do not matter") {
  rc::prop("units and mirror", [] {
    const std::vector<MeasuredEffect> effects = any_effects();
    const double unit = *rc::gen::element(-1.0, 1e-9, -1e-3, 1e9);
    std::vector<MeasuredEffect> other = scaled(effects, unit);
    std::reverse(other.begin(), other.end());
    for (const BetweenVariance method : {BetweenVariance::kDerSimonianLaird,
                                         BetweenVariance::kPauleMandel, BetweenVariance::kReml}) {
      const auto here = between_variance(effects, method, kExactTolerance);
      const auto there = between_variance(other, method, kExactTolerance);
      RC_ASSERT(here.has_value() && there.has_value());
      RC_ASSERT(*here >= 0);
      RC_ASSERT(std::abs(*here - *there / unit / unit) <= 1e-9 * (*here + 1e-3));
    }
  });
  rc::prop("Paule-Mandel's Q equals its degrees of freedom", [] {
    const std::vector<MeasuredEffect> effects = any_effects();
    const auto tau_squared =
        between_variance(effects, BetweenVariance::kPauleMandel, kExactTolerance);
    RC_ASSERT(tau_squared.has_value());
    RC_PRE(*tau_squared > 0);
    std::vector<MeasuredEffect> total = effects;
    for (MeasuredEffect& one : total) one.variance += *tau_squared;
    const auto pooled = pooled_effect(total, 0, 0.05);
    RC_ASSERT(pooled.has_value());
    RC_ASSERT(close(pooled->q, static_cast<double>(effects.size()) - 1, 1e-9));
  });
}

TEST_CASE("Heterogeneity: every segment lies between its own figure and the pooled one") {
  rc::prop("shrinkage", [] {
    const std::vector<MeasuredEffect> effects = any_effects();
    const auto result = heterogeneity(effects, 0.05);
    RC_ASSERT(result.has_value());
    for (std::size_t i = 0; i < effects.size(); ++i) {
      const double own = effects[i].effect;
      const double pooled = result->pooled.estimate;
      const double shrunk = result->segments[i].shrunk.estimate;
      const double slack = 1e-12 * (std::abs(own) + std::abs(pooled));
      RC_ASSERT(shrunk >= std::min(own, pooled) - slack);
      RC_ASSERT(shrunk <= std::max(own, pooled) + slack);
      RC_ASSERT(result->segments[i].p_adjusted >= result->segments[i].p_from_rest);
    }
  });
}

TEST_CASE("Winner's curse: a two-sided selection moves an estimate towards 0, never beyond") {
  rc::prop("towards 0", [] {
    const double threshold = *rc::gen::inRange(0, 500) / 100.0;
    const double standard_error = *rc::gen::element(1e-9, 0.01, 1.0, 1e9);
    const double crossing = threshold + *rc::gen::inRange(1, 2000) / 500.0;
    const SelectedEstimate selected{.estimate = crossing * standard_error,
                                    .standard_error = standard_error,
                                    .threshold = threshold};
    const auto result = corrected_for_selection(selected, Selection::kTwoSided, 0.05);
    RC_ASSERT(result.has_value());
    RC_ASSERT(result->conditional_mle <= selected.estimate * (1 + 1e-12));
    RC_ASSERT(result->conditional_mle >= -1e-9 * standard_error);
    RC_ASSERT(result->interval.lower <= result->median_unbiased);
    RC_ASSERT(result->median_unbiased <= result->interval.upper);
    // At the corrected effect, estimates that cross average what was seen.
    const auto there = selection_effect({.estimate = result->conditional_mle,
                                         .standard_error = standard_error,
                                         .threshold = threshold},
                                        Selection::kTwoSided);
    RC_ASSERT(close(there->mean_estimate, selected.estimate, 1e-7));
  });
}

}  // namespace converge::stats
