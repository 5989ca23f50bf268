// p values from scipy 1.10 ttest_ind (equal_var=False) on the units of cuped_test.cc.
#include "stats/adjustment/covariate_balance.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace converge::stats {
namespace {

JointSample arm(std::int64_t n, double x1, double x2, double v1, double v2) {
  return {
      .n = n, .mean = {0, x1, x2}, .covariance = {1, 0, 0, 0, v1, 0, 0, 0, v2}, .third_moment = {}};
}

}  // namespace

TEST_CASE("Balance: Welch per covariate and arm, Holm over all") {
  const std::vector<JointSample> arms{
      arm(12, 3.8645833333333335, 4.583333333333333, 2.6035748106060606, 2.5407196969696972),
      arm(9, 5.152777777777778, 5.180555555555555, 2.7296006944444446, 4.449652777777778),
      arm(14, 4.607142857142857, 5.116071428571429, 3.5910027472527477, 2.104481456043956)};
  const auto gaps = covariate_balance(arms);
  REQUIRE(gaps);
  REQUIRE(gaps->size() == 4);
  const double expected[] = {0.0917918259228152, 0.29124132504872635, 0.48861673637074055,
                             0.38529508294494086};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK((*gaps)[i].p == Approx(expected[i]).epsilon(1e-10));
    CHECK((*gaps)[i].covariate == i / 2);
    CHECK((*gaps)[i].arm == 1 + i % 2);
  }
  CHECK((*gaps)[0].p_adjusted == Approx(4 * expected[0]).epsilon(1e-10));
}

TEST_CASE("Balance: a constant that tells the arms apart is no balance") {
  const auto gaps = covariate_balance(std::vector{arm(10, 1, 5, 0, 0), arm(10, 2, 5, 0, 0)});
  REQUIRE(gaps);
  REQUIRE(gaps->size() == 1);
  CHECK((*gaps)[0].p == 0);
  CHECK(std::isinf((*gaps)[0].standardised_difference));
}

TEST_CASE("Balance: what is undefined has a name") {
  const auto code = [](const std::vector<JointSample>& arms) {
    return covariate_balance(arms).error().code;
  };
  CHECK(code({arm(10, 1, 1, 1, 1)}) == Errc::kInsufficientData);
  CHECK(code({arm(10, 1, 1, 1, 1), arm(1, 1, 1, 1, 1)}) == Errc::kInsufficientData);
  const JointSample alone{.n = 5, .mean = {1}, .covariance = {1}, .third_moment = {}};
  CHECK(code({alone, alone}) == Errc::kInsufficientData);
  CHECK(code({alone, arm(10, 1, 1, 1, 1)}) == Errc::kInvalidArgument);
}

}  // namespace converge::stats
