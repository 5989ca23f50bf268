#include "stats/bayes/behrens_fisher.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "stats/bayes/normal_inverse_gamma.h"

namespace converge::stats {
namespace {

BehrensFisherResult run(const StudentPosterior& a, const StudentPosterior& b) {
  const auto result = behrens_fisher_difference({.a = a, .b = b, .level = 0.95});
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("Behrens-Fisher: two Cauchy posteriors differ by a Cauchy one") {
  // Scales add up: P(b > a) = 1/2 + atan(2 / 2) / pi; the interval is 2 +- 2 tan(0.475 pi).
  const BehrensFisherResult result = run({0, 1, 1}, {2, 1, 1});
  CHECK(result.probability_b_beats_a == Approx(0.75).epsilon(1e-10));
  CHECK(!result.expected_loss_choose_a.has_value());
  const double half = 2 * std::tan(0.475 * std::acos(-1.0));
  CHECK(result.interval.lower == Approx(2 - half).epsilon(1e-9));
  CHECK(result.interval.upper == Approx(2 + half).epsilon(1e-9));
}

TEST_CASE("Behrens-Fisher: losses and deep tails (mpmath 1.2.1, 30 digits, quad)") {
  const BehrensFisherResult near = run({0, 1.8, 3}, {-0.003, 0.8, 4});
  CHECK(near.expected_loss_choose_a.value() == Approx(1.0982518298708696569).epsilon(1e-10));
  CHECK(near.expected_loss_choose_b.value() == Approx(1.1012518298708696565).epsilon(1e-10));
  const BehrensFisherResult far = run({40, 1, 300}, {0, 1, 200});
  CHECK(far.probability_b_beats_a == Approx(1.2463576608425775714e-92).epsilon(1e-8));
  // A posterior that is a number beside the other: scipy 1.10.1 stats.t.sf(40, 3).
  CHECK(1 - run({0, 1, 3}, {40, 1e-6, 1e9}).probability_b_beats_a ==
        Approx(1.719034039457927e-05).epsilon(1e-6));
}

TEST_CASE("Behrens-Fisher: the 5 % point for dof 6 and 8, equal scales") {
  // scipy 1.10.1: brentq on quad of the density of one times the tail of the other; in units of
  // hypot(scales).
  const BehrensFisherResult result = run({0, 1, 6}, {0, 1, 8});
  CHECK(result.interval.upper / std::sqrt(2.0) == Approx(2.3640871678178548).epsilon(1e-9));
}

TEST_CASE("Behrens-Fisher: units and origin change nothing but units") {
  const BehrensFisherResult plain = run({0, 1, 5}, {1, 3, 12});
  for (const double unit : {1e-9, 1e9}) {
    const BehrensFisherResult other = run({0, unit, 5}, {unit, 3 * unit, 12});
    CHECK(other.probability_b_beats_a == Approx(plain.probability_b_beats_a).epsilon(1e-12));
    CHECK(other.interval.upper / unit == Approx(plain.interval.upper).epsilon(1e-10));
  }
}

TEST_CASE("Normal with unknown variance: the reference prior gives the t of the textbook") {
  const auto posterior = normal_inverse_gamma_posterior(
      {.location = 0, .mean_weight = 0, .variance_shape = -0.5, .variance_scale = 0},
      {.n = 10, .mean = 3, .variance = 4});
  REQUIRE(posterior);
  const auto marginal = marginal_of_mean(*posterior);
  REQUIRE(marginal);
  CHECK(marginal->location == 3);
  CHECK(marginal->dof == 9);
  CHECK(marginal->scale == Approx(std::sqrt(4.0 / 10)).epsilon(1e-14));
}

TEST_CASE("Normal with unknown variance: the data may come in parts") {
  const NormalInverseGamma prior{
      .location = 1, .mean_weight = 2, .variance_shape = 3, .variance_scale = 4};
  // Values 1, 2, 3, 6 at once, and as {1, 2} then {3, 6}.
  const auto at_once =
      normal_inverse_gamma_posterior(prior, {.n = 4, .mean = 3, .variance = 14.0 / 3});
  const auto first = normal_inverse_gamma_posterior(prior, {.n = 2, .mean = 1.5, .variance = 0.5});
  REQUIRE(at_once);
  REQUIRE(first);
  const auto then = normal_inverse_gamma_posterior(*first, {.n = 2, .mean = 4.5, .variance = 4.5});
  REQUIRE(then);
  CHECK(then->location == Approx(at_once->location).epsilon(1e-14));
  CHECK(then->variance_scale == Approx(at_once->variance_scale).epsilon(1e-14));
  CHECK(then->variance_shape == at_once->variance_shape);
}

TEST_CASE("Normal with unknown variance: what is undefined has a name") {
  const NormalInverseGamma reference{
      .location = 0, .mean_weight = 0, .variance_shape = -0.5, .variance_scale = 0};
  const auto marginal_code = [&](const NormalSample& sample) {
    return marginal_of_mean(*normal_inverse_gamma_posterior(reference, sample)).error().code;
  };
  CHECK(marginal_code({.n = 0}) == Errc::kInsufficientData);
  CHECK(marginal_code({.n = 1, .mean = 3}) == Errc::kInsufficientData);
  CHECK(marginal_code({.n = 5, .mean = 3, .variance = 0}) == Errc::kInsufficientData);
  CHECK(normal_inverse_gamma_posterior(reference, {.n = -1}).error().code ==
        Errc::kInvalidArgument);
  CHECK(behrens_fisher_difference({.a = {0, 1, 0}, .b = {0, 1, 3}, .level = 0.95}).error().code ==
        Errc::kInvalidArgument);
}

}  // namespace converge::stats
