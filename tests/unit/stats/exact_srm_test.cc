// Large counts: mpmath with 40 digits (tails summed term by term). Multinomial: enumeration with
// dmultinom in R 4.2.2. 2026-11-27.
#include <catch2/catch.hpp>
#include <cmath>

#include "stats/quality/exact_binomial.h"
#include "stats/quality/exact_multinomial.h"

namespace converge::stats {
namespace {

double multinomial(const std::vector<std::int64_t>& counts, const std::vector<double>& weights) {
  const auto p = exact_multinomial_p(counts, weights);
  REQUIRE(p);
  return *p;
}

}  // namespace

TEST_CASE("Exact binomial: both tails at a thousand and at a thousand million") {
  CHECK(*exact_binomial_p(400, 1000, 0.5) == Approx(2.7284641560660184e-10).epsilon(1e-10));
  CHECK(*exact_binomial_p(50, 1000, 0.5) == Approx(1.8636927066539563e-216).epsilon(1e-10));
  CHECK(*exact_binomial_p(499'900'000, 1'000'000'000, 0.5) ==
        Approx(2.5401483597545668e-10).epsilon(1e-7));
  CHECK(*exact_binomial_p(99'960, 1'000'000'000, 1e-4) ==
        Approx(0.90058992206676503).epsilon(1e-7));
}

TEST_CASE("Exact binomial: mirrored, and 1 at the middle") {
  CHECK(*exact_binomial_p(33, 100, 0.3) == Approx(*exact_binomial_p(67, 100, 0.7)).epsilon(1e-12));
  CHECK(*exact_binomial_p(500, 1000, 0.5) == 1);
  CHECK(*exact_binomial_p(0, 0, 0.5) == 1);
  CHECK(*exact_binomial_p(0, 5, 0) == 1);
  CHECK(*exact_binomial_p(1, 5, 0) == 0);
  CHECK(*exact_binomial_p(5, 5, 1) == 1);
  CHECK(*exact_binomial_p(1, 1, 0.5) == 1);
}

TEST_CASE("Exact binomial: what is undefined has a name") {
  CHECK(exact_binomial_p(6, 5, 0.5).error().code == Errc::kInvalidArgument);
  CHECK(exact_binomial_p(-1, 5, 0.5).error().code == Errc::kInvalidArgument);
  CHECK(exact_binomial_p(1, 5, 1.5).error().code == Errc::kInvalidArgument);
  CHECK(exact_binomial_p(1, 5, NAN).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Exact multinomial: sums the outcomes that are no likelier") {
  CHECK(multinomial({3, 9, 2}, {1, 1, 1}) == Approx(0.080823647403945029).epsilon(1e-12));
  CHECK(multinomial({1, 4, 12}, {0.2, 0.3, 0.5}) == Approx(0.21954869638750038).epsilon(1e-12));
  CHECK(multinomial({12, 1, 4}, {5, 2, 3}) == Approx(0.21954869638750038).epsilon(1e-12));
  CHECK(multinomial({0, 0, 0}, {1, 1, 1}) == 1);
  CHECK(multinomial({5, 5, 5}, {1, 1, 1}) == 1);
}

TEST_CASE("Exact multinomial: two arms take any count, an arm of weight 0 no unit") {
  CHECK(multinomial({33, 67}, {0.3, 0.7}) == *exact_binomial_p(33, 100, 0.3));
  CHECK(multinomial({33, 0, 67}, {3, 0, 7}) == Approx(*exact_binomial_p(33, 100, 0.3)));
  CHECK(multinomial({33, 1, 67}, {3, 0, 7}) == 0);
}

TEST_CASE("Exact multinomial: what is undefined has a name") {
  const auto code = [](const std::vector<std::int64_t>& counts,
                       const std::vector<double>& weights) {
    return exact_multinomial_p(counts, weights).error().code;
  };
  CHECK(code({1, 2}, {1}) == Errc::kInvalidArgument);
  CHECK(code({1, -2}, {1, 1}) == Errc::kInvalidArgument);
  CHECK(code({1, 2}, {1, NAN}) == Errc::kInvalidArgument);
  CHECK(code({1, 2}, {1, 0}) == Errc::kInsufficientData);
  CHECK(code({1'000'000, 1'000'000, 1'000'000}, {1, 1, 1}) == Errc::kTooLarge);
}

}  // namespace converge::stats
