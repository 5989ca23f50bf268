// Normal quantiles from scipy 1.10 norm.isf, the t quantile from R 4.2.2 qt, 2026-11-27.
#include "stats/multiplicity/intervals.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace converge::stats {
namespace {

using Intervals = Result<std::vector<AdjustedInterval>> (*)(std::span<const Estimate>, double);

constexpr double kHalf3 = 2.3939797998185095;  // z(0.025 / 3)

}  // namespace

TEST_CASE("Bonferroni intervals share alpha out") {
  const std::vector<Estimate> estimates{{3, 1}, {-1, 2}, {0, 1}};
  const auto intervals = bonferroni_intervals(estimates, 0.05);
  REQUIRE(intervals);
  CHECK((*intervals)[0].interval.lower == Approx(3 - kHalf3).epsilon(1e-12));
  CHECK((*intervals)[1].interval.upper == Approx(-1 + 2 * kHalf3).epsilon(1e-12));
  CHECK((*intervals)[0].excludes_zero);
  CHECK_FALSE((*intervals)[1].excludes_zero);
  CHECK((*intervals)[0].p_adjusted == Approx(3 * 0.0026997960632601866).epsilon(1e-10));
}

TEST_CASE("Holm intervals: a called effect has bound 0 while others wait") {
  // One-sided p of 3: 0.00135 <= 0.025 / 3; the others stay, two of them: bound at 0.0125.
  const std::vector<Estimate> estimates{{3, 1}, {1, 1}, {-0.5, 1}};
  const auto intervals = holm_intervals(estimates, 0.05);
  REQUIRE(intervals);
  CHECK((*intervals)[0].interval.lower == 0);
  CHECK((*intervals)[0].interval.upper == Approx(3 + kHalf3).epsilon(1e-12));
  CHECK((*intervals)[0].excludes_zero);
  CHECK((*intervals)[1].interval.lower == Approx(1 - 2.241402727604947).epsilon(1e-12));
  CHECK((*intervals)[1].interval.upper == Approx(1 + kHalf3).epsilon(1e-12));
  CHECK_FALSE((*intervals)[1].excludes_zero);
}

TEST_CASE("Holm intervals: when all are called, Bonferroni's bounds come back") {
  const std::vector<Estimate> estimates{{3, 1}, {4, 1}, {2.1, 1}};
  const auto intervals = holm_intervals(estimates, 0.05);
  REQUIRE(intervals);
  CHECK((*intervals)[0].interval.lower == Approx(3 - kHalf3).epsilon(1e-12));
  CHECK((*intervals)[1].interval.lower == Approx(4 - kHalf3).epsilon(1e-12));
  CHECK((*intervals)[2].interval.lower == 0);  // called by Holm, not by Bonferroni
  CHECK((*intervals)[2].excludes_zero);
}

TEST_CASE("False coverage rate: selected intervals at R q / k") {
  // p: 0.0027, 0.0455, 0.3: at q 0.05 one is selected: level 0.05 / 3.
  const std::vector<Estimate> estimates{{3, 1}, {2, 1}, {1, 1}};
  const auto intervals = false_coverage_rate_intervals(estimates, 0.05);
  REQUIRE(intervals);
  CHECK((*intervals)[0].excludes_zero);
  CHECK((*intervals)[0].interval.lower == Approx(3 - kHalf3).epsilon(1e-12));
  CHECK((*intervals)[0].interval.level == Approx(1 - 0.05 / 3).epsilon(1e-14));
  CHECK_FALSE((*intervals)[1].excludes_zero);
  CHECK((*intervals)[1].interval.lower == Approx(2 - 1.959963984540054).epsilon(1e-10));
}

TEST_CASE("Adjusted intervals: t where degrees of freedom are given") {
  // R: qt(0.975, 5)
  const std::vector<Estimate> estimates{{3, 1, 5}};
  for (const Intervals make : {Intervals{bonferroni_intervals}, Intervals{holm_intervals},
                               Intervals{false_coverage_rate_intervals}}) {
    const auto intervals = make(estimates, 0.05);
    REQUIRE(intervals);
    CHECK((*intervals)[0].interval.lower == Approx(3 - 2.570581835636314).epsilon(1e-10));
    CHECK((*intervals)[0].excludes_zero);
  }
}

TEST_CASE("Adjusted intervals: what is undefined has a name") {
  for (const Intervals make : {Intervals{bonferroni_intervals}, Intervals{holm_intervals},
                               Intervals{false_coverage_rate_intervals}}) {
    CHECK(make({}, 0.05)->empty());
    CHECK(make({}, 0).error().code == Errc::kInvalidArgument);
    const auto code = [&](const Estimate& estimate) {
      return make(std::vector<Estimate>{estimate}, 0.05).error().code;
    };
    CHECK(code({NAN, 1}) == Errc::kInvalidArgument);
    CHECK(code({1, -1}) == Errc::kInvalidArgument);
    CHECK(code({1, 1, 0}) == Errc::kInvalidArgument);
    CHECK(code({1, 1, NAN}) == Errc::kInvalidArgument);
    CHECK(code({1, 0}) == Errc::kInsufficientData);
  }
}

}  // namespace converge::stats
