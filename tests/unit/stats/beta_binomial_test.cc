#include "stats/bayes/beta_binomial.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace converge::stats {
namespace {

BetaBinomialResult run(const BinomialCount& a, const BinomialCount& b, const BetaPrior& prior) {
  const auto result = beta_binomial_comparison({.a = a, .b = b, .prior = prior, .level = 0.95});
  REQUIRE(result);
  return *result;
}

constexpr BetaPrior kUniform{.alpha = 1, .beta = 1};

double normal_cdf(double z) {
  return std::erfc(-z / std::sqrt(2.0)) / 2;
}

}  // namespace

TEST_CASE("Beta-Binomial: without trials the arms are even and the interval is the prior's") {
  const BetaBinomialResult none = run({0, 0}, {0, 0}, kUniform);
  CHECK(none.probability_b_beats_a == Approx(0.5).margin(1e-12));
  // E max(A - B, 0) of two uniform numbers is 1/6.
  CHECK(none.expected_loss_choose_a == Approx(1.0 / 6).margin(1e-12));
  CHECK(none.expected_loss_choose_b == Approx(1.0 / 6).margin(1e-12));
  CHECK(none.credible_a.lower == Approx(0.025).margin(1e-12));
  CHECK(none.credible_a.upper == Approx(0.975).margin(1e-12));
}

TEST_CASE("Beta-Binomial: closed forms for small counts") {
  // A ~ Beta(1, 1), B ~ Beta(k + 1, 1): P(B > A) = (k + 1) / (k + 2).
  for (const std::int64_t k : {1, 5, 100, 10'000}) {
    const BetaBinomialResult result = run({0, 0}, {k, k}, kUniform);
    const auto kd = static_cast<double>(k);
    CHECK(result.probability_b_beats_a == Approx((kd + 1) / (kd + 2)).margin(1e-12));
  }
}

TEST_CASE("Beta-Binomial: swapping the arms mirrors every figure") {
  const BetaBinomialResult result = run({120, 1000}, {3, 17}, {.alpha = 0.5, .beta = 2});
  const BetaBinomialResult mirror = run({3, 17}, {120, 1000}, {.alpha = 0.5, .beta = 2});
  CHECK(result.probability_b_beats_a == Approx(1 - mirror.probability_b_beats_a).margin(1e-12));
  CHECK(result.expected_loss_choose_a == Approx(mirror.expected_loss_choose_b).margin(1e-12));
  CHECK(result.expected_loss_choose_b == Approx(mirror.expected_loss_choose_a).margin(1e-12));
  CHECK(result.credible_a == mirror.credible_b);
}

TEST_CASE("Beta-Binomial: losses differ by the difference of the posterior means") {
  for (const std::int64_t scale : {1, 1000, 1'000'000}) {
    const BetaBinomialResult result =
        run({100 * scale, 1000 * scale}, {1010 * scale, 10'000 * scale}, kUniform);
    const auto s = static_cast<double>(scale);
    const double means = (1010 * s + 1) / (10'000 * s + 2) - (100 * s + 1) / (1000 * s + 2);
    CHECK(result.expected_loss_choose_a - result.expected_loss_choose_b ==
          Approx(means).margin(1e-12));
  }
}

TEST_CASE("Beta-Binomial: a billion trials are normal") {
  const double n = 1e9;
  const BetaBinomialResult result =
      run({100'000'000, 1'000'000'000}, {100'010'000, 1'000'000'000}, kUniform);
  const double p = 0.1;
  const double sd = std::sqrt(2 * p * (1 - p) / n);
  const double z = 1e-5 / sd;
  CHECK(result.probability_b_beats_a == Approx(normal_cdf(z)).margin(1e-5));
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0));
  CHECK(result.expected_loss_choose_b ==
        Approx(sd * density - 1e-5 * normal_cdf(-z)).epsilon(1e-4));
  CHECK(result.credible_a.lower ==
        Approx(p - 1.959963984540054 * sd / std::sqrt(2.0)).margin(1e-9));
}

TEST_CASE("Beta-Binomial: arms of very unlike size") {
  // b is known exactly beside a: P(B > A) is the distribution function of a at 0.1.
  const BetaBinomialResult result = run({1, 10}, {100'000'000, 1'000'000'000}, kUniform);
  // Beta(2, 10) at 0.1: 1 - sum of Bin(11, 0.1) at 0 and 1.
  const double expected = 1 - std::pow(0.9, 11) - 11 * 0.1 * std::pow(0.9, 10);
  CHECK(result.probability_b_beats_a == Approx(expected).margin(1e-7));
}

TEST_CASE("Beta-Binomial: arms far apart are certain, not undefined") {
  const BetaBinomialResult result = run({0, 1'000'000}, {1'000'000, 1'000'000}, kUniform);
  CHECK(result.probability_b_beats_a == 1);
  CHECK(result.expected_loss_choose_b == Approx(0).margin(1e-12));
  CHECK(result.expected_loss_choose_a == Approx(1).margin(1e-5));
  CHECK(result.credible_b.upper <= 1);
}

TEST_CASE("Beta-Binomial: a prior far from uniform") {
  const BetaBinomialResult result = run({0, 1}, {1, 1}, {.alpha = 0.01, .beta = 0.01});
  CHECK(result.probability_b_beats_a > 0.9);
  CHECK(std::isfinite(result.expected_loss_choose_b));
}

TEST_CASE("Beta-Binomial: what is undefined has a name") {
  const auto code = [](const BetaBinomialInputs& inputs) {
    return beta_binomial_comparison(inputs).error().code;
  };
  const BinomialCount good{.successes = 1, .trials = 2};
  CHECK(code({.a = {3, 2}, .b = good, .prior = kUniform, .level = 0.95}) == Errc::kInvalidArgument);
  CHECK(code({.a = good, .b = {-1, 2}, .prior = kUniform, .level = 0.95}) ==
        Errc::kInvalidArgument);
  for (const double bad : {0.0, -1.0, 1e13, double(NAN), double(INFINITY)}) {
    CHECK(code({.a = good, .b = good, .prior = {bad, 1}, .level = 0.95}) == Errc::kInvalidArgument);
    CHECK(code({.a = good, .b = good, .prior = {1, bad}, .level = 0.95}) == Errc::kInvalidArgument);
  }
  for (const double level : {0.0, 1.0, double(NAN)}) {
    CHECK(code({.a = good, .b = good, .prior = kUniform, .level = level}) ==
          Errc::kInvalidArgument);
  }
}

}  // namespace converge::stats
