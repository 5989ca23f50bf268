#include "stats/rates/conditional_binomial.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace converge::stats {

TEST_CASE("Conditional binomial: 60-digit references from 17 to 1e12 events, p down to 1e-260") {
  // mpmath 1.2.1, 60 digits: log gamma for the point, term-by-term sum for the tail.
  const struct {
    std::int64_t n;
    double success_weight, failure_weight;
    std::int64_t x;
    double log_probability, at_least;
  } cases[] = {
      {2000000000, 1, 1, 1000060000, -14.533997861882906, 0.00364542279008476},
      {1000000000, 1, 10000, 100900, -10.808645415506978, 0.00203581332469562},
      {100, 1, 3, 90, -97.160989863029317, 6.60171631632709e-43},
      {1000000000, 3, 1, 750040000, -14.710348279338777, 0.00174345020689088},
      {1000, 1, 1, 980, -597.51893861690833, 3.2341352632447e-260},
      {1000000000000, 1, 1, 500001500000, -18.541301910611502, 0.00134990246347629},
      {17, 2, 1, 17, -6.8929068378387945, 0.0010149592268983},
  };
  for (const auto& c : cases) {
    CAPTURE(c.n, c.success_weight, c.failure_weight, c.x);
    const ConditionalBinomial split(c.n, c.success_weight, c.failure_weight);
    CHECK(split.log_probability(c.x) == Approx(c.log_probability).epsilon(1e-12));
    CHECK(split.at_least(c.x) == Approx(c.at_least).epsilon(1e-10));
    const ConditionalBinomial other(c.n, c.failure_weight, c.success_weight);
    CHECK(other.at_most(c.n - c.x) == split.at_least(c.x));
  }
}

TEST_CASE("Conditional binomial: sums, tails and outcomes no likelier, by listing them all") {
  for (const auto& [n, weight] : {std::pair{1, 1.0}, {9, 1.0}, {30, 0.2}, {40, 7.5}, {0, 1.0}}) {
    const ConditionalBinomial split(n, weight, 1);
    double sum = 0;
    for (std::int64_t x = 0; x <= n; ++x) {
      sum += std::exp(split.log_probability(x));
      double no_likelier = 0;
      for (std::int64_t k = 0; k <= n; ++k) {
        if (split.log_probability(k) <= split.log_probability(x) + 1e-9) {
          no_likelier += std::exp(split.log_probability(k));
        }
      }
      CAPTURE(n, weight, x);
      CHECK(split.at_most(x) == Approx(sum).epsilon(1e-11));
      CHECK(split.no_likelier_than(x) == Approx(no_likelier).epsilon(1e-10));
    }
    CHECK(sum == Approx(1).epsilon(1e-12));
  }
}

}  // namespace converge::stats
