// Edges of stats/ranks: rank tables, Mann-Whitney, Brunner-Munzel.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/ranks/brunner_munzel.h"
#include "stats/ranks/mann_whitney.h"
#include "stats/ranks/rank_table.h"

namespace converge::stats {
namespace {

RankTable values(const std::vector<double>& a, const std::vector<double>& b) {
  const auto table = rank_table_of(a, b);
  REQUIRE(table);
  return *table;
}

RankTable ratings(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  const auto table = rank_table_of_counts(a, b);
  REQUIRE(table);
  return *table;
}

std::vector<double> listed(const std::vector<std::int64_t>& counts) {
  std::vector<double> result;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    result.insert(result.end(), static_cast<std::size_t>(counts[i]), static_cast<double>(i));
  }
  return result;
}

}  // namespace

TEST_CASE("Rank table: values and their counts are one table, infinities are values") {
  const std::vector<std::int64_t> a = {5, 0, 9, 0, 30, 41};
  const std::vector<std::int64_t> b = {0, 0, 8, 3, 20, 45};
  const RankTable from_values = values(listed(a), listed(b));
  const RankTable from_counts = ratings(a, b);
  REQUIRE(from_values.levels.size() == 5);
  REQUIRE(from_counts.levels.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(from_values.levels[i].a == from_counts.levels[i].a);
    CHECK(from_values.levels[i].b == from_counts.levels[i].b);
  }
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(values({-infinity, 0.0, 1}, {-0.0, infinity}).levels.size() == 4);
}

TEST_CASE("Mann-Whitney: 1e9 ratings with one level that holds nearly all of them") {
  // All but 3 and 9 units in one level: the usual tie term 1 - sum t^3 would cancel to 8 digits.
  const auto test = mann_whitney(ratings({999'999'997, 3}, {999'999'991, 9}));
  REQUIRE(test);
  // Two levels make it the pooled z times sqrt((N - 1) / N): (9 - 3) / sqrt(12)
  CHECK(test->plain.z == Approx(std::sqrt(3.0)).epsilon(1e-8));
  CHECK(test->probability_of_superiority == Approx(0.5 + 3e-9).epsilon(1e-15));
}

TEST_CASE("Brunner-Munzel: one unit out of line among 1e9 is still variance") {
  const auto test = brunner_munzel(ratings({999'999'999, 1}, {1'000'000'000, 0}), {.alpha = 0.05});
  REQUIRE(test);
  CHECK(test->standard_error > 0);
  CHECK(test->t == Approx(-1).epsilon(1e-6));
}

TEST_CASE("Ranks: what is undefined has a name") {
  const std::vector<double> none;
  const std::vector<double> one = {1};
  const std::vector<double> not_a_number = {1, NAN};
  CHECK(rank_table_of(none, one).error().code == Errc::kInsufficientData);
  CHECK(rank_table_of(one, not_a_number).error().code == Errc::kInvalidArgument);
  const std::vector<std::int64_t> two_counts = {1, 2};
  const std::vector<std::int64_t> three_counts = {1, 2, 3};
  const std::vector<std::int64_t> negative = {1, -2};
  const std::vector<std::int64_t> huge = {1, 2'000'000'000'000};
  const std::vector<std::int64_t> zero = {0, 0};
  CHECK(rank_table_of_counts(two_counts, three_counts).error().code == Errc::kInvalidArgument);
  CHECK(rank_table_of_counts(two_counts, negative).error().code == Errc::kInvalidArgument);
  CHECK(rank_table_of_counts(huge, two_counts).error().code == Errc::kTooLarge);
  CHECK(rank_table_of_counts(two_counts, zero).error().code == Errc::kInsufficientData);

  CHECK(mann_whitney(values({2, 2, 2}, {2, 2})).error().code == Errc::kInsufficientData);
  CHECK(mann_whitney(values({2}, {3})));
  const BrunnerMunzelOptions five_percent{.alpha = 0.05};
  CHECK(brunner_munzel(values({2}, {3, 1}), five_percent).error().code == Errc::kInsufficientData);
  CHECK(brunner_munzel(values({1, 2, 3}, {4, 5, 6, 7}), five_percent).error().code ==
        Errc::kInsufficientData);
  CHECK(brunner_munzel(values({2, 2}, {2, 2}), five_percent).error().code ==
        Errc::kInsufficientData);
  CHECK(brunner_munzel(values({1, 5}, {2, 7}), {.alpha = 0}).error().code ==
        Errc::kInvalidArgument);
}

}  // namespace converge::stats
