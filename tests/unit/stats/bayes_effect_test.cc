#include <catch2/catch.hpp>
#include <cmath>

#include "stats/bayes/effect_estimate.h"
#include "stats/bayes/normal_effect.h"
#include "stats/bayes/normal_excess.h"
#include "stats/bayes/student_t_effect.h"

namespace converge::stats {
namespace {

constexpr EffectOptions kOptions{.level = 0.95, .rope = RopeBounds{-0.1, 0.1}};

EffectFigures student(const EffectEstimate& estimate, double dof, const EffectPrior& prior) {
  const auto figures = student_t_effect(estimate, dof, prior, kOptions);
  REQUIRE(figures);
  return *figures;
}

}  // namespace

TEST_CASE("Normal excess: right in relative terms in the deep tail") {
  // mpmath 1.2.1, 50 digits: npdf(z) + z ncdf(z).
  CHECK(normal_excess(0, 1) == Approx(0.39894228040143267794).epsilon(1e-15));
  CHECK(normal_excess(-3.9, 1) == Approx(1.1079729724122013761e-05).epsilon(1e-11));
  CHECK(normal_excess(-4.1, 1) == Approx(4.5658788356912356656e-06).epsilon(1e-14));
  CHECK(normal_excess(-10, 1) == Approx(7.4745602545893280366e-25).epsilon(1e-14));
  CHECK(normal_excess(-37, 1) == Approx(1.5451991905122024593e-301).epsilon(1e-13));
  CHECK(normal_excess(5e-7, 1e-9) == Approx(5e-7).epsilon(1e-15));
}

TEST_CASE("Student-t effect: with a prior (mpmath 1.2.1, 25 digits)") {
  const EffectFigures figures = student({0.3, 0.15}, 5, NormalPosterior{0, 0.2});
  CHECK(figures.mean == Approx(0.1745963667120761).epsilon(1e-11));
  CHECK(figures.sd.value() == Approx(0.1371266787100127).epsilon(1e-11));
  CHECK(figures.probability_positive == Approx(0.8963261424646617).epsilon(1e-11));
  CHECK(figures.expected_loss_choose_a == Approx(0.1830778060544424).epsilon(1e-11));
  CHECK(figures.expected_loss_choose_b == Approx(0.008481439342366250).epsilon(1e-11));
  CHECK(figures.rope->below + figures.rope->inside + figures.rope->above == Approx(1));
}

TEST_CASE("Student-t effect: where the data contradict the prior the surer one wins") {
  // mpmath 1.2.1, 25 digits. The normal model would answer 4.95.
  const EffectFigures figures = student({5, 0.01}, 3, NormalPosterior{0, 0.1});
  CHECK(figures.mean == Approx(0.008015973969051395).epsilon(1e-9));
  CHECK(figures.sd.value() == Approx(0.1000804482467267).epsilon(1e-9));
  CHECK(figures.expected_loss_choose_b == Approx(0.03604629494746894).epsilon(1e-9));
}

TEST_CASE("Student-t effect: without prior it is the t interval, with many dof the normal one") {
  const EffectFigures flat = student({0.3, 0.15}, 5, {});
  // R 4.2.2: 0.3 - 0.15 * qt(.975, 5); scipy 1.10.1: stats.t(5, 0.3, 0.15).sf(0).
  CHECK(flat.interval.lower == Approx(-0.08558727534544708).epsilon(1e-10));
  CHECK(flat.probability_positive == Approx(0.9490302605850709).epsilon(1e-12));
  CHECK(!student({0.3, 0.15}, 1.5, {}).sd.has_value());
  const EffectFigures many = student({0.3, 0.15}, 1e9, NormalPosterior{0, 0.2});
  const auto normal = normal_effect({0.3, 0.15}, NormalPosterior{0, 0.2}, kOptions);
  REQUIRE(normal);
  CHECK(many.mean == Approx(normal->mean).epsilon(1e-8));
  CHECK(many.interval.lower == Approx(normal->interval.lower).epsilon(1e-7));
  CHECK(many.rope->inside == Approx(normal->rope->inside).epsilon(1e-7));
}

TEST_CASE("Normal effect: a prior of any width, never an overflow") {
  for (const double unit : {1e-300, 1e-9, 1.0, 1e9, 1e300}) {
    const auto figures = normal_effect({0.3 * unit, 0.15 * unit}, NormalPosterior{0, 0.2 * unit},
                                       {.level = 0.95, .rope = {}});
    REQUIRE(figures);
    CHECK(figures->mean / unit == Approx(0.192).epsilon(1e-13));
    CHECK(figures->sd.value() / unit == Approx(0.12).epsilon(1e-13));
    CHECK(figures->expected_loss_choose_b / unit == Approx(0.0027890361552195).epsilon(1e-11));
  }
  const auto vague = normal_effect_posterior({1, 1}, NormalPosterior{0, 1e200});
  REQUIRE(vague);
  CHECK(vague->mean == 1);
  const auto sure = normal_effect_posterior({1, 1}, NormalPosterior{0, 1e-200});
  REQUIRE(sure);
  CHECK(sure->sd == Approx(1e-200).epsilon(1e-12));
}

TEST_CASE("ROPE: tails from their own side, and a verdict") {
  const auto far = rope_probabilities(NormalPosterior{0, 1}, {20, 21});
  REQUIRE(far);
  // mpmath 1.2.1: ncdf(-20) - ncdf(-21).
  CHECK(far->inside == Approx(2.75362411532695568e-89).epsilon(1e-12));
  CHECK(far->below == Approx(1));
  CHECK(rope_verdict(*far, 0.95).value() == RopeVerdict::kBelow);
  CHECK(rope_verdict({0.01, 0.98, 0.01}, 0.95).value() == RopeVerdict::kEquivalent);
  CHECK(rope_verdict({0.01, 0.01, 0.98}, 0.95).value() == RopeVerdict::kAbove);
  CHECK(rope_verdict({0.1, 0.8, 0.1}, 0.95).value() == RopeVerdict::kUndecided);
  CHECK(rope_verdict({0.1, 0.8, 0.1}, 0.5).error().code == Errc::kInvalidArgument);
  CHECK(rope_probabilities(NormalPosterior{0, 1}, {1, 1}).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Bayes effects: what is undefined has a name") {
  const ArmSummary arm{.n = 100, .mean = 0.1, .variance = 0.09};
  const auto code = [](const auto& result) { return result.error().code; };
  CHECK(code(relative_effect({.n = 100, .mean = 0, .variance = 1}, arm)) ==
        Errc::kInsufficientData);
  CHECK(code(absolute_effect({.n = 100, .mean = 0, .variance = 0}, arm)) ==
        Errc::kInsufficientData);
  CHECK(code(absolute_effect({.n = 1, .mean = 0, .variance = 1}, arm)) == Errc::kInsufficientData);
  CHECK(code(absolute_effect({.n = 0, .mean = 0, .variance = 0}, arm)) == Errc::kInsufficientData);
  CHECK(code(absolute_effect({.n = -1, .mean = 0, .variance = 1}, arm)) == Errc::kInvalidArgument);
  CHECK(code(normal_effect({1, 0}, {}, kOptions)) == Errc::kInsufficientData);
  CHECK(code(normal_effect({NAN, 1}, {}, kOptions)) == Errc::kInvalidArgument);
  CHECK(code(normal_effect({1, 1}, NormalPosterior{0, 0}, kOptions)) == Errc::kInvalidArgument);
  CHECK(code(student_t_effect({1, 1}, 1, {}, kOptions)) == Errc::kInsufficientData);
  CHECK(code(student_t_effect({1, 1}, 0, {}, kOptions)) == Errc::kInvalidArgument);
  CHECK(code(normal_effect({1, 1}, {}, {.level = 1, .rope = {}})) == Errc::kInvalidArgument);
}

}  // namespace converge::stats
