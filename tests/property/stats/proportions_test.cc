// What must hold for every pair of proportions: mirror, one verdict for interval and p, and order.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/distributions.h"
#include "stats/proportions/difference_closed_form.h"
#include "stats/proportions/fisher_exact.h"
#include "stats/proportions/one_proportion.h"
#include "stats/proportions/pooled_z.h"
#include "stats/proportions/ratio_closed_form.h"
#include "stats/proportions/score_difference.h"
#include "stats/proportions/score_ratio.h"

namespace converge::stats {
namespace {

BinomialCount any_count() {
  BinomialCount count;
  count.trials = *rc::gen::weightedOneOf<std::int64_t>(
      {{2, rc::gen::inRange<std::int64_t>(1, 12)},
       {3, rc::gen::inRange<std::int64_t>(12, 20'000)},
       {1, rc::gen::inRange<std::int64_t>(1'000'000, 2'000'000'000)}});
  count.successes = *rc::gen::weightedOneOf<std::int64_t>(
      {{3, rc::gen::inRange<std::int64_t>(0, count.trials + 1)},
       {2, rc::gen::inRange<std::int64_t>(0, std::min<std::int64_t>(count.trials, 9) + 1)},
       {1, rc::gen::just<std::int64_t>(0)},
       {1, rc::gen::just(count.trials)}});
  return count;
}

double any_alpha() {
  return *rc::gen::element(0.2, 0.1, 0.05, 0.01, 0.001, 1e-6);
}

bool near(double left, double right) {
  return close(left, right, 1e-9) || std::abs(left - right) < 1e-15;
}

using DifferenceInterval = Result<Interval> (*)(const BinomialCount&, const BinomialCount&,
                                                const ProportionComparisonOptions&);
using ScoreMethod = Result<ScoreDifference> (*)(const BinomialCount&, const BinomialCount&,
                                                const ProportionComparisonOptions&);

}  // namespace

TEST_CASE("One proportion: exchanging successes and failures mirrors, the share lies inside") {
  rc::prop("mirror", [] {
    const BinomialCount count = any_count();
    const ProportionOptions options{.alpha = any_alpha()};
    for (const auto interval_of : {wilson_interval, clopper_pearson_interval, jeffreys_interval,
                                   agresti_coull_interval, normal_proportion_interval}) {
      const auto interval = interval_of(count, options);
      const auto mirror = interval_of(count.mirrored(), options);
      RC_ASSERT(interval.has_value() && mirror.has_value());
      RC_ASSERT(near(interval->lower, 1 - mirror->upper));
      RC_ASSERT(near(interval->upper, 1 - mirror->lower));
      RC_ASSERT(0 <= interval->lower && interval->lower <= interval->upper && interval->upper <= 1);
    }
    RC_ASSERT(wilson_interval(count, options)->contains(count.share()));
    const auto exact = clopper_pearson_interval(count, options);
    const auto jeffreys = jeffreys_interval(count, options);
    RC_ASSERT(exact->lower <= jeffreys->lower && jeffreys->upper <= exact->upper);
  });
}

TEST_CASE("Differences of proportions: swapping the arms mirrors every interval") {
  rc::prop("mirror", [] {
    const BinomialCount a = any_count();
    const BinomialCount b = any_count();
    const ProportionComparisonOptions options{.alpha = any_alpha()};
    for (const DifferenceInterval interval_of :
         {newcombe_difference, agresti_caffo_difference, wald_difference}) {
      const auto interval = interval_of(a, b, options);
      const auto mirror = interval_of(b, a, options);
      RC_ASSERT(interval.has_value() && mirror.has_value());
      RC_ASSERT(near(interval->lower, -mirror->upper) && near(interval->upper, -mirror->lower));
    }
    const auto newcombe = newcombe_difference(a, b, options);
    RC_ASSERT(newcombe->lower >= -1 - 1e-15 && newcombe->upper <= 1 + 1e-15);
    RC_ASSERT(newcombe->lower < newcombe->upper);
  });
}

TEST_CASE("Score interval: mirrors under swapped arms and exchanged outcomes, one verdict") {
  rc::prop("mirror and verdict", [] {
    const BinomialCount a = any_count();
    const BinomialCount b = any_count();
    const ProportionComparisonOptions options{.alpha = any_alpha()};
    const double quantile = normal_upper_quantile(options.alpha / 2);
    for (const ScoreMethod score_of : {miettinen_nurminen_difference, mee_difference}) {
      const auto score = score_of(a, b, options);
      const auto mirror = score_of(b, a, options);
      const auto outcomes = score_of(b.mirrored(), a.mirrored(), options);
      RC_ASSERT(score.has_value() && mirror.has_value() && outcomes.has_value());
      RC_ASSERT(score->test.z == -mirror->test.z);
      RC_ASSERT(score->interval.lower == -mirror->interval.upper);
      RC_ASSERT(near(score->interval.lower, outcomes->interval.lower));
      RC_ASSERT(near(score->interval.upper, outcomes->interval.upper));
      RC_ASSERT(score->interval.contains(score->estimate));
      RC_ASSERT(score->interval.lower >= -1 && score->interval.upper <= 1);
      RC_ASSERT(!score->interval.contains(0) == (std::abs(score->test.z) > quantile));
    }
    const auto difference = miettinen_nurminen_difference(a, b, options);
    const auto ratio = miettinen_nurminen_ratio(a, b, options);
    const auto reciprocal = miettinen_nurminen_ratio(b, a, options);
    RC_ASSERT(ratio.has_value() && reciprocal.has_value());
    RC_ASSERT(close(ratio->interval.lower, 1 / reciprocal->interval.upper, 1e-12));
    RC_ASSERT(ratio->interval.lower < ratio->interval.upper);
    RC_ASSERT(near(ratio->z, difference->test.z));
    if (!near(std::abs(ratio->z), quantile)) {
      RC_ASSERT(ratio->interval.contains(1) == difference->interval.contains(0));
    }
  });
}

TEST_CASE("Farrington-Manning: z falls as the margin rises, and mirrors with it") {
  rc::prop("order", [] {
    const BinomialCount a = any_count();
    const BinomialCount b = any_count();
    const double low = *rc::gen::inRange(-999, 998) / 1000.0;
    const double high =
        *rc::gen::inRange(static_cast<int>(std::lround(low * 1000)) + 1, 1000) / 1000.0;
    const auto at_low = farrington_manning(a, b, {.margin = low});
    const auto at_high = farrington_manning(a, b, {.margin = high});
    const auto mirror = farrington_manning(b, a, {.margin = -low});
    RC_ASSERT(at_low.has_value() && at_high.has_value() && mirror.has_value());
    RC_ASSERT(!std::isnan(at_low->z));
    RC_ASSERT(at_low->z > at_high->z || (std::isinf(at_low->z) && at_low->z == at_high->z));
    RC_ASSERT(at_low->z == -mirror->z);
    RC_ASSERT(at_low->p_greater == mirror->p_less);
  });
}

TEST_CASE("Fisher: swapping the arms swaps tails bit for bit, mid-p is the smaller") {
  rc::prop("swap", [] {
    const BinomialCount a = any_count();
    const BinomialCount b = any_count();
    const auto test = fisher_exact(a, b);
    const auto mirror = fisher_exact(b, a);
    RC_ASSERT(test.has_value() && mirror.has_value());
    RC_ASSERT(test->p_greater == mirror->p_less);
    RC_ASSERT(close(test->p_two_sided, mirror->p_two_sided, 1e-9));
    RC_ASSERT(test->mid_p_two_sided <= test->p_two_sided);
    RC_ASSERT(test->p_two_sided >= std::min(test->p_greater, test->p_less) * (1 - 1e-12));
    RC_ASSERT(test->p_two_sided <= 1 && test->mid_p_greater >= 0);
    RC_ASSERT(close(test->mid_p_greater + test->mid_p_less, 1, 1e-9));
  });
}

TEST_CASE("Ratios and pooled z: swapping the arms gives reciprocals and the other sign") {
  rc::prop("swap", [] {
    const BinomialCount a = any_count();
    const BinomialCount b = any_count();
    const ProportionComparisonOptions options{.alpha = any_alpha()};
    for (const auto ratio_of :
         {log_ratio, log_ratio_adjusted, logit_odds_ratio, logit_odds_ratio_adjusted}) {
      const auto ratio = ratio_of(a, b, options);
      const auto mirror = ratio_of(b, a, options);
      RC_ASSERT(ratio.has_value() == mirror.has_value());
      if (!ratio.has_value()) continue;
      RC_ASSERT(near(ratio->estimate * mirror->estimate, 1));
      RC_ASSERT(close(ratio->interval.lower, 1 / mirror->interval.upper, 1e-9));
    }
    const auto z = pooled_z(a, b);
    const auto mirror = pooled_z(b, a);
    RC_ASSERT(z.has_value() == mirror.has_value());
    if (z.has_value()) {
      RC_ASSERT(near(z->z, -mirror->z));
      RC_ASSERT(near(z->p_greater, mirror->p_less));
    }
  });
}

}  // namespace converge::stats
