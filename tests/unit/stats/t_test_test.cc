#include "stats/means/t_test.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/means/equivalence.h"
#include "stats/means/student.h"
#include "stats/means/welch.h"
#include "stats/means/welch_anova.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const TStatistic kGood{.estimate = 2, .standard_error = 1, .dof = 10};

}  // namespace

TEST_CASE("t test: what is undefined has a name") {
  const auto code = [](double estimate, double standard_error, double dof, double alpha) {
    const auto test =
        t_test({.estimate = estimate, .standard_error = standard_error, .dof = dof}, alpha);
    REQUIRE_FALSE(test);
    return test.error().code;
  };
  for (const double bad : {double(NAN), kInfinity}) {
    CHECK(code(bad, 1, 10, 0.05) == Errc::kInvalidArgument);
    CHECK(code(1, bad, 10, 0.05) == Errc::kInvalidArgument);
  }
  CHECK(code(1, -1, 10, 0.05) == Errc::kInvalidArgument);
  CHECK(code(1, 0, 10, 0.05) == Errc::kInsufficientData);
  for (const double bad : {double(NAN), 0.0, -1.0}) {
    CHECK(code(1, 1, bad, 0.05) == Errc::kInvalidArgument);
  }
  for (const double bad : {double(NAN), 0.0, 1.0, -0.1}) {
    CHECK(code(1, 1, 10, bad) == Errc::kInvalidArgument);
    CHECK_FALSE(lower_bound(*t_test(kGood, 0.05), bad));
    CHECK_FALSE(upper_bound(*t_test(kGood, 0.05), bad));
  }
  CHECK(code(1e300, 1e-300, 10, 0.05) == Errc::kInvalidArgument);
  CHECK(code(1, 1, 1e-3, 1e-300) == Errc::kInvalidArgument);  // the quantile is beyond double
}

TEST_CASE("t test: infinite degrees of freedom are the normal distribution") {
  const auto test = t_test({.estimate = 1.96, .standard_error = 1, .dof = kInfinity}, 0.05);
  REQUIRE(test);
  CHECK(test->p_two_sided == Approx(0.04999579029644087).epsilon(1e-13));  // scipy 2*norm.sf
  CHECK(test->interval.lower == Approx(1.96 - 1.959963984540054).margin(1e-14));
}

TEST_CASE("t test: one-sided bounds reject with their p") {
  for (const double estimate : {-3.0, -1.9, 0.0, 1.7, 1.9, 4.0}) {
    const auto test = t_test({.estimate = estimate, .standard_error = 1, .dof = 10}, 0.05);
    REQUIRE(test);
    const auto lower = lower_bound(*test, 0.05);
    const auto upper = upper_bound(*test, 0.05);
    REQUIRE(lower);
    REQUIRE(upper);
    CHECK((lower->lower > 0) == (test->p_greater < 0.05));
    CHECK((upper->upper < 0) == (test->p_less < 0.05));
    CHECK(lower->upper == kInfinity);
    CHECK(upper->lower == -kInfinity);
  }
}

// mpmath 1.2.1, 60 digits: the incomplete beta function by its hypergeometric series.
TEST_CASE("t test: p keeps its meaning down to 1e-300, its logarithm beyond") {
  const auto far = t_test({.estimate = 37, .standard_error = 1, .dof = 1e5}, 0.05);
  REQUIRE(far);
  CHECK(far->p_greater == Approx(5.9873141217123300361e-298).epsilon(1e-10));
  CHECK(far->log_p_two_sided == Approx(std::log(2) - 684.38071479436089232).epsilon(1e-13));
  const auto farther = t_test({.estimate = -67.08, .standard_error = 1, .dof = 199998}, 0.05);
  REQUIRE(farther);
  CHECK(farther->p_two_sided == 0);
  CHECK(farther->log_p_two_sided == Approx(std::log(2) - 2230.0407810542992025).epsilon(1e-13));
  CHECK(t_test({.estimate = 0, .standard_error = 1, .dof = 3}, 0.05)->log_p_two_sided == 0);
}

