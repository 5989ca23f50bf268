#include "stats/ranks/net_promoter.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/ranks/rating_groups.h"

namespace converge::stats {
namespace {

constexpr NetPromoterOptions kFivePercent{.alpha = 0.05};

}  // namespace

TEST_CASE("Net promoter score: interval by direct maximisation under the constraint") {
  // scipy 1.10.1: minimize_scalar on the constrained likelihood, brentq on the score.
  const struct {
    NetPromoterCounts counts;
    double score, standard_error, lower, upper;
  } cases[] = {
      {{10, 20, 70}, 60, 6.6332495807108, 45.21665193919809, 71.27679050267571},
      {{0, 0, 7}, 100, 0, 29.133912986676556, 100},
      {{0, 3, 9}, 75, 12.5, 32.563548677568, 91.10583316059456},
      {{5, 0, 5}, 0, 31.622776601683793, -52.68138189748721, 52.68138189748721},
      {{30, 60, 12},
       -17.647058823529413,
       6.108679435693361,
       -29.52962536487228,
       -5.3893163355242235},
      {{2, 1000, 9}, 0.6923837784371909, 0.32733037283992666, 0.060060542050854, 1.508968431132606},
  };
  for (const auto& c : cases) {
    CAPTURE(c.counts.detractors, c.counts.passives, c.counts.promoters);
    const auto score = net_promoter_score(c.counts, kFivePercent);
    REQUIRE(score);
    CHECK(score->score == Approx(c.score).epsilon(1e-12));
    CHECK(score->standard_error == Approx(c.standard_error).epsilon(1e-12));
    CHECK(score->interval.lower == Approx(c.lower).epsilon(1e-5));
    CHECK(score->interval.upper == Approx(c.upper).epsilon(1e-5));
  }
}

TEST_CASE("Net promoter score: the standard error is that of scores -100, 0, 100") {
  const NetPromoterCounts counts{.detractors = 13, .passives = 31, .promoters = 56};
  const double mean = 100 * (56 - 13) / 100.0;
  const double sum_of_squares =
      13 * std::pow(-100 - mean, 2) + 31 * mean * mean + 56 * std::pow(100 - mean, 2);
  const auto score = net_promoter_score(counts, kFivePercent);
  REQUIRE(score);
  CHECK(score->standard_error == Approx(std::sqrt(sum_of_squares) / 100).epsilon(1e-13));
}

TEST_CASE("Net promoter difference: normal form, and an interval where nothing varies") {
  const auto difference = net_promoter_difference({10, 20, 70}, {30, 60, 12}, kFivePercent);
  REQUIRE(difference);
  CHECK(difference->estimate == Approx(-77.647058823529413).epsilon(1e-12));
  CHECK(difference->standard_error ==
        Approx(std::hypot(6.6332495807108, 6.108679435693361)).epsilon(1e-10));
  REQUIRE(difference->interval);
  CHECK(difference->interval->upper ==
        Approx(difference->estimate + 1.959963984540054 * difference->standard_error));
  const auto alike = net_promoter_difference({0, 0, 7}, {9, 0, 0}, kFivePercent);
  REQUIRE(alike);
  CHECK(alike->estimate == -200);
  CHECK_FALSE(alike->z);
  CHECK_FALSE(alike->p_two_sided);
  CHECK_FALSE(alike->interval);
  CHECK(alike->score_interval.lower == -200);
  CHECK(alike->score_interval.upper < -90);
  const auto large = net_promoter_difference({300'000'000, 200'000'000, 500'000'000},
                                             {299'900'000, 200'000'000, 500'100'000}, kFivePercent);
  REQUIRE(large);
  CHECK(large->interval->lower == Approx(large->score_interval.lower).epsilon(1e-4));
}

TEST_CASE("Rating groups: limits of the groups, named errors") {
  const std::vector<std::int64_t> ratings = {1, 0, 2, 0, 0, 3, 4, 10, 20, 30, 40};
  const auto counts = net_promoter_counts(ratings);
  REQUIRE(counts);
  CHECK(counts->detractors == 10);
  CHECK(counts->passives == 30);
  CHECK(counts->promoters == 70);
  const std::vector<std::int64_t> five = {4, 3, 8, 20, 15};
  CHECK(*top_boxes(five, 2) == BinomialCount{35, 50});
  CHECK(top_boxes(five, 5).error().code == Errc::kInvalidArgument);
  CHECK(top_boxes(five, 0).error().code == Errc::kInvalidArgument);
  CHECK(net_promoter_counts(five).error().code == Errc::kInvalidArgument);
  const std::vector<std::int64_t> negative = {4, -3};
  CHECK(top_boxes(negative, 1).error().code == Errc::kInvalidArgument);
  const std::vector<std::int64_t> huge = {4, 2'000'000'000'000};
  CHECK(top_boxes(huge, 1).error().code == Errc::kTooLarge);
  CHECK(net_promoter_score({0, 0, 0}, kFivePercent).error().code == Errc::kInsufficientData);
  CHECK(net_promoter_score({-1, 0, 5}, kFivePercent).error().code == Errc::kInvalidArgument);
  CHECK(net_promoter_score({1, 0, 5}, {.alpha = 1}).error().code == Errc::kInvalidArgument);
  CHECK(net_promoter_score({1, 0, 2'000'000'000'000}, kFivePercent).error().code ==
        Errc::kTooLarge);
}

}  // namespace converge::stats
