// What must hold for every posterior: mirror, units, origin, and one verdict for interval and
// chance.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "samples.h"
#include "stats/bayes/best_of_k.h"
#include "stats/bayes/beta_binomial.h"
#include "stats/bayes/effect_estimate.h"
#include "stats/bayes/normal_effect.h"
#include "stats/bayes/student_t_effect.h"

namespace converge::stats {
namespace {

double any_level() {
  return *rc::gen::element(0.5, 0.8, 0.9, 0.95, 0.99, 0.9999);
}

double any_unit() {
  return *rc::gen::element(1e-9, 1e-3, 1e3, 1e9);
}

EffectEstimate any_effect() {
  const double standard_error = std::abs(any_number()) + 1e-6;
  return {standard_error * *rc::gen::inRange(-600, 600) / 100.0, standard_error};
}

EffectPrior any_prior(double scale) {
  if (*rc::gen::inRange(0, 3) == 0) return {};
  return NormalPosterior{scale * *rc::gen::inRange(-300, 300) / 100.0,
                         scale * *rc::gen::element(0.01, 0.3, 1.0, 5.0, 1000.0)};
}

EffectPrior times(const EffectPrior& prior, double factor) {
  if (!prior) return prior;
  return NormalPosterior{prior->mean * factor, prior->sd * std::abs(factor)};
}

template <class Method>
void effect_is_sound(const Method& method, double precision) {
  const EffectEstimate effect = any_effect();
  const EffectPrior prior = any_prior(effect.standard_error);
  const double level = any_level();
  const double unit = any_unit();
  const auto figures = method(effect, prior, level);
  const auto mirror = method({-effect.estimate, effect.standard_error}, times(prior, -1), level);
  const auto scaled =
      method({effect.estimate * unit, effect.standard_error * unit}, times(prior, unit), level);
  RC_ASSERT(figures.has_value() && mirror.has_value() && scaled.has_value());
  const double sd = figures->sd.value_or(effect.standard_error);
  const auto near = [&](double left, double right) {
    return std::abs(left - right) <= precision * std::max({sd, std::abs(left), std::abs(right)});
  };
  RC_ASSERT(near(figures->mean, -mirror->mean));
  RC_ASSERT(std::abs(figures->probability_positive - mirror->probability_negative) < precision);
  RC_ASSERT(near(figures->expected_loss_choose_a, mirror->expected_loss_choose_b));
  RC_ASSERT(near(figures->interval.lower, -mirror->interval.upper));
  RC_ASSERT(near(figures->interval.lower, scaled->interval.lower / unit));
  RC_ASSERT(near(figures->expected_loss_choose_b, scaled->expected_loss_choose_b / unit));
  RC_ASSERT(near(figures->expected_loss_choose_a - figures->expected_loss_choose_b, figures->mean));
  RC_ASSERT(figures->expected_loss_choose_a >= 0 && figures->expected_loss_choose_b >= 0);
  const double least = std::min(figures->probability_positive, figures->probability_negative);
  const double tail = (1 - level) / 2;
  if (std::abs(least - tail) > precision) {
    RC_ASSERT(!figures->interval.contains(0) == (least < tail));
  }
}

}  // namespace

TEST_CASE("Normal effect: mirror, units, interval and chance give one verdict") {
  rc::prop("normal", [] {
    effect_is_sound(
        [](const EffectEstimate& effect, const EffectPrior& prior, double level) {
          return normal_effect(effect, prior, {.level = level, .rope = {}});
        },
        1e-10);
  });
}

TEST_CASE("Student-t effect: mirror, units, interval and chance give one verdict") {
  rc::prop("student", [] {
    const double dof = *rc::gen::element(1.5, 2.5, 5.0, 30.0, 99.0);
    effect_is_sound(
        [&](const EffectEstimate& effect, const EffectPrior& prior, double level) {
          return student_t_effect(effect, dof, prior, {.level = level, .rope = {}});
        },
        1e-8);
  });
}

TEST_CASE("Effects of arms: adding a constant changes no absolute effect, swapping mirrors it") {
  rc::prop("absolute", [] {
    const Sample a = any_sample();
    const Sample b = any_sample();
    const ArmSummary first{a.n, a.mean, a.variance};
    const ArmSummary second{b.n, b.mean, b.variance};
    const auto here = absolute_effect(first, second);
    const auto there = absolute_effect(second, first);
    const double shift = std::sqrt(a.variance);
    const auto moved =
        absolute_effect({a.n, a.mean + shift, a.variance}, {b.n, b.mean + shift, b.variance});
    RC_ASSERT(here.has_value() && there.has_value() && moved.has_value());
    RC_ASSERT(here->effect.estimate == -there->effect.estimate);
    RC_ASSERT(close(here->effect.standard_error, there->effect.standard_error, 1e-14));
    RC_ASSERT(close(here->dof, there->dof, 1e-10));
    RC_ASSERT(std::abs(moved->effect.estimate - here->effect.estimate) <=
              1e-12 * (std::abs(a.mean) + std::abs(b.mean) + shift));
  });
}

TEST_CASE("Best of k: shares sum to 1, order and units of the arms do not matter") {
  rc::prop("normal", [] {
    const auto k = *rc::gen::inRange<std::size_t>(2, 8);
    std::vector<NormalPosterior> arms;
    for (std::size_t i = 0; i < k; ++i) {
      arms.push_back({any_number(), std::abs(any_number()) + 1e-3});
    }
    const double unit = any_unit();
    std::vector<NormalPosterior> others(arms.rbegin(), arms.rend());
    double widest = 0;
    for (NormalPosterior& arm : others) {
      widest = std::max(widest, arm.sd);
      arm = {arm.mean * unit, arm.sd * unit};
    }
    const BestOfKOptions options{.best_is = BestIs::kLargest,
                                 .precision = TailPrecision::kAbsolute};
    const auto best = best_of_normals(arms, options);
    const auto other = best_of_normals(others, options);
    RC_ASSERT(best.has_value() && other.has_value());
    double sum = 0;
    for (std::size_t i = 0; i < k; ++i) {
      sum += best->probability_best[i];
      RC_ASSERT(std::abs(best->probability_best[i] - other->probability_best[k - 1 - i]) < 1e-10);
      RC_ASSERT(best->expected_loss[i] >= 0);
      RC_ASSERT(std::abs(best->expected_loss[i] - other->expected_loss[k - 1 - i] / unit) <=
                1e-10 * (widest + best->expected_loss[i]));
      RC_ASSERT(std::abs(best->expected_best - arms[i].mean - best->expected_loss[i]) <=
                1e-10 * (widest + std::abs(arms[i].mean) + best->expected_loss[i]));
    }
    RC_ASSERT(std::abs(sum - 1) < 1e-12);
  });
}

TEST_CASE("Best of two Betas: losses differ by the means, swapping arms mirrors") {
  rc::prop("beta", [] {
    const auto any_count = [] {
      const auto trials = *rc::gen::element<std::int64_t>(0, 1, 2, 10, 1000, 1'000'000'000);
      return BinomialCount{*rc::gen::inRange<std::int64_t>(0, trials + 1), trials};
    };
    const BinomialCount a = any_count();
    const BinomialCount b = any_count();
    const BetaPrior prior{*rc::gen::element(0.01, 0.5, 1.0, 40.0),
                          *rc::gen::element(0.01, 0.5, 1.0, 40.0)};
    const auto here = beta_binomial_comparison({.a = a, .b = b, .prior = prior, .level = 0.95});
    const auto there = beta_binomial_comparison({.a = b, .b = a, .prior = prior, .level = 0.95});
    RC_ASSERT(here.has_value() && there.has_value());
    const auto mean = [&](const BinomialCount& count) {
      return (prior.alpha + static_cast<double>(count.successes)) /
             (prior.alpha + prior.beta + static_cast<double>(count.trials));
    };
    RC_ASSERT(std::abs(here->expected_loss_choose_a - here->expected_loss_choose_b -
                       (mean(b) - mean(a))) < 1e-10);
    RC_ASSERT(close(here->expected_loss_choose_a, there->expected_loss_choose_b, 1e-7));
    RC_ASSERT(std::abs(here->probability_b_beats_a + there->probability_b_beats_a - 1) < 1e-10);
  });
}

}  // namespace converge::stats