TEST_CASE("Welch: one arm without variance leaves the degrees of freedom of the other") {
  const Sample flat{.n = 10'000, .mean = 1, .variance = 0};
  const Sample small{.n = 2, .mean = 3, .variance = 2};
  CHECK(welch(flat, small, {.alpha = 0.05})->dof == 1);
  CHECK(welch(small, flat, {.alpha = 0.05})->dof == 1);
  CHECK(welch(flat, small, {.alpha = 0.05})->standard_error == 1);
}

TEST_CASE("Welch: a split of 1 to 10,000 and variances far apart") {
  // R 4.2.2: a = 200 units of variance 4, b = 2e6 of 9; se^2 = 0.02 + 4.5e-6.
  const auto test = welch({.n = 200, .mean = 10, .variance = 4},
                          {.n = 2'000'000, .mean = 10.5, .variance = 9}, {.alpha = 0.05});
  REQUIRE(test);
  CHECK(test->standard_error == Approx(std::sqrt(0.0200045)).epsilon(1e-14));
  CHECK(test->dof == Approx(0.0200045 * 0.0200045 / (0.02 * 0.02 / 199 + 4.5e-6 * 4.5e-6 / 1999999))
                         .epsilon(1e-13));
  const auto extreme =
      welch({.n = 2, .mean = 1e-200, .variance = 1e-300},
            {.n = 1'000'000'000, .mean = 1e100, .variance = 1e200}, {.alpha = 0.05});
  REQUIRE(extreme);
  CHECK(extreme->dof == Approx(999'999'999).epsilon(1e-12));
  CHECK(extreme->interval.lower > 0);
}

TEST_CASE("Welch: figures at the ends of double are an error, never a figure") {
  const Sample huge{.n = 5, .mean = 1.7e308, .variance = 1};
  const Sample opposite{.n = 5, .mean = -1.7e308, .variance = 1};
  CHECK(welch(opposite, huge, {.alpha = 0.05}).error().code == Errc::kInvalidArgument);
  const Sample tiny{.n = 1'000'000, .mean = 1, .variance = 5e-324};
  CHECK_FALSE(welch(tiny, tiny, {.alpha = 0.05}));
}

TEST_CASE("Pooled t, equivalence and k groups: what is undefined has a name") {
  const Sample good{.n = 10, .mean = 1, .variance = 2};
  const Sample flat{.n = 10, .mean = 1, .variance = 0};
  const Sample single{.n = 1, .mean = 1, .variance = 0};
  const EquivalenceOptions margins{.margin_low = -1, .margin_high = 1, .alpha = 0.05};
  CHECK(student_pooled(single, good, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
  CHECK(student_pooled(flat, flat, {.alpha = 0.05}).error().code == Errc::kInsufficientData);
  CHECK(student_pooled(good, good, {.alpha = 0}).error().code == Errc::kInvalidArgument);
  CHECK(student_pooled(good, flat, {.alpha = 0.05})->dof == 18);
  CHECK(welch_equivalence(flat, flat, margins).error().code == Errc::kInsufficientData);
  for (const double bad : {double(NAN), 1.0, 2.0}) {
    CHECK(welch_equivalence(good, good, {.margin_low = bad, .margin_high = 1, .alpha = 0.05})
              .error()
              .code == Errc::kInvalidArgument);
  }
  for (const double bad : {double(NAN), 0.0, 0.5, 1.0}) {
    CHECK(welch_equivalence(good, good, {.margin_low = -1, .margin_high = 1, .alpha = bad})
              .error()
              .code == Errc::kInvalidArgument);
  }
  const auto code = [](const std::vector<Sample>& groups) {
    const auto result = welch_anova(groups);
    REQUIRE_FALSE(result);
    return result.error().code;
  };
  CHECK(code({}) == Errc::kInsufficientData);
  CHECK(code({good}) == Errc::kInsufficientData);
  CHECK(code({good, single}) == Errc::kInsufficientData);
  CHECK(code({good, flat, good}) == Errc::kInsufficientData);
  CHECK(code({good, {.n = 5, .mean = NAN, .variance = 1}}) == Errc::kInvalidArgument);
  CHECK(code({good, {.n = 5, .mean = 1, .variance = -1}}) == Errc::kInvalidArgument);
}

TEST_CASE("Equivalence: a margin that does not matter is infinite") {
  const Sample a{.n = 100, .mean = 1, .variance = 2};
  const Sample b{.n = 100, .mean = 1.1, .variance = 2};
  const auto result =
      welch_equivalence(a, b, {.margin_low = -0.4, .margin_high = kInfinity, .alpha = 0.05});
  REQUIRE(result);
  CHECK(result->p_high == 0);
  CHECK(result->p == result->p_low);
  CHECK(result->t_low == Approx(2.5).epsilon(1e-14));
}

}  // namespace converge::stats
