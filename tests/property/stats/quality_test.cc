// What must hold for every count: order of arms, unit of weights, exact close to chi-square.
#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/quality/exact_binomial.h"
#include "stats/quality/exact_multinomial.h"
#include "stats/quality/share_homogeneity.h"
#include "stats/quality/srm_chi_square.h"

namespace converge::stats {

TEST_CASE("Exact binomial: mirrored, within [0, 1], and close to chi-square when large") {
  rc::prop("mirror", [] {
    const auto n = *rc::gen::weightedOneOf<std::int64_t>(
        {{2, rc::gen::inRange<std::int64_t>(1, 200)},
         {1, rc::gen::inRange<std::int64_t>(1'000'000, 2'000'000'000)}});
    const double share = *rc::gen::element(0.5, 0.1, 0.999, 0.0001);
    const double deviation = std::sqrt(static_cast<double>(n) * share * (1 - share));
    const double near =
        static_cast<double>(n) * share + deviation * *rc::gen::inRange(-30, 30) / 10;
    const std::int64_t k = std::clamp(static_cast<std::int64_t>(near), std::int64_t{0}, n);
    const auto here = exact_binomial_p(k, n, share);
    const auto there = exact_binomial_p(n - k, n, 1 - share);
    RC_ASSERT(here.has_value() && there.has_value());
    RC_ASSERT(*here >= 0 && *here <= 1);
    RC_ASSERT(std::abs(*here - *there) <= 1e-6 * *here);
    if (n > 100'000'000) {
      const std::vector<std::int64_t> counts{k, n - k};
      const std::vector<double> weights{share, 1 - share};
      const auto chi_square = srm_chi_square({.counts = counts, .weights = weights});
      RC_ASSERT(chi_square.has_value());
      RC_ASSERT(std::abs(*here - chi_square->p) < 0.02);
    }
  });
}

TEST_CASE("Exact multinomial: order of arms and unit of weights do not matter") {
  rc::prop("order", [] {
    std::vector<std::int64_t> counts;
    std::vector<double> weights;
    for (int i = 0; i < 3; ++i) {
      counts.push_back(*rc::gen::inRange<std::int64_t>(0, 20));
      weights.push_back(*rc::gen::inRange(1, 5));
    }
    const std::vector<std::int64_t> other{counts[2], counts[0], counts[1]};
    const std::vector<double> other_weights{1e-9 * weights[2], 1e-9 * weights[0],
                                            1e-9 * weights[1]};
    const auto here = exact_multinomial_p(counts, weights);
    const auto there = exact_multinomial_p(other, other_weights);
    RC_ASSERT(here.has_value() && there.has_value());
    RC_ASSERT(*here > 0 && *here <= 1);
    RC_ASSERT(close(*here, *there, 1e-9));
  });
}

TEST_CASE("Homogeneity: event and no event are one test, in any order of the arms") {
  rc::prop("complement", [] {
    std::vector<std::int64_t> events;
    std::vector<std::int64_t> units;
    const int arms = *rc::gen::inRange(2, 4);
    for (int i = 0; i < arms; ++i) {
      units.push_back(*rc::gen::inRange<std::int64_t>(1, 60));
      events.push_back(*rc::gen::inRange<std::int64_t>(0, units.back() + 1));
    }
    std::vector<std::int64_t> others;
    std::vector<std::int64_t> reversed(units.rbegin(), units.rend());
    for (int i = arms; i-- > 0;) {
      const auto at = static_cast<std::size_t>(i);
      others.push_back(units[at] - events[at]);
    }
    const auto here = share_homogeneity(events, units);
    const auto there = share_homogeneity(others, reversed);
    RC_ASSERT(here.has_value() && there.has_value());
    RC_ASSERT(std::abs(here->chi_square - there->chi_square) <= 1e-9 * (1 + here->chi_square));
    RC_ASSERT(close(here->p, there->p, 1e-9));
    RC_ASSERT(here->p >= 0 && here->p <= 1 + 1e-12);
  });
}

}  // namespace converge::stats
