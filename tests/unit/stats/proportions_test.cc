// Edges of stats/proportions: no successes or all, tiny arms, 1e12 trials, 1:10000, named errors.
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/proportions/chi_square_proportions.h"
#include "stats/proportions/difference_closed_form.h"
#include "stats/proportions/fisher_exact.h"
#include "stats/proportions/mantel_haenszel.h"
#include "stats/proportions/one_proportion.h"
#include "stats/proportions/pooled_z.h"
#include "stats/proportions/ratio_closed_form.h"
#include "stats/proportions/score_difference.h"
#include "stats/proportions/score_ratio.h"
#include "stats/proportions/two_proportions.h"

namespace converge::stats {
namespace {

constexpr ProportionComparisonOptions kFivePercent{.alpha = 0.05};

void check_interval(const Result<Interval>& got, double lower, double upper) {
  REQUIRE(got);
  const double width = upper - lower;
  CHECK((got->lower - lower) / width == Approx(0).margin(2e-6));
  CHECK((got->upper - upper) / width == Approx(0).margin(2e-6));
}

}  // namespace

TEST_CASE("One proportion: R's qbeta up to 1e12 trials") {
  // R 4.2.2: qbeta(.025, x, n - x + 1), qbeta(.025, x + 1, n - x, lower = FALSE); x + .5, n - x +
  // .5
  const struct {
    std::int64_t x, n;
    double lower, upper, jeffreys_lower, jeffreys_upper;
  } cases[] = {
      {1, 1000000000, 2.53178079839694e-11, 5.571643378203111e-09, 1.078976413331021e-10,
       4.674201792492542e-09},
      {3, 1000000000000, 6.186721228960294e-13, 8.767273069717047e-12, 8.449345903393746e-13,
       8.006382137292613e-12},
      {500000000, 1000000000, 0.4999690097484223, 0.5000309902515777, 0.4999690102484223,
       0.5000309897515778},
      {100000000000, 1000000000000, 0.09999941201146237, 0.1000005879908531, 0.09999941201196236,
       0.1000005879903531},
      {999999999, 1000000000, 0.9999999944283566, 0.9999999999746821, 0.9999999953257982,
       0.9999999998921023},
  };
  for (const auto& c : cases) {
    CAPTURE(c.x, c.n);
    const BinomialCount count{c.x, c.n};
    check_interval(clopper_pearson_interval(count, {.alpha = 0.05}), c.lower, c.upper);
    check_interval(jeffreys_interval(count, {.alpha = 0.05}), c.jeffreys_lower, c.jeffreys_upper);
  }
}

TEST_CASE("One proportion: none and all reach the ends exactly, one trial is enough") {
  for (const std::int64_t n : {1, 2, 1'000'000'000}) {
    for (const auto interval : {wilson_interval, clopper_pearson_interval}) {
      CHECK(interval({0, n}, {.alpha = 0.05})->lower == 0);
      CHECK(interval({n, n}, {.alpha = 0.05})->upper == 1);
      CHECK(interval({n, n}, {.alpha = 0.05})->lower ==
            Approx(1 - interval({0, n}, {.alpha = 0.05})->upper).epsilon(1e-15));
    }
  }
  CHECK(wilson_interval({1, 0}, {.alpha = 0.05}).error().code == Errc::kInvalidArgument);
  CHECK(wilson_interval({-1, 5}, {.alpha = 0.05}).error().code == Errc::kInvalidArgument);
  CHECK(wilson_interval({1, 5}, {.alpha = 0}).error().code == Errc::kInvalidArgument);
  CHECK(jeffreys_interval({1, 5}, {.alpha = NAN}).error().code == Errc::kInvalidArgument);
  CHECK(jeffreys_interval({0, 0}, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
  CHECK(wilson_interval({1, 2'000'000'000'000}, {.alpha = 0.05}).error().code == Errc::kTooLarge);
}

TEST_CASE("Published intervals of Newcombe (1998), Table II") {
  const struct {
    BinomialCount b, a;
    double newcombe_lower, newcombe_upper, score_lower, score_upper;
  } rows[] = {
      {{56, 70}, {48, 80}, 0.0524, 0.3339, 0.0528, 0.3382},
      {{9, 10}, {3, 10}, 0.1705, 0.8090, 0.1700, 0.8406},
      {{6, 7}, {2, 7}, 0.0582, 0.8062, 0.0342, 0.8534},
      {{5, 56}, {0, 29}, -0.0381, 0.1926, -0.0326, 0.1933},
      {{0, 10}, {0, 20}, -0.1611, 0.2775, -0.1658, 0.2844},
      {{10, 10}, {0, 20}, 0.6791, 1, 0.7156, 1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.a.successes, row.b.successes);
    const auto newcombe = newcombe_difference(row.a, row.b, kFivePercent);
    const auto score = miettinen_nurminen_difference(row.a, row.b, kFivePercent);
    REQUIRE(newcombe);
    REQUIRE(score);
    CHECK(newcombe->lower == Approx(row.newcombe_lower).margin(5e-5));
    CHECK(newcombe->upper == Approx(row.newcombe_upper).margin(5e-5));
    CHECK(score->interval.lower == Approx(row.score_lower).margin(6e-5));
    CHECK(score->interval.upper == Approx(row.score_upper).margin(6e-5));
  }
}

TEST_CASE("Score interval: every bound is where the score test just rejects, at any size") {
  const std::vector<std::pair<BinomialCount, BinomialCount>> pairs = {
      {{0, 1}, {0, 1}},
      {{1, 1}, {1, 1}},
      {{0, 1}, {1, 1}},
      {{0, 10'000}, {1, 1}},
      {{3, 1'000'000'000}, {0, 100'000}},
      {{999'999'999, 1'000'000'000}, {100'000, 100'000}},
      {{1, 1'000'000'000'000}, {4, 1'000'000'000'000}},
      {{500'000'000, 1'000'000'000}, {500'010'000, 1'000'000'000}},
      {{0, 1'000'000'000}, {0, 1'000'000'000}},
      {{17, 20}, {2, 200'000}},
  };
  const double quantile = 1.959963984540054;
  for (const auto& [a, b] : pairs) {
    CAPTURE(a.successes, a.trials, b.successes, b.trials);
    const auto mee = mee_difference(a, b, kFivePercent);
    REQUIRE(mee);
    CHECK(mee->interval.contains(mee->estimate));
    CHECK(mee->interval.lower < mee->interval.upper);
    for (const double bound : {mee->interval.lower, mee->interval.upper}) {
      if (std::abs(bound) == 1) continue;
      const auto test = farrington_manning(a, b, {.margin = bound});
      REQUIRE(test);
      CHECK(std::abs(test->z) == Approx(quantile).epsilon(1e-6));
    }
  }
}

TEST_CASE("Score ratio: infinite and zero ends, nothing known without a success") {
  const auto none = miettinen_nurminen_ratio({0, 10}, {0, 20}, kFivePercent);
  REQUIRE(none);
  CHECK_FALSE(none->estimate);
  CHECK(none->interval.lower == 0);
  CHECK(std::isinf(none->interval.upper));
  const auto only_b = miettinen_nurminen_ratio({0, 1'000'000'000}, {50, 1'000}, kFivePercent);
  REQUIRE(only_b);
  CHECK(std::isinf(*only_b->estimate));
  CHECK(only_b->interval.lower > 1e4);
  CHECK(std::isinf(only_b->interval.upper));
  const auto only_a = miettinen_nurminen_ratio({50, 1'000}, {0, 1'000'000'000}, kFivePercent);
  REQUIRE(only_a);
  CHECK(only_a->estimate == 0.0);
  CHECK(only_a->interval.lower == 0);
  CHECK(only_a->interval.upper == Approx(1 / only_b->interval.lower).epsilon(1e-9));
  const auto all = miettinen_nurminen_ratio({50, 50}, {1'000'000'000, 1'000'000'000}, kFivePercent);
  REQUIRE(all);
  CHECK(all->interval.contains(1));
  CHECK(all->interval.upper < 1.2);
}

TEST_CASE("Comparisons: what is undefined has a name") {
  CHECK(pooled_z({0, 5}, {0, 9}).error().code == Errc::kInsufficientData);
  CHECK(pooled_z({5, 5}, {9, 9}).error().code == Errc::kInsufficientData);
  CHECK(log_ratio({0, 5}, {1, 9}, kFivePercent).error().code == Errc::kInsufficientData);
  CHECK(logit_odds_ratio({5, 5}, {1, 9}, kFivePercent).error().code == Errc::kInsufficientData);
  CHECK(logit_odds_ratio_adjusted({5, 5}, {0, 9}, kFivePercent));
  CHECK(farrington_manning({1, 5}, {1, 9}, {.margin = 1}).error().code == Errc::kInvalidArgument);
  CHECK(farrington_manning({1, 5}, {1, 9}, {.margin = NAN}).error().code == Errc::kInvalidArgument);
  CHECK(newcombe_difference({1, 5}, {10, 9}, kFivePercent).error().code == Errc::kInvalidArgument);
  CHECK(mee_difference({0, 0}, {1, 9}, kFivePercent).error().code == Errc::kInsufficientData);
  CHECK(mee_difference({0, 1}, {1, 9}, {.alpha = 1}).error().code == Errc::kInvalidArgument);
  const std::vector<BinomialCount> one = {{1, 5}};
  CHECK(chi_square_proportions(one).error().code == Errc::kInvalidArgument);
  const std::vector<BinomialCount> no_success = {{0, 5}, {0, 6}};
  CHECK(chi_square_proportions(no_success).error().code == Errc::kInsufficientData);
}

TEST_CASE("Chi-square of two arms is the square of the pooled z, also at 1e9") {
  const BinomialCount a{100'000'000, 1'000'000'000};
  const BinomialCount b{100'050'000, 1'000'000'000};
  const std::vector<BinomialCount> arms = {a, b};
  const auto omnibus = chi_square_proportions(arms);
  const auto z = pooled_z(a, b);
  REQUIRE(omnibus);
  REQUIRE(z);
  CHECK(omnibus->chi_squared == Approx(z->z * z->z).epsilon(1e-11));
  CHECK(omnibus->p == Approx(z->p_two_sided).epsilon(1e-9));
}

TEST_CASE("The choice of method reads the margins and names itself") {
  // scipy 1.10.1: fisher_exact less half of hypergeom.pmf
  const auto small = compare_two_proportions({1, 10}, {6, 10}, kFivePercent);
  REQUIRE(small);
  CHECK(small->method == TwoProportionMethod::kFisherMidP);
  CHECK(small->smallest_expected == 3.5);
  CHECK(small->p_two_sided == Approx(0.04373065015479877).epsilon(1e-10));
  CHECK(small->p_greater == Approx(0.015092879256965945).epsilon(1e-10));
  CHECK_FALSE(small->interval);
  const auto at_five = compare_two_proportions({2, 10}, {8, 10}, kFivePercent);
  REQUIRE(at_five);
  CHECK(at_five->method == TwoProportionMethod::kMiettinenNurminen);
  CHECK(at_five->interval);
  const auto rare = compare_two_proportions({1, 5'000}, {3, 4'999}, kFivePercent);
  REQUIRE(rare);
  CHECK(rare->method == TwoProportionMethod::kFisherMidP);
  const auto large = compare_two_proportions({1, 5'000}, {3, 5'000}, kFivePercent);
  REQUIRE(large);
  CHECK(large->method == TwoProportionMethod::kMiettinenNurminen);
  CHECK(std::string(name_of(large->method)) == "miettinen_nurminen");
}

TEST_CASE("Mantel-Haenszel: empty strata say nothing, missing pairs leave no odds ratio") {
  const std::vector<BinomialStratum> plain = {{{8, 99}, {10, 99}}, {{14, 111}, {16, 99}}};
  std::vector<BinomialStratum> padded = plain;
  padded.push_back({{0, 0}, {3, 7}});
  padded.push_back({{0, 1}, {0, 0}});
  const auto result = mantel_haenszel(plain, kFivePercent);
  const auto with_empty = mantel_haenszel(padded, kFivePercent);
  REQUIRE(result);
  REQUIRE(with_empty);
  CHECK(*result->odds_ratio == *with_empty->odds_ratio);
  CHECK(result->p == with_empty->p);
  const std::vector<BinomialStratum> one_sided = {{{0, 10}, {4, 10}}};
  const auto infinite = mantel_haenszel(one_sided, kFivePercent);
  REQUIRE(infinite);
  CHECK(std::isinf(*infinite->odds_ratio));
  CHECK_FALSE(infinite->interval);
  CHECK(infinite->chi_squared == Approx(4.75).epsilon(1e-12));  // (4 - 2)^2 / (100 * 4 * 16 / 7600)
  const std::vector<BinomialStratum> nothing = {{{0, 10}, {0, 10}}};
  CHECK(mantel_haenszel(nothing, kFivePercent).error().code == Errc::kInsufficientData);
  CHECK(mantel_haenszel({}, kFivePercent).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Tails keep their digits down to 1e-300") {
  // z = 36.9: scipy norm.sf(z) by mpmath erfc, 2.3e-298
  const auto test = pooled_z({500, 10'000}, {2'500, 10'000});
  REQUIRE(test);
  CHECK(test->z == Approx(39.6059).epsilon(1e-4));
  const auto score = miettinen_nurminen_difference({900, 10'000}, {2'930, 10'000}, kFivePercent);
  REQUIRE(score);
  CHECK(score->test.z > 36);
  CHECK(score->test.z < 38);
  CHECK(score->test.p_greater > 1e-306);
  CHECK(score->test.p_greater < 1e-280);
  CHECK(score->test.p_two_sided == 2 * score->test.p_greater);
}

}  // namespace converge::stats
