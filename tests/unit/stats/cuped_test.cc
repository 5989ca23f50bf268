// Reference: three small arms with two covariates, drawn and rounded with numpy 1.24 (seed 7);
// expected figures from statsmodels 0.13.5 OLS on the units (analysis of covariance, and the fully
// interacted regression), 2026-11-27.
#include "stats/adjustment/cuped.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "stats/adjustment/correlation_cholesky.h"

namespace converge::stats {
namespace {

std::vector<JointSample> three_arms() {
  return {{.n = 12,
           .mean = {1.7083333333333333, 3.8645833333333335, 4.583333333333333},
           .covariance = {1.571969696969697, 1.51657196969697, 0.3489583333333333, 1.51657196969697,
                          2.6035748106060606, 1.056344696969697, 0.3489583333333333,
                          1.056344696969697, 2.5407196969696972},
           .third_moment = {}},
          {.n = 9,
           .mean = {3.5277777777777777, 5.152777777777778, 5.180555555555555},
           .covariance = {4.542100694444445, 2.971788194444444, -3.949001736111111,
                          2.971788194444444, 2.7296006944444446, -2.130642361111111,
                          -3.949001736111111, -2.130642361111111, 4.449652777777778},
           .third_moment = {}},
          {.n = 14,
           .mean = {3.080357142857143, 4.607142857142857, 5.116071428571429},
           .covariance = {3.167324862637364, 2.3837568681318686, -1.3129292582417584,
                          2.3837568681318686, 3.5910027472527477, -0.6131524725274724,
                          -1.3129292582417584, -0.6131524725274724, 2.104481456043956},
           .third_moment = {}}};
}

constexpr CupedOptions kPooled{.coefficients = CupedCoefficients::kPooled, .ridge = 0};
constexpr CupedOptions kPerArm{.coefficients = CupedCoefficients::kPerArm, .ridge = 0};

JointSample one_covariate(std::int64_t n, double y, double x, double yy, double xy, double xx) {
  return {.n = n, .mean = {y, x}, .covariance = {yy, xy, xy, xx}, .third_moment = {}};
}

AdjustedDifference difference_of(const std::vector<JointSample>& arms, const CupedOptions& options,
                                 std::size_t treatment) {
  const auto adjusted = cuped(arms, options);
  REQUIRE(adjusted);
  const auto difference = adjusted_difference(*adjusted, 0, treatment);
  REQUIRE(difference);
  return *difference;
}

/// What a relative lift needs adds up to what the absolute test uses.
void check_split(const AdjustedDifference& difference) {
  CHECK(difference.variance_of_mean_a + difference.variance_of_mean_b -
            2 * difference.covariance_of_means ==
        Approx(difference.difference.variance).epsilon(1e-12));
  CHECK(difference.difference.variance_of_mean_a + difference.difference.variance_of_mean_b ==
        Approx(difference.difference.variance).epsilon(1e-12));
}

}  // namespace

TEST_CASE("CUPED: one theta from all arms is analysis of covariance") {
  const auto adjusted = cuped(three_arms(), kPooled);
  REQUIRE(adjusted);
  const double means[] = {1.992331676346131, 3.1687734491643, 3.067718488669127};
  for (std::size_t g = 0; g < 3; ++g) {
    CHECK(adjusted->arms[g].theta[0] == Approx(0.6812014635219604).epsilon(1e-12));
    CHECK(adjusted->arms[g].theta[1] == Approx(-0.3926800787109241).epsilon(1e-12));
    CHECK(adjusted->arms[g].mean == Approx(means[g]).epsilon(1e-12));
  }
  CHECK(adjusted->left_out.empty());
  // Residuals of each arm with its share of the two degrees of freedom; theta's error by arm.
  const double variances[] = {0.1536118779386036, 0.1744323748561525};
  for (std::size_t arm = 1; arm < 3; ++arm) {
    const AdjustedDifference difference = difference_of(three_arms(), kPooled, arm);
    CHECK(difference.difference.estimate == Approx(means[arm] - means[0]).epsilon(1e-12));
    CHECK(difference.difference.variance == Approx(variances[arm - 1]).epsilon(1e-11));
    check_split(difference);
  }
}

TEST_CASE("CUPED: with equal residual variances the error is that of the regression") {
  // Two arms of one shape: sigma^2 (1 / n + 1 / n + gap^2 / W), W = 2 (n - 1) S_xx.
  const std::vector<JointSample> arms{one_covariate(11, 2, 1, 5, 2, 2),
                                      one_covariate(11, 3, 1.6, 5, 2, 2)};
  const AdjustedDifference difference = difference_of(arms, kPooled, 1);
  const double sigma2 = 20 * (5 - 2) / 19.0;
  CHECK(difference.difference.estimate == Approx(0.4).epsilon(1e-12));
  CHECK(difference.difference.variance == Approx(sigma2 * (2 / 11.0 + 0.36 / 40)).epsilon(1e-12));
  CHECK(difference.dof == Approx(18).epsilon(1e-12));
}

TEST_CASE("CUPED: a theta per arm is the fully interacted regression") {
  const auto adjusted = cuped(three_arms(), kPerArm);
  REQUIRE(adjusted);
  const double means[] = {2.0602066564086927, 3.2453045929113262, 3.088563484377234};
  const double thetas[] = {0.6336619677053611,  -0.12610880543247588, 0.6323202303555104,
                           -0.5847093239548169, 0.5864648305036038,   -0.45300323014495286};
  for (std::size_t g = 0; g < 3; ++g) {
    CHECK(adjusted->arms[g].mean == Approx(means[g]).epsilon(1e-12));
    CHECK(adjusted->arms[g].theta[0] == Approx(thetas[2 * g]).epsilon(1e-11));
    CHECK(adjusted->arms[g].theta[1] == Approx(thetas[2 * g + 1]).epsilon(1e-11));
  }
  CHECK(adjusted->arms[0].variance == Approx(0.800534089724227).epsilon(1e-11));
  // Variances of both regressions at the grand mean, and the grand mean's own.
  const AdjustedDifference first = difference_of(three_arms(), kPerArm, 1);
  CHECK(first.difference.variance == Approx(0.16895055058128092).epsilon(1e-11));
  const AdjustedDifference second = difference_of(three_arms(), kPerArm, 2);
  CHECK(second.difference.variance == Approx(0.1880909117189507).epsilon(1e-11));
  check_split(first);
  check_split(second);
}

TEST_CASE("CUPED: the control has one value in every comparison") {
  for (const CupedOptions& options : {kPooled, kPerArm}) {
    CHECK(difference_of(three_arms(), options, 1).difference.mean_a ==
          difference_of(three_arms(), options, 2).difference.mean_a);
  }
}

TEST_CASE("CUPED: covariates without variance and collinear ones are left out and named") {
  std::vector<JointSample> arms = three_arms();
  std::vector<JointSample> wide;
  for (const JointSample& arm : arms) {
    // outcome, x1, a constant, x1 once more in another unit, x2
    const std::size_t from[] = {0, 1, 9, 1, 2};
    const double factor[] = {1, 1, 0, 1e6, 1};
    JointSample more{.n = arm.n, .mean = {}, .covariance = {}, .third_moment = {}};
    for (std::size_t i = 0; i < 5; ++i) {
      more.mean.push_back(from[i] == 9 ? 7 : factor[i] * arm.mean[from[i]]);
      for (std::size_t j = 0; j < 5; ++j) {
        const bool constant = from[i] == 9 || from[j] == 9;
        more.covariance.push_back(constant ? 0 : factor[i] * factor[j] * arm.cov(from[i], from[j]));
      }
    }
    wide.push_back(more);
  }
  for (CupedOptions options : {kPooled, kPerArm}) {
    options.ridge = kCupedRidge;
    const auto adjusted = cuped(wide, options);
    const auto plain = cuped(arms, options);
    REQUIRE((adjusted && plain));
    CHECK(adjusted->left_out == std::vector<std::size_t>{1, 2});
    CHECK(adjusted->arms[0].theta[1] == 0);
    CHECK(adjusted->arms[0].theta[2] == 0);
    CHECK(adjusted->arms[1].mean == Approx(plain->arms[1].mean).epsilon(1e-12));
    CHECK(adjusted->arms[1].dof == plain->arms[1].dof);
  }
}

TEST_CASE("CUPED: a covariate that is constant in one arm has no theta of its own there") {
  const std::vector<JointSample> arms{one_covariate(600, 2, 1, 5, 2, 2),
                                      one_covariate(600, 3, 1, 5, 0, 0)};
  const auto adjusted = cuped(arms, kPerArm);
  REQUIRE(adjusted);
  CHECK(adjusted->left_out == std::vector<std::size_t>{0});
  CHECK(adjusted->arms[0].mean == 2);
  CHECK(cuped(arms, kPooled)->left_out.empty());
}

TEST_CASE("CUPED: without covariates, or with one that says nothing, it is the plain difference") {
  const std::vector<JointSample> arms{one_covariate(100, 2, 5, 4, 0, 0),
                                      one_covariate(150, 3, 5, 9, 0, 0)};
  const AdjustedDifference difference = difference_of(arms, kPooled, 1);
  CHECK(difference.difference.estimate == 1);
  CHECK(difference.difference.variance == Approx(4.0 / 100 + 9.0 / 150).epsilon(1e-14));
  CHECK(difference.variance_unadjusted == Approx(4.0 / 100 + 9.0 / 150).epsilon(1e-14));
}

TEST_CASE("CUPED: the choice by size asks every arm for 500 units") {
  std::vector<JointSample> arms{one_covariate(500, 2, 1, 5, 2, 2),
                                one_covariate(500, 3, 1, 5, 2, 2)};
  CHECK(coefficients_by_size(arms) == CupedCoefficients::kPerArm);
  arms[1].n = 499;
  CHECK(coefficients_by_size(arms) == CupedCoefficients::kPooled);
}

TEST_CASE("CUPED: skewness is that of the residuals where third moments are known") {
  ExactMoments a;
  ExactMoments b;
  const std::pair<int, int> units[] = {{1, 2}, {2, 1}, {4, 5}, {9, 4}, {3, 3}};
  for (const auto& [y, x] : units) {
    a.add(y, x);
    b.add(y + 1, x);
  }
  const auto joint_a = joint_sample_of(a, 0, 0);
  const auto joint_b = joint_sample_of(b, 0, 0);
  REQUIRE((joint_a && joint_b));
  const AdjustedDifference difference = difference_of({*joint_a, *joint_b}, kPooled, 1);
  CHECK(difference.skewness_known);
  const double theta = joint_a->cov(0, 1) / joint_a->cov(1, 1);
  double third = 0;
  for (const auto& [y, x] : units) {
    third += std::pow(y - joint_a->mean[0] - theta * (x - joint_a->mean[1]), 3) / 5;
  }
  const auto adjusted = cuped(std::vector{*joint_a, *joint_b}, kPooled);
  CHECK(difference.difference.skewness_a ==
        Approx(third / std::pow(adjusted->arms[0].variance, 1.5)).epsilon(1e-10));
  CHECK(difference.difference.skew_standardised == Approx(0).margin(1e-12));
  CHECK_FALSE(difference_of(three_arms(), kPooled, 1).skewness_known);
}

TEST_CASE("CUPED: extreme splits and 1e9 units stay finite") {
  const std::vector<JointSample> arms{one_covariate(1'000'000'000, 2, 1, 5, 2, 2),
                                      one_covariate(100'000, 3, 1, 5, 2, 2)};
  for (const CupedOptions& options : {kPooled, kPerArm}) {
    const AdjustedDifference difference = difference_of(arms, options, 1);
    CHECK(difference.difference.variance == Approx(3e-5).epsilon(1e-3));
    CHECK(difference.dof == Approx(99'998).epsilon(1e-3));
  }
}

TEST_CASE("CUPED: what is undefined has a name") {
  const JointSample arm = one_covariate(100, 2, 1, 5, 2, 2);
  const auto code = [&](const std::vector<JointSample>& arms) {
    return cuped(arms, kPooled).error().code;
  };
  CHECK(code({arm}) == Errc::kInsufficientData);
  CHECK(code({arm, one_covariate(3, 2, 1, 5, 2, 2)}) == Errc::kInsufficientData);
  CHECK(code({arm, three_arms()[0]}) == Errc::kInvalidArgument);
  CHECK(code({arm, one_covariate(100, NAN, 1, 5, 2, 2)}) == Errc::kInvalidArgument);
  CHECK(
      cuped(three_arms(), {.coefficients = CupedCoefficients::kPooled, .ridge = -1}).error().code ==
      Errc::kInvalidArgument);
  // The covariate explains the outcome altogether.
  const auto perfect = cuped(
      std::vector{one_covariate(10, 2, 1, 4, 2, 1), one_covariate(10, 3, 1, 4, 2, 1)}, kPooled);
  REQUIRE(perfect);
  CHECK(adjusted_difference(*perfect, 0, 1).error().code == Errc::kInsufficientData);
  CHECK(adjusted_difference(*perfect, 0, 2).error().code == Errc::kInvalidArgument);
  CHECK(adjusted_difference(*perfect, 1, 1).error().code == Errc::kInvalidArgument);
}

TEST_CASE("A correlation factor solves in any unit of the columns") {
  const std::vector<double> matrix{4e12, 2e3, 2e3, 9e-6};
  const std::vector<double> solution =
      CorrelationCholesky(matrix, 2, 0)
          .solve(std::vector<double>{4e12 * 3 + 2e3 * 5, 2e3 * 3 + 9e-6 * 5});
  CHECK(solution[0] == Approx(3).epsilon(1e-12));
  CHECK(solution[1] == Approx(5).epsilon(1e-6));
}

}  // namespace converge::stats
