#include "stats/floating_moments.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/means/ratio_moments.h"
#include "stats/moment_sums.h"

namespace converge::stats {
namespace {

FloatingMoments of(const std::vector<double>& x) {
  return *moments_of(x);
}

}  // namespace

TEST_CASE("Floating moments: none and one unit have no variance") {
  CHECK(sample_of_x(FloatingMoments{}).error().code == Errc::kInsufficientData);
  CHECK(sample_of_x(of({3})).error().code == Errc::kInsufficientData);
  CHECK(covariance_of(of({3})).error().code == Errc::kInsufficientData);
  CHECK(skewness_of_x(of({3, 4})).error().code == Errc::kInsufficientData);
  CHECK(skewness_of_x(of({3, 3, 3})).error().code == Errc::kInsufficientData);
}

TEST_CASE("Floating moments: by hand") {
  const Sample sample = *sample_of_x(of({1, 2, 6}));
  CHECK(sample == Sample{.n = 3, .mean = 3, .variance = 7, .third_central_moment = 6});
}

TEST_CASE("Floating moments: what is not finite has a name and its place") {
  const std::vector<double> values{1, NAN};
  CHECK(moments_of(values).error().message == "x[1]: expected a finite number");
  CHECK(moments_of(values, values).error().code == Errc::kInvalidArgument);
  const std::vector<double> shorter{1};
  CHECK(moments_of(values, shorter).error().message == "y: expected as many values as x");
  CHECK(sample_of_x(of({-1e200, 1e200})).error().code == Errc::kInvalidArgument);
  FloatingMoments streamed;
  streamed.add(1);
  streamed.add(NAN);
  CHECK(sample_of_x(streamed).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Floating moments: an offset of 1e15 costs nothing that the values still hold") {
  const Sample near = *sample_of_x(of({0, 1, 5}));
  const Sample far = *sample_of_x(of({1e15, 1e15 + 1, 1e15 + 5}));
  CHECK(far.variance == near.variance);
  CHECK(far.third_central_moment == near.third_central_moment);
  CHECK(far.mean == 1e15 + 2);
}

TEST_CASE("Sums: the mean and spread of what they still hold") {
  const auto moments = moments_of(PowerSums{.n = 3, .sum = 9, .sum_squares = 41});
  REQUIRE(moments);
  CHECK(sample_of_x(*moments)->mean == 3);
  CHECK(sample_of_x(*moments)->variance == 7);
  CHECK_FALSE(moments->has_third_order);
  FloatingMoments merged = of({1, 2, 6});
  merged += *moments;
  CHECK_FALSE(merged.has_third_order);
  CHECK(skewness_of_x(merged).error().code == Errc::kInsufficientData);
}

TEST_CASE("Sums: a spread lost in rounding is refused, not guessed") {
  // Mean 1e8 and sd 1, where sum_squares - sum^2 / n is rounding.
  const auto lost =
      moments_of(PowerSums{.n = 1000, .sum = 1e11 + 0.3, .sum_squares = 1e19 + 60'001'000});
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == Errc::kInvalidArgument);
  CHECK(lost.error().message.find("sum_squares_x: the spread is lost") == 0);
  // As far from 0, but integers below 2^53 are exact: 999,999,999 successes of 1e9.
  const auto exact =
      moments_of(PowerSums{.n = 1'000'000'000, .sum = 999'999'999, .sum_squares = 999'999'999});
  REQUIRE(exact);
  CHECK(exact->xx == Approx(1 - 1e-9).epsilon(1e-15));
  // Of constant values the spread is 0, not lost.
  CHECK(moments_of(PowerSums{.n = 10, .sum = 2.5, .sum_squares = 0.625})->xx == 0);
}

TEST_CASE("Sums: what no values have is refused") {
  const auto code = [](const PairSums& sums) {
    const auto moments = moments_of(sums);
    REQUIRE_FALSE(moments);
    return moments.error().code;
  };
  CHECK(code({.n = -1}) == Errc::kInvalidArgument);
  CHECK(code({.n = 0, .sum_x = 1}) == Errc::kInvalidArgument);
  CHECK(code({.n = 3, .sum_x = 9, .sum_squares_x = 26}) == Errc::kInvalidArgument);
  CHECK(code({.n = 3, .sum_x = NAN, .sum_squares_x = 26}) == Errc::kInvalidArgument);
  CHECK(code({.n = 3, .sum_x = 9, .sum_squares_x = INFINITY}) == Errc::kInvalidArgument);
  CHECK(code({.n = 3,
              .sum_x = 9,
              .sum_squares_x = 41,
              .sum_y = 9,
              .sum_squares_y = 41,
              .sum_products = 50}) == Errc::kInvalidArgument);
  CHECK(moments_of(PairSums{})->n == 0);
  CHECK(moments_of(PairSummary{.n = 1}).error().code == Errc::kInsufficientData);
  CHECK(moments_of(PairSummary{.n = 5, .variance_x = -1}).error().code == Errc::kInvalidArgument);
  CHECK(moments_of(PairSummary{.n = 5, .variance_x = 1, .variance_y = 1, .covariance = 1.1})
            .error()
            .code == Errc::kInvalidArgument);
}

TEST_CASE("Ratios: what is undefined has a name") {
  RatioMoments moments;
  CHECK(ratio_sample_of(moments).error().code == Errc::kInsufficientData);
  moments.add(1, 2);
  CHECK(ratio_sample_of(moments).error().code == Errc::kInsufficientData);
  moments.add(1, -2);
  CHECK(ratio_sample_of(moments).error().message ==
        "y: the denominators add up to 0, the ratio is undefined");
  CHECK(denominator_cv(moments).error().code == Errc::kInsufficientData);
}

TEST_CASE("Ratios: units without denominator before the first with one count as they are") {
  RatioMoments moments;
  moments.add(1, 0);
  moments.add(0, 0);
  CHECK_FALSE(moments.reference);
  moments.add(3, 2);
  moments.add(2, 4);
  const auto sample = ratio_sample_of(moments);
  REQUIRE(sample);
  CHECK(sample->mean == 1);
  // Residuals 1, 0, 1, -2 over a mean of y of 1.5.
  CHECK(sample->variance == Approx(6.0 / 3 / 2.25).epsilon(1e-14));
  CHECK(sample->third_central_moment == Approx(-6.0 / 4 / 3.375).epsilon(1e-14));
}

TEST_CASE("Ratios: x that follows y to the last digits keeps its residuals") {
  // x = 3 y + e with |e| = 1e-9: v_x - 2 R c + R^2 v_y leaves no digit of it.
  const std::vector<double> y{1024, 4096, 2048, 8192, 512, 1024};
  const double e = std::ldexp(1, -30);
  const std::vector<double> x{3 * 1024 + e, 3 * 4096 - e, 3 * 2048 + e,
                              3 * 8192 - e, 3 * 512 + e,  3 * 1024 - e};
  const auto two_passes = ratio_sample_of(*ratio_moments_of(x, y));
  RatioMoments stream;
  for (std::size_t i = 0; i < x.size(); ++i) stream.add(x[i], y[i]);
  const auto one_pass = ratio_sample_of(stream);
  REQUIRE(two_passes);
  REQUIRE(one_pass);
  // The residuals add up to 0: R = 3 exactly.
  const double mean_y = 16896.0 / 6;
  CHECK(two_passes->variance == Approx(6 * e * e / 5 / mean_y / mean_y).epsilon(1e-9));
  CHECK(one_pass->variance == Approx(two_passes->variance).epsilon(1e-9));
  // From the same sums in double nothing is left, which is said.
  const auto imported = ratio_sample_of({.reference = 0.0, .pairs = *moments_of(x, y)});
  REQUIRE_FALSE(imported);
  CHECK(imported.error().code == Errc::kInsufficientData);
}

TEST_CASE("Ratios: a constant ratio has variance 0, not that of its rounding") {
  const std::vector<double> x{0.1, 0.2, 0.7, 1.3};
  const std::vector<double> y{0.3, 0.6, 2.1, 3.9};
  const auto sample = ratio_sample_of(*ratio_moments_of(x, y));
  REQUIRE(sample);
  CHECK(sample->variance == 0);
  CHECK(sample->third_central_moment == 0);
}

}  // namespace converge::stats
