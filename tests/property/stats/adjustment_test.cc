// What must hold for every adjustment: mirror, units, offsets, and one verdict on both scales.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/adjustment/cuped.h"
#include "stats/adjustment/post_stratification.h"

namespace converge::stats {
namespace {

/// Outcome and two covariates with correlations of any size below 0.9 or so.
JointSample any_joint_sample() {
  JointSample sample;
  sample.n = *rc::gen::inRange<std::int64_t>(6, 5000);
  // Rows of a lower triangle, so that the matrix is a covariance.
  double lower[3][3] = {};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < i; ++j) lower[i][j] = *rc::gen::inRange(-100, 100) / 100.0;
    lower[i][i] = *rc::gen::inRange(50, 150) / 100.0;
    sample.mean.push_back(*rc::gen::inRange(-500, 500) / 100.0);
  }
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      double sum = 0;
      for (int k = 0; k < 3; ++k) sum += lower[i][k] * lower[j][k];
      sample.covariance.push_back(sum);
    }
  }
  return sample;
}

JointSample in_units(const JointSample& sample, const std::vector<double>& units,
                     const std::vector<double>& offsets) {
  JointSample other = sample;
  for (std::size_t i = 0; i < 3; ++i) {
    other.mean[i] = units[i] * sample.mean[i] + offsets[i];
    for (std::size_t j = 0; j < 3; ++j) other.covariance[3 * i + j] *= units[i] * units[j];
  }
  return other;
}

AdjustedDifference difference_of(const JointSample& a, const JointSample& b,
                                 CupedCoefficients coefficients) {
  const std::vector<JointSample> arms{a, b};
  const auto adjusted = cuped(arms, {.coefficients = coefficients, .ridge = kCupedRidge});
  RC_ASSERT(adjusted.has_value());
  const auto difference = adjusted_difference(*adjusted, 0, 1);
  RC_ASSERT(difference.has_value());
  return *difference;
}

CupedCoefficients any_coefficients() {
  return *rc::gen::element(CupedCoefficients::kPooled, CupedCoefficients::kPerArm);
}

}  // namespace

TEST_CASE("CUPED: swapping the arms mirrors") {
  rc::prop("mirror", [] {
    const JointSample a = any_joint_sample();
    const JointSample b = any_joint_sample();
    const CupedCoefficients coefficients = any_coefficients();
    const AdjustedDifference here = difference_of(a, b, coefficients);
    const AdjustedDifference there = difference_of(b, a, coefficients);
    const double scale = std::sqrt(here.difference.variance);
    RC_ASSERT(std::abs(here.difference.estimate + there.difference.estimate) < 1e-9 * (1 + scale));
    RC_ASSERT(close(here.difference.variance, there.difference.variance, 1e-9));
    RC_ASSERT(close(here.dof, there.dof, 1e-9));
    RC_ASSERT(close(here.variance_of_mean_a, there.variance_of_mean_b, 1e-7));
  });
}

TEST_CASE("CUPED: units and offsets of covariates do not matter, those of the outcome carry over") {
  rc::prop("units", [] {
    const JointSample a = any_joint_sample();
    const JointSample b = any_joint_sample();
    const CupedCoefficients coefficients = any_coefficients();
    const std::vector<double> units{*rc::gen::element(1e-9, 1e-3, 1.0, 1e9),
                                    *rc::gen::element(-1e9, 1e-9, 1.0, 1e9),
                                    *rc::gen::element(-1.0, 1e-6, 1e6)};
    const std::vector<double> offsets{0, units[1] * *rc::gen::inRange(-5, 5), units[2] * 3};
    const AdjustedDifference plain = difference_of(a, b, coefficients);
    const AdjustedDifference other =
        difference_of(in_units(a, units, offsets), in_units(b, units, offsets), coefficients);
    const double scale = std::sqrt(plain.difference.variance) + std::abs(plain.difference.estimate);
    RC_ASSERT(std::abs(other.difference.estimate / units[0] - plain.difference.estimate) <
              1e-7 * scale);
    RC_ASSERT(
        close(other.difference.variance / units[0] / units[0], plain.difference.variance, 1e-7));
    RC_ASSERT(close(other.dof, plain.dof, 1e-7));
  });
  rc::prop("a constant added to the outcome changes no absolute effect", [] {
    const JointSample a = any_joint_sample();
    const JointSample b = any_joint_sample();
    const CupedCoefficients coefficients = any_coefficients();
    const std::vector<double> ones{1, 1, 1};
    const std::vector<double> offsets{*rc::gen::inRange(-1000, 1000) * 1.0, 0, 0};
    const AdjustedDifference plain = difference_of(a, b, coefficients);
    const AdjustedDifference other =
        difference_of(in_units(a, ones, offsets), in_units(b, ones, offsets), coefficients);
    RC_ASSERT(std::abs(other.difference.estimate - plain.difference.estimate) < 1e-10);
    RC_ASSERT(close(other.difference.variance, plain.difference.variance, 1e-12));
  });
}

TEST_CASE("CUPED: interval, p and relative lift give one verdict") {
  rc::prop("one verdict", [] {
    const AdjustedDifference difference =
        difference_of(any_joint_sample(), any_joint_sample(), any_coefficients());
    const double alpha = *rc::gen::element(0.2, 0.05, 0.001);
    const auto test = t_test(difference, {.alpha = alpha});
    RC_ASSERT(test.has_value());
    RC_PRE(!close(test->p_two_sided, alpha, 1e-6));
    const bool rejected = test->p_two_sided < alpha;
    RC_ASSERT(test->interval.contains(0) == !rejected);
    const double z = (test->interval.upper - test->estimate) / test->standard_error;
    RC_PRE(difference.difference.mean_a != 0);
    const auto lift = fieller_relative_lift(fieller_inputs(difference, z, 1 - alpha));
    RC_ASSERT(lift.has_value());
    if (lift->interval) RC_ASSERT(lift->interval->contains(0) == !rejected);
  });
}

TEST_CASE("Post-stratification: order of strata and swapped arms") {
  rc::prop("mirror and order", [] {
    std::vector<StratumPair> strata;
    const int count = *rc::gen::inRange(1, 6);
    strata.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) strata.push_back({any_sample(), any_sample()});
    std::vector<StratumPair> swapped(strata.rbegin(), strata.rend());
    for (StratumPair& pair : swapped) std::swap(pair.a, pair.b);
    const auto here = post_stratification(strata);
    const auto there = post_stratification(swapped);
    RC_ASSERT(here.has_value() && there.has_value());
    const AdjustedDifference& plain = here->adjusted;
    const AdjustedDifference& mirror = there->adjusted;
    const double scale = std::abs(plain.difference.mean_a) + std::abs(plain.difference.mean_b);
    RC_ASSERT(std::abs(plain.difference.estimate + mirror.difference.estimate) <= 1e-12 * scale);
    RC_ASSERT(close(plain.difference.variance, mirror.difference.variance, 1e-9));
    RC_ASSERT(close(plain.dof, mirror.dof, 1e-9));
    RC_ASSERT(
        close(plain.variance_of_mean_a + plain.variance_of_mean_b - 2 * plain.covariance_of_means,
              plain.difference.variance, 1e-6));
  });
}

}  // namespace converge::stats
