#include "stats/moments.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace converge::stats {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

ExactMoments moments_of(std::initializer_list<std::pair<std::int64_t, std::int64_t>> pairs) {
  ExactMoments moments;
  for (const auto& [x, y] : pairs) moments.add(x, y);
  return moments;
}

}  // namespace

TEST_CASE("Moments: sums to third order of a pair") {
  const ExactMoments moments = moments_of({{2, 3}, {-5, 7}});
  CHECK(moments.n == 2);
  CHECK(moments.x.str() == "-3");
  CHECK(moments.y.str() == "10");
  CHECK(moments.xx.str() == "29");
  CHECK(moments.xy.str() == "-29");
  CHECK(moments.yy.str() == "58");
  CHECK(moments.xxx.str() == "-117");
  CHECK(moments.xxy.str() == "187");
  CHECK(moments.xyy.str() == "-227");
  CHECK(moments.yyy.str() == "370");
}

TEST_CASE("Moments: what was added is removed without a trace") {
  ExactMoments moments = moments_of({{4, 1}});
  const ExactMoments before = moments;
  moments.add(kLargest, -kLargest);
  CHECK_FALSE(moments == before);
  moments.remove(kLargest, -kLargest);
  CHECK(moments == before);
  moments -= before;
  CHECK(moments == ExactMoments{});
}

TEST_CASE("Sample: mean, variance and third moment in the unit of the values") {
  // 0.01, 0.02, 0.06: mean 0.03, variance 0.0007, third central moment 6e-6.
  const auto sample = sample_of(moments_of({{1, 0}, {2, 0}, {6, 0}}), -2);
  REQUIRE(sample);
  CHECK(sample->n == 3);
  CHECK(sample->mean == 0.03);
  CHECK(sample->variance == 0.0007);
  CHECK(sample->third_central_moment == 6e-6);
}

TEST_CASE("Sample: figures are rounded once, however far the values lie from 0") {
  const std::int64_t offset = 9'000'000'000'000'000;
  const auto near = sample_of(moments_of({{1, 0}, {2, 0}, {4, 0}}), -6);
  const auto far = sample_of(moments_of({{offset + 1, 0}, {offset + 2, 0}, {offset + 4, 0}}), -6);
  REQUIRE(near);
  REQUIRE(far);
  CHECK(near->variance == far->variance);
  CHECK(near->third_central_moment == far->third_central_moment);
}

TEST_CASE("Sample: what is just above a tie is rounded up") {
  // 2^53 + 1 is half-way between two doubles; one unit of 4096 lies above it.
  const std::int64_t tie = (std::int64_t{1} << 53) + 1;
  ExactMoments moments;
  for (int i = 0; i < 4095; ++i) moments.add(tie, 0);
  ExactMoments above = moments;
  moments.add(tie, 0);
  above.add(tie + 1, 0);
  CHECK(sample_of(moments, 0)->mean == 0x1p53);
  CHECK(sample_of(above, 0)->mean == 0x1p53 + 2);
}

TEST_CASE("Sample: a billion units, by doubling") {
  ExactMoments moments = moments_of({{kLargest, 0}, {-kLargest, 0}});
  for (int i = 0; i < 29; ++i) moments += ExactMoments(moments);
  REQUIRE(moments.n == std::int64_t{1} << 30);
  const auto sample = sample_of(moments, 0);
  REQUIRE(sample);
  const double n = 0x1p30;
  CHECK(sample->mean == 0);
  CHECK(sample->variance == Approx(0x1p126 * (n / (n - 1))).epsilon(1e-15));
  CHECK(sample->third_central_moment == 0);
}

TEST_CASE("Sample: of 0 or 1 units the variance is undefined, by name") {
  for (const ExactMoments& moments : {ExactMoments{}, moments_of({{5, 2}})}) {
    CHECK(sample_of(moments, 0).error().code == Errc::kInsufficientData);
    CHECK(covariance_of(moments, 0, 0).error().code == Errc::kInsufficientData);
    CHECK(ratio_sample_of(moments, 0, 0).error().code == Errc::kInsufficientData);
  }
  CHECK(sample_of(moments_of({{5, 0}, {5, 0}}), 0)->variance == 0);
}

TEST_CASE("Ratio: mean and residual moments by hand") {
  // R = 6 / 4; residuals x - R y = -0.5, 0.5; mean of y = 2.
  const auto ratio = ratio_sample_of(moments_of({{1, 1}, {5, 3}}), 0, 0);
  REQUIRE(ratio);
  CHECK(ratio->mean == 1.5);
  CHECK(ratio->variance == 0.5 / 4);
  CHECK(ratio->third_central_moment == 0);
  const auto skewed = ratio_sample_of(moments_of({{0, 2}, {0, 2}, {6, 2}}), -1, 0);
  REQUIRE(skewed);
  CHECK(skewed->mean == 0.1);
  CHECK(skewed->variance == Approx(0.03).epsilon(1e-15));
  CHECK(skewed->third_central_moment == Approx(0.002).epsilon(1e-15));
}

TEST_CASE("Ratio: a numerator proportional to the denominator has variance 0, exactly") {
  ExactMoments moments;
  for (std::int64_t y = 1; y < 200; ++y) moments.add(1'000'003 * y * y, 7 * y * y);
  const auto ratio = ratio_sample_of(moments, -6, -3);
  REQUIRE(ratio);
  CHECK(ratio->variance == 0);
  CHECK(ratio->third_central_moment == 0);
}

TEST_CASE("Ratio: denominators that add up to 0 leave it undefined, negative ones do not") {
  CHECK(ratio_sample_of(moments_of({{1, 4}, {2, -4}}), 0, 0).error().code ==
        Errc::kInsufficientData);
  CHECK(ratio_sample_of(moments_of({{1, -2}, {2, -4}}), 0, 0)->mean == -0.5);
}

}  // namespace converge::stats
