// What must hold for every two samples of ranks: mirror, any increasing scale, definition of U.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "samples.h"
#include "stats/effects/effect_sizes.h"
#include "stats/ranks/brunner_munzel.h"
#include "stats/ranks/mann_whitney.h"
#include "stats/ranks/net_promoter.h"
#include "stats/ranks/rank_table.h"

namespace converge::stats {
namespace {

std::vector<double> any_values() {
  const auto whole = *rc::gen::container<std::vector<int>>(
      static_cast<std::size_t>(*rc::gen::inRange(1, 40)), rc::gen::inRange(-12, 12));
  return {whole.begin(), whole.end()};
}

std::vector<double> transformed(const std::vector<double>& values) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back(std::exp(value / 3) * 1e9 - 7);
  return result;
}

NetPromoterCounts any_answers() {
  NetPromoterCounts counts{.detractors = *rc::gen::inRange<std::int64_t>(0, 500),
                           .passives = *rc::gen::inRange<std::int64_t>(0, 500),
                           .promoters = *rc::gen::inRange<std::int64_t>(0, 500)};
  if (counts.detractors + counts.promoters == 0) counts.passives += 1;
  return counts;
}

}  // namespace

TEST_CASE("Mann-Whitney: U by counting pairs, mirror, increasing transformations") {
  rc::prop("definition", [] {
    const std::vector<double> a = any_values();
    const std::vector<double> b = any_values();
    const auto test = mann_whitney(*rank_table_of(a, b));
    const auto mirror = mann_whitney(*rank_table_of(b, a));
    const auto other = mann_whitney(*rank_table_of(transformed(a), transformed(b)));
    RC_ASSERT(test.has_value() == mirror.has_value());
    if (!test.has_value()) return;
    double pairs = 0;
    for (const double in_a : a) {
      for (const double in_b : b) pairs += in_b > in_a ? 1 : in_b == in_a ? 0.5 : 0;
    }
    RC_ASSERT(test->u_b == pairs);
    RC_ASSERT(test->plain.z == -mirror->plain.z);
    RC_ASSERT(test->continuity_corrected.p_greater == mirror->continuity_corrected.p_less);
    RC_ASSERT(test->plain.p_two_sided <= test->continuity_corrected.p_two_sided);
    RC_ASSERT(other->plain.z == test->plain.z);
  });
}

TEST_CASE("Brunner-Munzel: mirror around 1/2, one verdict, increasing transformations") {
  rc::prop("mirror and verdict", [] {
    const std::vector<double> a = any_values();
    const std::vector<double> b = any_values();
    const double alpha = *rc::gen::element(0.2, 0.05, 0.01);
    const auto test = brunner_munzel(*rank_table_of(a, b), {.alpha = alpha});
    const auto mirror = brunner_munzel(*rank_table_of(b, a), {.alpha = alpha});
    RC_ASSERT(test.has_value() == mirror.has_value());
    if (!test.has_value()) return;
    const auto other =
        brunner_munzel(*rank_table_of(transformed(a), transformed(b)), {.alpha = alpha});
    const auto ranks = mann_whitney(*rank_table_of(a, b));
    RC_ASSERT(close(test->probability_of_superiority, ranks->probability_of_superiority, 1e-12));
    RC_ASSERT(std::abs(test->t + mirror->t) < 1e-9);
    RC_ASSERT(close(test->p_greater, mirror->p_less, 1e-9));
    RC_ASSERT(std::abs(test->interval.lower - (1 - mirror->interval.upper)) < 1e-12);
    RC_ASSERT(other->t == test->t);
    if (!close(test->p_two_sided, alpha, 1e-9)) {
      RC_ASSERT(!test->interval.contains(0.5) == (test->p_two_sided < alpha));
    }
  });
}

TEST_CASE("Net promoter: exchanged groups and swapped arms mirror, one verdict") {
  rc::prop("mirror", [] {
    const NetPromoterCounts a = any_answers();
    const NetPromoterCounts b = any_answers();
    const NetPromoterOptions options{.alpha = *rc::gen::element(0.2, 0.05, 0.001)};
    const auto score = net_promoter_score(a, options);
    const auto exchanged = net_promoter_score({a.promoters, a.passives, a.detractors}, options);
    RC_ASSERT(score.has_value() && exchanged.has_value());
    RC_ASSERT(score->score == -exchanged->score);
    RC_ASSERT(score->interval.lower == -exchanged->interval.upper);
    RC_ASSERT(score->interval.contains(score->score));
    RC_ASSERT(score->interval.lower >= -100 && score->interval.upper <= 100);
    RC_ASSERT(score->interval.lower < score->interval.upper);
    const auto difference = net_promoter_difference(a, b, options);
    const auto mirror = net_promoter_difference(b, a, options);
    RC_ASSERT(difference->estimate == -mirror->estimate);
    RC_ASSERT(close(difference->score_interval.lower, -mirror->score_interval.upper, 1e-12));
    if (difference->interval && !close(*difference->p_two_sided, options.alpha, 1e-9)) {
      RC_ASSERT(!difference->interval->contains(0) == (*difference->p_two_sided < options.alpha));
    }
  });
}

TEST_CASE("Effect sizes: swapped arms change the sign, units and constants change nothing") {
  rc::prop("standardised difference", [] {
    const Sample a = any_sample();
    const Sample b = any_sample();
    const EffectSizeOptions options{.alpha = 0.05};
    const double unit = *rc::gen::element(1e-9, 1e-3, 1e3, 1e9);
    const auto effect = standardised_difference(a, b, options);
    const auto mirror = standardised_difference(b, a, options);
    const auto in_unit =
        standardised_difference({a.n, a.mean * unit, a.variance * unit * unit},
                                {b.n, b.mean * unit, b.variance * unit * unit}, options);
    RC_ASSERT(effect.has_value() && mirror.has_value() && in_unit.has_value());
    RC_ASSERT(close(effect->cohen_d, -mirror->cohen_d, 1e-12));
    RC_ASSERT(close(effect->interval_g.lower, -mirror->interval_g.upper, 1e-9));
    RC_ASSERT(close(effect->cohen_d, in_unit->cohen_d, 1e-9));
    RC_ASSERT(close(effect->variance_g, in_unit->variance_g, 1e-9));
    RC_ASSERT(
        close(effect->probability_of_superiority + mirror->probability_of_superiority, 1, 1e-12));
  });
}

}  // namespace converge::stats
