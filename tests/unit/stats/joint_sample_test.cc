#include "stats/adjustment/joint_sample.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

namespace converge::stats {
namespace {

JointSample pair_sample(std::int64_t n, double x, double y, double xx, double xy, double yy) {
  return {.n = n, .mean = {x, y}, .covariance = {xx, xy, xy, yy}, .third_moment = {}};
}

}  // namespace

TEST_CASE("Sums become means and covariances") {
  // x = 1, 2, 4, 9; y = 2, 1, 5, 4: by hand.
  const auto sample = joint_sample_of_sums({.n = 4, .sum = {16, 12}, .product = {102, 60, 60, 46}});
  REQUIRE(sample);
  CHECK(sample->mean == std::vector<double>{4, 3});
  CHECK(sample->cov(0, 0) == Approx(38.0 / 3).epsilon(1e-15));
  CHECK(sample->cov(0, 1) == Approx(4).epsilon(1e-15));
  CHECK(sample->cov(1, 1) == Approx(10.0 / 3).epsilon(1e-15));
}

TEST_CASE("Sums with a large offset keep the variance that they still hold") {
  // x = 2^27 + {-1, 0, 1}: sum of squares 3 * 2^54 + 2 is exact as a double.
  const double offset = 0x1p27;
  const auto sample =
      joint_sample_of_sums({.n = 3, .sum = {3 * offset}, .product = {3 * offset * offset + 8}});
  REQUIRE(sample);
  CHECK(sample->cov(0, 0) == 4);
}

TEST_CASE("Exact moments give covariances and third moments of both columns") {
  ExactMoments moments;
  for (const auto& [x, y] : {std::pair{1, 2}, std::pair{2, 1}, std::pair{4, 5}, std::pair{9, 4}}) {
    moments.add(x, y);
  }
  const auto sample = joint_sample_of(moments, 0, -1);
  REQUIRE(sample);
  CHECK(sample->mean[1] == Approx(0.3).epsilon(1e-15));
  CHECK(sample->cov(0, 1) == Approx(0.4).epsilon(1e-15));
  // Deviations x -3 -2 0 5, y -1 -2 2 1: xxy (-9 - 8 + 0 + 25) / 4, xyy (-3 - 8 + 0 + 5) / 4.
  CHECK(sample->third_moment[1] == Approx(0.2).epsilon(1e-15));
  CHECK(sample->third_moment[3] == Approx(-0.015).epsilon(1e-15));
  CHECK(sample->third_moment[0] == Approx(90.0 / 4).epsilon(1e-15));
  CHECK(sample->third_moment[7] == Approx(0).margin(1e-18));
}

TEST_CASE("Merging is what one sample of all units would be") {
  const auto whole = joint_sample_of_sums({.n = 4, .sum = {16, 12}, .product = {102, 60, 60, 46}});
  const auto left = joint_sample_of_sums({.n = 2, .sum = {3, 3}, .product = {5, 4, 4, 5}});
  const auto right = joint_sample_of_sums({.n = 2, .sum = {13, 9}, .product = {97, 56, 56, 41}});
  REQUIRE((whole && left && right));
  const std::array<JointSample, 2> parts{*left, *right};
  const auto both = merged(parts);
  REQUIRE(both);
  CHECK(both->n == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(both->covariance[i] == Approx(whole->covariance[i]).epsilon(1e-14));
  }
  CHECK(both->mean == whole->mean);
  CHECK(merged({}).error().code == Errc::kInsufficientData);
}

TEST_CASE("A ratio's variance is that of its residuals, alone and beside a plain column") {
  const JointSample sample = pair_sample(50, 6, 3, 9, 3, 4);
  const std::array<RatioColumn, 2> columns{RatioColumn{0, 1}, RatioColumn{1}};
  const auto ratios = linearised_ratios(sample, columns);
  REQUIRE(ratios);
  CHECK(ratios->mean == std::vector<double>{2, 3});
  CHECK(ratios->cov(0, 0) == Approx((9 - 2 * 2 * 3 + 4 * 4) / 9.0).epsilon(1e-14));
  CHECK(ratios->cov(0, 1) == Approx((3 - 2 * 4) / 3.0).epsilon(1e-14));
  CHECK(ratios->cov(1, 1) == 4);
  const std::array<RatioColumn, 1> missing{RatioColumn{0, 5}};
  CHECK(linearised_ratios(sample, missing).error().code == Errc::kInvalidArgument);
  CHECK(linearised_ratios(pair_sample(50, 6, 0, 9, 3, 4), columns).error().code ==
        Errc::kInsufficientData);
}

TEST_CASE("A numerator that is a multiple of the denominator has no variance, not less") {
  const JointSample sample = pair_sample(50, 0.3, 0.1, 0.9, 0.3, 0.1);
  const std::array<RatioColumn, 1> column{RatioColumn{0, 1}};
  const auto ratio = linearised_ratios(sample, column);
  REQUIRE(ratio);
  CHECK(ratio->cov(0, 0) >= 0);
  CHECK(ratio->cov(0, 0) < 1e-12);
}

TEST_CASE("Joint samples: what is undefined has a name") {
  CHECK(joint_sample_of_sums({.n = 1, .sum = {1}, .product = {1}}).error().code ==
        Errc::kInsufficientData);
  CHECK(joint_sample_of_sums({.n = 3, .sum = {1}, .product = {}}).error().code ==
        Errc::kInvalidArgument);
  CHECK(joint_sample_of_sums({.n = 2, .sum = {10}, .product = {1}}).error().code ==
        Errc::kInvalidArgument);
  CHECK(joint_sample_of_sums({.n = 2, .sum = {NAN}, .product = {1}}).error().code ==
        Errc::kInvalidArgument);
  const auto code = [](const JointSample& sample) {
    return check_joint_sample("a", sample, 2).error().code;
  };
  CHECK(code(pair_sample(1, 0, 0, 1, 0, 1)) == Errc::kInsufficientData);
  CHECK(code(pair_sample(5, 0, 0, -1, 0, 1)) == Errc::kInvalidArgument);
  CHECK(code(pair_sample(5, 0, 0, 1, 1.1, 1)) == Errc::kInvalidArgument);
  CHECK(code(pair_sample(5, 0, INFINITY, 1, 0, 1)) == Errc::kInvalidArgument);
  JointSample asymmetric = pair_sample(5, 0, 0, 1, 0.5, 1);
  asymmetric.covariance[2] = 0.1;
  CHECK(code(asymmetric) == Errc::kInvalidArgument);
}

}  // namespace converge::stats
