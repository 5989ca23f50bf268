// Edges and named errors of the smaller sequential methods.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/sequential/asymptotic_lil.h"
#include "stats/sequential/betting_cs.h"
#include "stats/sequential/msprt.h"
#include "stats/sequential/relative_contrast.h"
#include "stats/sequential/safe_z.h"

namespace converge::stats {
namespace {

constexpr BettingOptions kBetting{.alpha = 0.05, .share_up = 0.5, .truncation = 0.5};

}  // namespace

TEST_CASE("mSPRT: tau far above or below the standard error, and no variance") {
  const auto wide = msprt_normal({.difference = 1, .variance = 1e-20}, {.alpha = 0.05, .tau = 1e9});
  REQUIRE(wide);
  CHECK(wide->log_lambda == Approx(0.5e20).epsilon(1e-6));
  CHECK(wide->p == 0);  // e^-5e19 is no double; log_lambda keeps it
  const auto narrow = msprt_normal({.difference = 1, .variance = 1}, {.alpha = 0.05, .tau = 1e-9});
  REQUIRE(narrow);
  CHECK(narrow->log_lambda == Approx(0).margin(1e-15));
  CHECK(narrow->interval.upper > 1e8);
  const auto none = msprt_normal({.difference = 1, .variance = 0}, {.alpha = 0.05, .tau = 1});
  CHECK(none.error().code == Errc::kInsufficientData);
  CHECK(msprt_normal({.difference = 1, .variance = 1}, {.alpha = 0.05, .tau = 0})
            .error()
            .message.find("tau") == 0);
}

TEST_CASE("Safe z-test: overflow of e does not reach log e") {
  const auto log_e =
      safe_z_two_sided({.z = 1000, .n_a = 1000, .n_b = 1000}, {.phi = 1, .sigma = 1});
  REQUIRE(log_e);
  const double shift = std::sqrt(500.0);
  CHECK(*log_e == Approx(1000 * shift - std::log(2) - 250).epsilon(1e-14));
  CHECK(*safe_z_greater({.z = -2, .n_a = 10, .n_b = 10}, {.phi = 1, .sigma = 1}) < 0);
  CHECK_FALSE(safe_z_two_sided({.z = 1, .n_a = 0, .n_b = 10}, {.phi = 1, .sigma = 1}));
  CHECK_FALSE(safe_z_greater({.z = 1, .n_a = 1, .n_b = 10}, {.phi = 1, .sigma = 0}));
}

TEST_CASE("Betting: values at the ends refute the opposite mean for good") {
  const std::vector<double> ones(100, 1.0);
  const auto interval = hedged_capital_cs(ones, kBetting);
  REQUIRE(interval);
  CHECK(interval->upper == 1);
  CHECK(interval->lower > 0.9);
  const std::vector<double> zeros(100, 0.0);
  const auto mirror = hedged_capital_cs(zeros, kBetting);
  REQUIRE(mirror);
  CHECK(mirror->lower == 0);
  CHECK(mirror->upper == Approx(1 - interval->lower).epsilon(1e-9));
  CHECK(std::isfinite(*hedged_capital(ones, 1, kBetting)));
  CHECK(*hedged_capital(ones, 0, kBetting) > 5);
}

TEST_CASE("Betting: one mean cannot be that of values that changed theirs") {
  std::vector<double> values(400, 1.0);
  values.insert(values.end(), 4000, 0.0);
  const auto interval = hedged_capital_cs(values, kBetting);
  if (interval) {
    CHECK(interval->lower <= interval->upper);
  } else {
    CHECK(interval.error().code == Errc::kInsufficientData);
  }
}

TEST_CASE("Betting: bad arguments are named") {
  const std::vector<double> values = {0.5, 1.5};
  CHECK(hedged_capital_cs(values, kBetting).error().message.find("x") == 0);
  CHECK(hedged_capital_cs({}, kBetting).error().code == Errc::kInsufficientData);
  const std::vector<double> good = {0.5};
  CHECK(hedged_capital(good, 1.1, kBetting).error().message.find("m") == 0);
  CHECK_FALSE(hedged_capital_cs(good, {.alpha = 0.05, .share_up = 1, .truncation = 0.5}));
  CHECK_FALSE(hedged_capital_cs(good, {.alpha = 0.05, .share_up = 0.5, .truncation = 1}));
}

TEST_CASE("Iterated logarithm: from one unit on, never before") {
  CHECK(*lil_margin_two_sided(1, {.alpha = 0.05}) > 0);
  CHECK_FALSE(lil_margin_two_sided(0.5, {.alpha = 0.05}));
  CHECK_FALSE(lil_margin_two_sided(10, {.alpha = 0}));
}

TEST_CASE("Relative contrast: no control mean, no figure; no guard accepts it") {
  Difference difference;
  difference.mean_a = -2;
  difference.mean_b = 1;
  difference.estimate = 3;
  difference.variance_of_mean_a = 0.1;
  difference.variance_of_mean_b = 0.2;
  difference.variance = 0.3;
  const auto relative = relative_contrast(difference);
  REQUIRE(relative);
  CHECK(relative->estimate == Approx(1.5));
  CHECK(relative->variance == Approx(0.2 / 4 + 0.1 / 16));
  CHECK(std::isnan(relative->skew_standardised));
  difference.mean_a = 0;
  CHECK(relative_contrast(difference).error().code == Errc::kInsufficientData);
}

}  // namespace converge::stats
